import fc from 'fast-check';
import {
  faultsOf,
  hour,
  minute,
  postsOf,
  second,
  seldom,
  shape,
  some,
  soon,
  stack,
  time,
  traits,
} from './generate-parts.ts';
import {
  awsFaults,
  emails,
  type FaultKind,
  type OperatorAct,
  operatorActs,
  type Post,
  type Script,
  type StaffAct,
} from './script.ts';

/** All that there is. */
const wide = shape({
  crms: some(traits, 1, 3),
  posts: postsOf({}, 1, 8),
  faults: faultsOf({}, 0, 4),
  staff: seldom(
    fc.record<StaffAct>({
      at: time,
      crm: fc.nat(2),
      act: fc.constantFrom(
        'delete a note',
        'delete a contact',
        'merge contacts',
        'revoke the tokens',
        'revoke the tokens',
      ),
      which: fc.nat(9),
    }),
  ),
  operators: seldom(
    fc.record<OperatorAct>({
      at: fc.oneof(time, fc.nat(40 * minute)),
      act: fc.constantFrom(...operatorActs, 'dismiss', 'dismiss'),
      which: fc.nat(9),
    }),
  ),
});

const plain = { trait: fc.constant<Post['trait']>('plain') };

/** Copies of one chat or two that crowd at one CRM. */
const crowded = shape({
  posts: postsOf(
    {
      ...plain,
      at: soon,
      chat: fc.constantFrom(1, 1, 1, 2),
      messages: fc.constantFrom(1, 1, 1, 2),
      email: fc.constantFrom(null, ...emails.slice(0, 2)),
    },
    2,
    6,
  ),
  faults: faultsOf(
    {
      service: fc.constantFrom('table', 'functions', 'crm-0', 'crm-0'),
      only: fc.constantFrom('', 'create', 'create the contact'),
      from: soon,
      lasts: fc.nat(minute),
      percent: fc.constantFrom(20, 50, 100),
    },
    1,
    3,
  ),
});

/** A chat that goes on, and whose visitor may turn out to be somebody else, while it is being written. */
const growing = shape({
  crms: fc.tuple(traits.map((its) => (its.contacts === 'none' ? { ...its, contacts: 'any' as const } : its))),
  posts: postsOf(
    {
      ...plain,
      at: fc.oneof(soon, fc.nat(3 * minute)),
      chat: fc.constant(1),
      email: fc.constantFrom(null, ...emails.slice(0, 2), ...emails.slice(0, 2), ...emails.slice(0, 2)),
      phone: fc.constant(null),
      rating: fc.constantFrom(null, null, null, null, 1, 5),
      outcome: fc.constantFrom('answered', 'missed'),
      times: fc.constant(1),
    },
    3,
    5,
  ).map((posts) => {
    let at = 0;
    return posts.map((one, index) => {
      at += one.at;
      return { ...one, at, messages: index + 1 };
    });
  }),
  faults: faultsOf(
    {
      service: fc.constantFrom('functions', 'crm-0'),
      only: fc.constantFrom('', 'create', 'create note', 'create the task'),
      crm: fc.constantFrom('lost', 'late', 'bug', 'refused'),
      from: fc.nat(3 * minute),
      lasts: fc.nat(3 * minute),
      percent: fc.constantFrom(20, 50, 100),
    },
    1,
    3,
  ),
});

const erasedAt = 5 * minute;
const nearErasure = fc.oneof(
  fc.integer({ min: erasedAt - 100 * second, max: erasedAt }),
  fc.integer({ min: erasedAt - 5 * second, max: erasedAt }),
  fc.integer({ min: erasedAt, max: erasedAt + 3 * second }),
);
const ofEva = {
  ...plain,
  chat: fc.constantFrom(1, 1, 1, 2),
  email: fc.constantFrom('eva@example.com', 'eva@example.com', 'eva@example.com', null),
};

/** An erasure of what was left half done, and what comes meanwhile and later. */
const erasing = shape({
  crms: some(traits, 1, 2),
  posts: fc
    .tuple(
      postsOf({ ...ofEva, at: fc.nat(minute) }, 0, 2),
      postsOf({ ...ofEva, at: nearErasure, messages: fc.constantFrom(1, 2, 3) }, 0, 2),
      postsOf({ ...ofEva, at: fc.nat(40 * minute) }, 0, 1),
    )
    .map((parts) => parts.flat()),
  faults: faultsOf(
    {
      service: fc.constantFrom('functions', 'table', 'table', 'crm-0', 'crm-0'),
      only: fc.constantFrom('', 'create', 'update', 'update', 'get'),
      aws: fc.constantFrom<FaultKind>(...awsFaults, 'slow', 'slow', 'slow'),
      from: fc.oneof(fc.nat(2 * second), fc.nat(10 * minute), nearErasure, nearErasure),
      lasts: fc.oneof(fc.nat(20 * second), fc.nat(20 * minute)),
      percent: fc.constantFrom(20, 50, 100, 100),
    },
    0,
    3,
  ),
  operators: some(
    fc.record<OperatorAct>({
      at: fc.oneof(fc.constant(erasedAt), fc.constant(erasedAt), fc.nat(20 * minute)),
      act: fc.constantFrom('erase', 'erase', 'replay'),
      which: fc.constantFrom(0, 9),
    }),
    1,
    2,
  ),
});

/** Copies of a chat that overtake each other, since what is read of the table comes late. */
const overtaking = shape({
  posts: postsOf(
    {
      ...plain,
      at: fc.oneof(fc.nat(second), fc.integer({ min: 8 * second, max: 10 * second })),
      chat: fc.constant(1),
      messages: fc.constantFrom(1, 1, 1, 2),
      email: fc.constant('eva@example.com'),
      phone: fc.constant(null),
      rating: fc.constant(null),
      outcome: fc.constantFrom('answered', 'missed'),
      times: fc.constant(1),
    },
    4,
    6,
  ),
  faults: faultsOf(
    {
      service: fc.constant('table'),
      aws: fc.constant('slow'),
      only: fc.constant('get'),
      from: fc.constant(0),
      percent: fc.constantFrom(20, 50),
    },
    1,
    1,
  ),
});

/** Copies of both sources. What they say of the visitor is the same, so they are one chat. */
const twofold = shape({
  stack: stack.map((traits) => ({ ...traits, api: true })),
  posts: postsOf(
    {
      ...plain,
      at: fc.oneof(fc.nat(second), soon, fc.nat(20 * minute)),
      source: fc.constantFrom('hook', 'api'),
      chat: fc.constantFrom(1, 1, 1, 2),
      email: fc.constantFrom(null, 'eva@example.com', 'eva@example.com'),
      phone: fc.constant(null),
      outcome: fc.constant('missed'),
    },
    2,
    6,
  ),
  faults: faultsOf({ from: soon, lasts: fc.nat(2 * minute) }, 0, 3),
  operators: seldom(
    fc.record<OperatorAct>({
      at: fc.nat(20 * minute),
      act: fc.constantFrom('erase', 'replay', 'backfill'),
      which: fc.constant(0),
    }),
  ),
});

/** Chats that kill whoever writes them, among others. */
const deadly = shape({
  posts: postsOf(
    {
      at: fc.nat(2 * second),
      trait: fc.constantFrom<Post['trait']>('plain', 'deadly', 'deadly'),
      times: fc.constant(1),
    },
    3,
    6,
  ),
  faults: faultsOf(
    { service: fc.constant('crm-0'), crm: fc.constant('slow'), only: fc.constant(''), from: fc.constant(0) },
    0,
    1,
  ),
});

/** A CRM that is away for longer than anybody tries, or until it is taken out of the configuration. */
const outage = shape({
  operators: seldom(
    fc.record<OperatorAct>({
      at: fc.nat(20 * minute),
      act: fc.constant('remove a destination'),
      which: fc.constant(0),
    }),
  ),
  posts: postsOf({ ...plain, at: soon, times: fc.constant(1) }, 1, 1),
  faults: faultsOf(
    {
      service: fc.constant('crm-0'),
      crm: fc.constantFrom('credentials', 'redirected'),
      only: fc.constant(''),
      from: soon,
      lasts: fc.integer({ min: 20 * hour, max: 30 * hour }),
      percent: fc.constant(100),
    },
    1,
    1,
  ),
});

/** Neither the queue nor the table takes anything for a while. */
const unreachable = shape({
  posts: postsOf({ ...plain, at: soon, times: fc.constant(1) }, 1, 3),
  faults: faultsOf(
    {
      service: fc.constant('aws'),
      aws: fc.constant('refused'),
      only: fc.constant(''),
      from: soon,
      lasts: fc.nat(minute),
      percent: fc.constant(100),
    },
    1,
    1,
  ),
});

/** Conversations at Smartsupp, whose REST API is in trouble, and some of which are rated hours later. */
export const fetched = shape({
  stack: stack.map((traits) => ({ ...traits, api: true })),
  posts: postsOf(
    {
      ...plain,
      at: fc.oneof(
        { weight: 12, arbitrary: fc.nat(second) },
        { weight: 12, arbitrary: soon },
        { weight: 12, arbitrary: fc.nat(40 * minute) },
        { weight: 4, arbitrary: fc.nat(5 * hour) },
      ),
      source: fc.constantFrom('api', 'api', 'api', 'hook'),
      chat: fc.constantFrom(1, 1, 2, 3),
      email: fc.constantFrom(null, 'eva@example.com', 'eva@example.com'),
      phone: fc.constant(null),
      outcome: fc.constant('missed'),
    },
    1,
    6,
  ),
  faults: fc
    .tuple(
      faultsOf(
        {
          service: fc.constant('smartsupp'),
          crm: fc.constantFrom('refused', 'rate limited', 'late', 'lost', 'slow', 'credentials'),
          only: fc.constantFrom('', '', 'search', 'messages'),
          from: fc.oneof(soon, fc.nat(40 * minute)),
          lasts: fc.oneof(fc.nat(2 * minute), fc.nat(hour), fc.integer({ min: 3 * hour, max: 6 * hour })),
          percent: fc.constantFrom(20, 50, 100, 100),
        },
        0,
        2,
      ),
      faultsOf(
        {
          service: fc.constantFrom('functions', 'functions', 'table', 'queue', 'secrets'),
          only: fc.constantFrom('', '', 'reconcile', 'fetch', 'FETCHED'),
          from: fc.oneof(soon, fc.nat(40 * minute)),
          lasts: fc.oneof(fc.nat(2 * minute), fc.nat(hour)),
        },
        0,
        2,
      ),
    )
    .map((parts) => parts.flat()),
  operators: seldom(
    fc.record<OperatorAct>({
      at: fc.nat(40 * minute),
      act: fc.constantFrom('erase', 'replay', 'dismiss'),
      which: fc.constant(0),
    }),
  ),
});

export const script: fc.Arbitrary<Script> = fc.oneof(
  { weight: 9, arbitrary: wide },
  { weight: 8, arbitrary: crowded },
  { weight: 16, arbitrary: growing },
  { weight: 8, arbitrary: erasing },
  { weight: 10, arbitrary: overtaking },
  { weight: 10, arbitrary: twofold },
  { weight: 4, arbitrary: deadly },
  { weight: 2, arbitrary: unreachable },
  // Each plays on for a day.
  { weight: 1, arbitrary: outage },
);
