import fc from 'fast-check';
import {
  awsFaults,
  type CrmTraits,
  crmFaults,
  emails,
  type Fault,
  type FaultKind,
  type Post,
  type Script,
  type StackTraits,
} from './script.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export const traits: fc.Arbitrary<CrmTraits> = fc.record({
  contacts: fc.constantFrom('unique', 'any', 'any', 'none'),
  searchLagMs: fc.constantFrom(0, 0, 2 * second, 8 * second, 8 * second),
  batchSize: fc.constantFrom(1, 1, 3, 100),
  parts: fc.constantFrom(1, 1, 2),
  followUps: fc.boolean(),
  tokenMs: fc.constantFrom(0, 10 * minute, 24 * hour),
});

export const stack: fc.Arbitrary<StackTraits> = fc.record({
  api: fc.constant(false),
  concurrency: fc.integer({ min: 2, max: 5 }),
  batchSize: fc.constantFrom(1, 3, 10, 100),
  maxReceiveCount: fc.constantFrom(50, 50, 50, 12),
  indexLagMs: fc.constantFrom(0, 100, second, 5 * second, 60 * second),
  maxInFlight: fc.constantFrom(120_000, 120_000, 2),
});

/** Mostly close together, sometimes hours apart. */
export const time = fc.oneof(
  { weight: 48, arbitrary: fc.nat(3 * second) },
  { weight: 24, arbitrary: fc.nat(2 * minute) },
  { weight: 6, arbitrary: fc.nat(40 * minute) },
  { weight: 1, arbitrary: fc.nat(12 * hour) },
);

/** At about the same moment, or within a lease. */
export const soon = fc.oneof(fc.nat(2 * second), fc.nat(90 * second));

const anyPost = {
  source: fc.constant<Post['source']>('hook'),
  at: time,
  chat: fc.constantFrom(1, 1, 1, 2, 2, 3, 4),
  messages: fc.constantFrom(1, 1, 2, 2, 3),
  email: fc.constantFrom(null, ...emails),
  phone: fc.constantFrom(null, null, null, null, '+420601123456', '+420602123456'),
  rating: fc.constantFrom(null, null, null, 1, 5),
  outcome: fc.constantFrom<Post['outcome']>('answered', 'answered', 'missed', 'missed', 'automatic'),
  trait: fc.oneof(
    { weight: 120, arbitrary: fc.constant<Post['trait']>('plain') },
    { weight: 6, arbitrary: fc.constantFrom<Post['trait']>('refused', 'rubbish', 'deadly') },
    { weight: 1, arbitrary: fc.constantFrom<Post['trait']>('heavy', 'huge') },
  ),
  times: fc.constantFrom(1, 1, 1, 1, 2, 3),
};

/** The first CRM is always there. */
const crmNames = ['crm-0', 'crm-0', 'crm-1', 'crm-1', 'crm-2'];

const anyFault = {
  service: fc.constantFrom('table', 'table', 'queue', 'secrets', 'aws', 'functions', 'functions', ...crmNames),
  aws: fc.constantFrom<FaultKind>(...awsFaults, 'slow', 'slow'),
  crm: fc.constantFrom<FaultKind>(...crmFaults, 'late', 'lost', 'bug'),
  only: fc.constantFrom<string[]>('', '', '', 'create', 'contact', 'note', 'task'),
  from: time,
  lasts: fc.oneof(
    { weight: 30, arbitrary: fc.nat(minute) },
    { weight: 12, arbitrary: fc.nat(20 * minute) },
    { weight: 1, arbitrary: fc.nat(30 * hour) },
  ),
  percent: fc.constantFrom(5, 20, 50, 100),
};

type AnyFault = Omit<Fault, 'kind'> & { readonly aws: FaultKind; readonly crm: FaultKind };

function toFault({ aws, crm, ...fault }: AnyFault): Fault {
  const { service, only, percent } = fault;
  if (service.startsWith('crm') || service === 'smartsupp') return { ...fault, kind: crm };
  // Of a function that dies at each call nothing can be learned.
  if (service === 'functions')
    return { ...fault, kind: 'killed', percent: only === '' ? Math.min(20, percent) : percent };
  return { ...fault, kind: aws, only: ['get', 'update'].includes(only) ? only : '' };
}

export const some = <T>(one: fc.Arbitrary<T>, minLength: number, maxLength: number) =>
  fc.array(one, { minLength, maxLength, size: 'max' });
export const postsOf = (own: Partial<typeof anyPost>, min: number, max: number): fc.Arbitrary<Post[]> =>
  some(fc.record({ ...anyPost, ...own }), min, max);
export const faultsOf = (own: Partial<typeof anyFault>, min: number, max: number): fc.Arbitrary<Fault[]> =>
  some(fc.record({ ...anyFault, ...own }).map(toFault), min, max);
export const seldom = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some(one, 1, 3) });

type Parts = { readonly [Part in keyof Script]: fc.Arbitrary<Script[Part]> };

/** One CRM, and no people but the visitors, unless told otherwise. */
export const shape = (own: Partial<Parts> & Pick<Parts, 'posts' | 'faults'>): fc.Arbitrary<Script> =>
  fc.record({
    noise: fc.nat(2 ** 31 - 1),
    crms: fc.tuple(traits),
    stack,
    staff: fc.constant([]),
    operators: fc.constant([]),
    ...own,
  });
