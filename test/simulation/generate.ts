import fc from 'fast-check';
import {
  apiStack,
  both,
  faults,
  hour,
  minute,
  mostly,
  operators,
  posts,
  record,
  second,
  shape,
  some,
  soon,
  staff,
  time,
  traits,
} from './generate-parts.ts';
import { awsFaults, emails, type OperatorAct, operatorActs, type Script } from './script.ts';

/** All that there is. */
const wide = shape({
  crms: some(traits, 1, 3),
  posts: posts(1, 8),
  faults: faults(0, 4),
  staff: staff({
    at: time,
    crm: fc.nat(2),
    act: ['delete a note', 'delete a contact', 'merge contacts', 'revoke the tokens', 'revoke the tokens'],
    which: fc.nat(9),
  }),
  operators: operators({
    at: fc.oneof(time, fc.nat(40 * minute)),
    act: [...operatorActs, 'dismiss', 'dismiss'],
    which: fc.nat(9),
  }),
});

const plain = { trait: 'plain' } as const;
const [eva = '', adam = ''] = emails;

/** Copies of one chat or two that crowd at one CRM. */
const crowded = shape({
  posts: posts(2, 6, {
    ...plain,
    at: soon,
    chat: [1, 1, 1, 2],
    messages: [1, 1, 1, 2],
    email: [null, eva, adam],
  }),
  faults: faults(1, 3, {
    service: ['table', 'functions', 'crm-0', 'crm-0'],
    only: ['', 'create', 'create the contact'],
    from: soon,
    lasts: fc.nat(minute),
    percent: [20, 50, 100],
  }),
});

/** A chat that goes on, and whose visitor may turn out to be somebody else, while it is being written. */
const growing = shape({
  crms: fc.tuple(traits.map((its) => (its.contacts === 'none' ? { ...its, contacts: 'any' as const } : its))),
  posts: posts(3, 5, {
    ...plain,
    at: fc.oneof(soon, fc.nat(3 * minute)),
    chat: 1,
    email: [null, eva, adam, eva, adam, eva, adam],
    phone: null,
    rating: [null, null, null, null, 1, 5],
    outcome: ['answered', 'missed'],
    times: 1,
  }).map((copies) => {
    let at = 0;
    return copies.map((copy, index) => {
      at += copy.at;
      return { ...copy, at, messages: index + 1 };
    });
  }),
  faults: faults(1, 3, {
    service: ['functions', 'crm-0'],
    only: ['', 'create', 'create note', 'create the task'],
    crm: ['lost', 'late', 'bug', 'refused'],
    from: fc.nat(3 * minute),
    lasts: fc.nat(3 * minute),
    percent: [20, 50, 100],
  }),
});

const erasedAt = 5 * minute;
const nearErasure = fc.oneof(
  fc.integer({ min: erasedAt - 100 * second, max: erasedAt }),
  fc.integer({ min: erasedAt - 5 * second, max: erasedAt }),
  fc.integer({ min: erasedAt, max: erasedAt + 3 * second }),
);
const ofEva = { ...plain, chat: [1, 1, 1, 2], email: [eva, eva, eva, null] };

/** An erasure of what was left half done, and what comes meanwhile and later. */
const erasing = shape({
  crms: some(traits, 1, 2),
  posts: both(
    posts(0, 2, { ...ofEva, at: fc.nat(minute) }),
    posts(0, 2, { ...ofEva, at: nearErasure, messages: [1, 2, 3] }),
    posts(0, 1, { ...ofEva, at: fc.nat(40 * minute) }),
  ),
  faults: faults(0, 3, {
    service: ['functions', 'table', 'table', 'crm-0', 'crm-0'],
    only: ['', 'create', 'update', 'update', 'get'],
    aws: [...awsFaults, 'slow', 'slow', 'slow'],
    from: fc.oneof(fc.nat(2 * second), fc.nat(10 * minute), nearErasure, nearErasure),
    lasts: fc.oneof(fc.nat(20 * second), fc.nat(20 * minute)),
    percent: [20, 50, 100, 100],
  }),
  operators: some(
    record<OperatorAct>({
      at: fc.oneof(fc.constant(erasedAt), fc.constant(erasedAt), fc.nat(20 * minute)),
      act: ['erase', 'erase', 'replay'],
      which: [0, 9],
    }),
    1,
    2,
  ),
});

/** Copies of a chat that overtake each other, since what is read of the table comes late. */
const overtaking = shape({
  posts: posts(4, 6, {
    ...plain,
    at: fc.oneof(fc.nat(second), fc.integer({ min: 8 * second, max: 10 * second })),
    chat: 1,
    messages: [1, 1, 1, 2],
    email: eva,
    phone: null,
    rating: null,
    outcome: ['answered', 'missed'],
    times: 1,
  }),
  faults: faults(1, 1, { service: 'table', aws: 'slow', only: 'get', from: 0, percent: [20, 50] }),
});

/** Copies of both sources. What they say of the visitor is the same, so they are one chat. */
const twofold = shape({
  stack: apiStack,
  posts: posts(2, 6, {
    ...plain,
    at: fc.oneof(fc.nat(second), soon, fc.nat(20 * minute)),
    source: ['hook', 'api'],
    chat: [1, 1, 1, 2],
    email: [null, eva, eva],
    phone: null,
    outcome: 'missed',
  }),
  faults: faults(0, 3, { from: soon, lasts: fc.nat(2 * minute) }),
  operators: operators({ at: fc.nat(20 * minute), act: ['erase', 'replay', 'backfill'], which: 0 }),
});

/** Chats that kill whoever writes them, among others. */
const deadly = shape({
  posts: posts(3, 6, { at: fc.nat(2 * second), trait: ['plain', 'deadly', 'deadly'], times: 1 }),
  faults: faults(0, 1, { service: 'crm-0', crm: 'slow', only: '', from: 0 }),
});

/** A CRM that is away for longer than anybody tries, or until it is taken out of the configuration. */
const outage = shape({
  operators: operators({ at: fc.nat(20 * minute), act: 'remove a destination', which: 0 }),
  posts: posts(1, 1, { ...plain, at: soon, times: 1 }),
  faults: faults(1, 1, {
    service: 'crm-0',
    crm: ['credentials', 'redirected'],
    only: '',
    from: soon,
    lasts: fc.integer({ min: 20 * hour, max: 30 * hour }),
    percent: 100,
  }),
});

/** Neither the queue nor the table takes anything for a while. */
const unreachable = shape({
  posts: posts(1, 3, { ...plain, at: soon, times: 1 }),
  faults: faults(1, 1, {
    service: 'aws',
    aws: 'refused',
    only: '',
    from: soon,
    lasts: fc.nat(minute),
    percent: 100,
  }),
});

/** Conversations at Smartsupp, whose REST API is in trouble, and some of which are rated hours later. */
export const fetched = shape({
  stack: apiStack,
  posts: posts(1, 6, {
    ...plain,
    at: mostly([12, fc.nat(second)], [12, soon], [12, fc.nat(40 * minute)], [4, fc.nat(5 * hour)]),
    source: ['api', 'api', 'api', 'hook'],
    chat: [1, 1, 2, 3],
    email: [null, eva, eva],
    phone: null,
    outcome: 'missed',
  }),
  faults: both(
    faults(0, 2, {
      service: 'smartsupp',
      crm: ['refused', 'rate limited', 'late', 'lost', 'slow', 'credentials'],
      only: ['', '', 'search', 'messages'],
      from: fc.oneof(soon, fc.nat(40 * minute)),
      lasts: fc.oneof(fc.nat(2 * minute), fc.nat(hour), fc.integer({ min: 3 * hour, max: 6 * hour })),
      percent: [20, 50, 100, 100],
    }),
    faults(0, 2, {
      service: ['functions', 'functions', 'table', 'queue', 'secrets'],
      only: ['', '', 'reconcile', 'fetch', 'FETCHED'],
      from: fc.oneof(soon, fc.nat(40 * minute)),
      lasts: fc.oneof(fc.nat(2 * minute), fc.nat(hour)),
    }),
  ),
  operators: operators({ at: fc.nat(40 * minute), act: ['erase', 'replay', 'dismiss'], which: 0 }),
});

const ofSomebody = {
  ...plain,
  chat: [3, 4, 4],
  email: [null, null, eva],
  phone: null,
  outcome: ['missed', 'missed', 'answered'],
} as const;

/** Chats of which a name is known, or nothing, until another one tells more, their time is over, or they are dismissed. */
export const named = shape({
  crms: some(traits, 1, 2),
  posts: both(
    posts(1, 2, { ...ofSomebody, at: fc.nat(2 * second), email: null }),
    posts(0, 3, { ...ofSomebody, at: mostly([2, soon], [1, fc.nat(10 * minute)], [1, fc.nat(2 * hour)]) }),
  ),
  faults: faults(0, 2, {
    service: ['functions', 'table', 'queue', 'crm-0'],
    from: fc.oneof(soon, fc.nat(hour)),
    lasts: fc.nat(20 * minute),
  }),
  operators: operators({
    at: fc.oneof(soon, fc.nat(hour)),
    act: [...operatorActs, 'dismiss', 'dismiss', 'dismiss'],
    which: [0, 9],
  }),
});

export const script: fc.Arbitrary<Script> = mostly(
  [9, wide],
  [8, crowded],
  [16, growing],
  [8, erasing],
  [10, overtaking],
  [10, twofold],
  [4, deadly],
  [2, unreachable],
  // Each plays on for a day.
  [1, outage],
);
