import fc from 'fast-check';

/** What happens to the forwarder in one simulated history. All times are milliseconds from its start. */
export type Script = {
  /** Seeds every latency and every chance; 0: nothing varies. */
  readonly noise: number;
  readonly crms: readonly CrmTraits[];
  readonly stack: StackTraits;
  readonly posts: readonly Post[];
  readonly faults: readonly Fault[];
  readonly staff: readonly StaffAct[];
  readonly operators: readonly OperatorAct[];
};

export type CrmTraits = {
  /** What it keeps: contacts with one address each, contacts that may share one, or no contacts at all. */
  readonly contacts: 'unique' | 'any' | 'none';
  /** How long what is new is not found by a search. */
  readonly searchLagMs: number;
  /** How many items it takes in a call; 1: it has no batches. */
  readonly batchSize: number;
  /** How many notes a chat takes. */
  readonly parts: number;
  readonly followUps: boolean;
};

export type StackTraits = {
  readonly concurrency: number;
  readonly batchSize: number;
  readonly maxReceiveCount: number;
  readonly indexLagMs: number;
  /** Messages that may be in flight at a time. */
  readonly maxInFlight: number;
};

/** One POST of Smartsupp: a copy of a chat. A longer copy is newer. */
export type Post = {
  readonly at: number;
  readonly chat: number;
  readonly messages: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly rating: number | null;
  readonly outcome: 'answered' | 'missed' | 'automatic';
  /** `refused`: by the CRMs, until somebody sees to it. `deadly`: whoever writes its note dies, until then. */
  readonly trait: 'plain' | 'heavy' | 'refused' | 'rubbish' | 'deadly';
  /** How often it is sent. */
  readonly times: number;
};

export const awsFaults = ['refused', 'lost', 'repeated', 'slow'] as const;
export const crmFaults = [
  'refused',
  'rate limited',
  'credentials',
  'redirected',
  'broken before',
  'lost',
  'late',
  'bug',
  'slow',
] as const;
export type FaultKind = (typeof awsFaults)[number] | (typeof crmFaults)[number] | 'killed';

/** A time in which calls fail. */
export type Fault = {
  /** `table`, `queue`, `secrets`, all of `aws`, `functions`, or the name of a CRM: `crm-0`. */
  readonly service: string;
  readonly kind: FaultKind;
  /** Only calls whose names have this word: one of a CRM's endpoints fails, and another does not. */
  readonly only: string;
  readonly from: number;
  readonly lasts: number;
  /** How many of the calls. */
  readonly percent: number;
};

export type StaffAct = {
  readonly at: number;
  readonly crm: number;
  readonly act: 'delete a note' | 'delete a contact' | 'merge contacts';
  readonly which: number;
};

export const operatorActs = [
  'replay',
  'erase',
  'dismiss',
  'undo the dismissals',
  'remove a destination',
  'restore the destinations',
  'backfill',
] as const;

export type OperatorAct = {
  readonly at: number;
  readonly act: (typeof operatorActs)[number];
  readonly which: number;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export const emails = ['eva@example.com', 'adam@example.com', 'jana@example.com'];
const phones = ['+420601123456', '+420602123456'];

const traits: fc.Arbitrary<CrmTraits> = fc.record({
  contacts: fc.constantFrom('unique', 'any', 'any', 'none'),
  searchLagMs: fc.constantFrom(0, 0, 2 * second, 8 * second, 8 * second),
  batchSize: fc.constantFrom(1, 1, 3, 100),
  parts: fc.constantFrom(1, 1, 2),
  followUps: fc.boolean(),
});

const stack: fc.Arbitrary<StackTraits> = fc.record({
  concurrency: fc.integer({ min: 2, max: 5 }),
  batchSize: fc.constantFrom(1, 3, 10, 100),
  maxReceiveCount: fc.constantFrom(50, 50, 50, 12),
  indexLagMs: fc.constantFrom(0, 100, second, 5 * second, 60 * second),
  maxInFlight: fc.constantFrom(120_000, 120_000, 2),
});

/** Mostly close together, sometimes hours apart. */
const time = fc.oneof(
  { weight: 48, arbitrary: fc.nat(3 * second) },
  { weight: 24, arbitrary: fc.nat(2 * minute) },
  { weight: 6, arbitrary: fc.nat(40 * minute) },
  { weight: 1, arbitrary: fc.nat(12 * hour) },
);

/** At about the same moment, or within a lease. */
const soon = fc.oneof(fc.nat(2 * second), fc.nat(90 * second));

const anyPost = {
  at: time,
  chat: fc.constantFrom(1, 1, 1, 2, 2, 3, 4),
  messages: fc.constantFrom(1, 1, 2, 2, 3),
  email: fc.constantFrom(null, ...emails),
  phone: fc.constantFrom(null, null, null, null, ...phones),
  rating: fc.constantFrom(null, null, null, 1, 5),
  outcome: fc.constantFrom('answered', 'answered', 'missed', 'missed', 'automatic'),
  trait: fc.oneof(
    { weight: 60, arbitrary: fc.constant('plain' as const) },
    { weight: 3, arbitrary: fc.constantFrom('refused' as const, 'rubbish' as const, 'deadly' as const) },
    { weight: 0, arbitrary: fc.constant('heavy' as const) },
  ),
  times: fc.constantFrom(1, 1, 1, 1, 2, 3),
};
const post: fc.Arbitrary<Post> = fc.record(anyPost);

const anyFault = {
  service: fc.constantFrom(
    'table',
    'table',
    'queue',
    'secrets',
    'aws',
    'functions',
    'functions',
    'crm-0',
    'crm-0',
    'crm-1',
    'crm-1',
    'crm-2',
  ),
  aws: fc.constantFrom(...awsFaults, 'slow', 'slow'),
  crm: fc.constantFrom(...crmFaults, 'late', 'lost', 'bug'),
  only: fc.constantFrom('', '', '', 'create', 'contact', 'note', 'task'),
  from: time,
  lasts: fc.oneof(
    { weight: 30, arbitrary: fc.nat(minute) },
    { weight: 12, arbitrary: fc.nat(20 * minute) },
    { weight: 1, arbitrary: fc.nat(30 * hour) },
  ),
  percent: fc.constantFrom(5, 20, 50, 100),
};

type AnyFault = Omit<Fault, 'kind'> & { readonly aws: FaultKind; readonly crm: FaultKind };

const toFault = ({ aws, crm, ...fault }: AnyFault): Fault => {
  const { service, only, percent } = fault;
  // Of a function that dies at each call nothing can be learned.
  if (service === 'functions') return { ...fault, kind: 'killed', percent: only === '' ? Math.min(20, percent) : percent };
  return service.startsWith('crm') ? { ...fault, kind: crm } : { ...fault, kind: aws, only: '' };
};
const fault: fc.Arbitrary<Fault> = fc.record(anyFault).map(toFault);

/** All that there is. */
const wide: fc.Arbitrary<Script> = fc.record({
  noise: fc.nat(2 ** 31 - 1),
  crms: fc.array(traits, { minLength: 1, maxLength: 3, size: 'max' }),
  stack,
  posts: fc.array(post, { minLength: 1, maxLength: 8, size: 'max' }),
  faults: fc.array(fault, { maxLength: 4, size: 'max' }),
  staff: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record<StaffAct>({
          at: time,
          crm: fc.nat(2),
          act: fc.constantFrom('delete a note', 'delete a contact', 'merge contacts'),
          which: fc.nat(9),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
  ),
  operators: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record<OperatorAct>({
          at: time,
          act: fc.constantFrom(...operatorActs),
          which: fc.nat(9),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
  ),
});

/** Copies of one chat or two that crowd at one CRM. */
const crowded: fc.Arbitrary<Script> = fc.record({
  noise: fc.nat(2 ** 31 - 1),
  crms: fc.array(traits, { minLength: 1, maxLength: 1 }),
  stack,
  posts: fc.array(
    fc.record({
      ...anyPost,
      at: soon,
      chat: fc.constantFrom(1, 1, 1, 2),
      messages: fc.constantFrom(1, 1, 1, 2),
      email: fc.constantFrom(null, ...emails.slice(0, 2)),
      trait: fc.constant('plain' as const),
    }),
    { minLength: 2, maxLength: 6, size: 'max' },
  ),
  faults: fc.array(
    fc
      .record({
        ...anyFault,
        service: fc.constantFrom('table', 'functions', 'crm-0', 'crm-0'),
        only: fc.constantFrom('', 'create', 'create the contact'),
        from: soon,
        lasts: fc.nat(minute),
        percent: fc.constantFrom(20, 50, 100),
      })
      .map(toFault),
    { minLength: 1, maxLength: 3, size: 'max' },
  ),
  staff: fc.constant([]),
  operators: fc.constant([]),
});

/** A chat that goes on, and whose visitor may turn out to be somebody else, while it is being written. */
const growing: fc.Arbitrary<Script> = fc.record({
  noise: fc.nat(2 ** 31 - 1),
  crms: fc.tuple(traits),
  stack,
  posts: fc
    .array(
      fc.record({
        ...anyPost,
        at: fc.oneof(soon, fc.nat(3 * minute)),
        chat: fc.constant(1),
        email: fc.constantFrom(null, ...emails.slice(0, 2), ...emails.slice(0, 2), ...emails.slice(0, 2)),
        phone: fc.constant(null),
        rating: fc.constantFrom(null, null, null, null, 1, 5),
        outcome: fc.constantFrom('answered', 'missed'),
        trait: fc.constant('plain' as const),
        times: fc.constant(1),
      }),
      { minLength: 3, maxLength: 5, size: 'max' },
    )
    .map((posts) => {
      let at = 0;
      return posts.map((one, index) => {
        at += one.at;
        return { ...one, at, messages: index + 1 };
      });
    }),
  faults: fc.array(
    fc
      .record({
        ...anyFault,
        service: fc.constantFrom('functions', 'crm-0'),
        only: fc.constantFrom('create', 'create note', 'create the task'),
        crm: fc.constantFrom('lost', 'late', 'bug', 'refused'),
        from: fc.nat(3 * minute),
        lasts: fc.nat(3 * minute),
        percent: fc.constantFrom(20, 50, 100),
      })
      .map(toFault),
    { minLength: 1, maxLength: 3, size: 'max' },
  ),
  staff: fc.constant([]),
  operators: fc.constant([]),
});

const erasedAt = 5 * minute;
const nearErasure = fc.oneof(
  fc.integer({ min: erasedAt - 100 * second, max: erasedAt }),
  fc.integer({ min: erasedAt, max: erasedAt + 3 * second }),
);

/** An erasure of what was left half done, and what comes after it. */
const erasing: fc.Arbitrary<Script> = fc.record({
  noise: fc.nat(2 ** 31 - 1),
  crms: fc.array(traits, { minLength: 1, maxLength: 2 }),
  stack,
  posts: fc.array(
    fc.record({
      ...anyPost,
      at: fc.oneof(fc.nat(minute), fc.nat(40 * minute), nearErasure, nearErasure),
      chat: fc.constantFrom(1, 1, 1, 2),
      email: fc.constantFrom(null, emails[0] ?? null, emails[0] ?? null, emails[0] ?? null),
      trait: fc.constant('plain' as const),
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
  faults: fc.array(
    fc
      .record({
        ...anyFault,
        service: fc.constantFrom('functions', 'table', 'crm-0', 'crm-0', 'crm-0'),
        from: fc.oneof(fc.nat(2 * second), fc.nat(10 * minute), nearErasure),
        lasts: fc.oneof(fc.nat(20 * second), fc.nat(20 * minute)),
      })
      .map(toFault),
    { maxLength: 3, size: 'max' },
  ),
  staff: fc.constant([]),
  operators: fc.array(
    fc.record<OperatorAct>({
      at: fc.oneof(fc.constant(erasedAt), fc.constant(erasedAt), fc.nat(20 * minute)),
      act: fc.constantFrom('erase', 'erase', 'replay'),
      which: fc.constantFrom(0, 9),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

export const script: fc.Arbitrary<Script> = fc.oneof(
  { weight: 3, arbitrary: wide },
  { weight: 2, arbitrary: crowded },
  { weight: 4, arbitrary: growing },
  { weight: 2, arbitrary: erasing },
);

/** Whether a service's calls may fail at some time. */
export const mayFail = ({ service }: Fault, asked: string): boolean =>
  service === asked || (service === 'aws' && ['table', 'queue', 'secrets'].includes(asked));
