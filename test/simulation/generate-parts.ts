import fc from 'fast-check';
import {
  awsFaults,
  type CrmTraits,
  crmFaults,
  emails,
  type Fault,
  type FaultKind,
  type OperatorAct,
  type Post,
  type Script,
  type StackTraits,
  type StaffAct,
} from './script.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** What is drawn: always this value, one of several, or as fast-check has it. */
type Choices<T> = { readonly [Name in keyof T]: T[Name] | readonly T[Name][] | fc.Arbitrary<T[Name]> };

export function record<T>(choices: Choices<T>): fc.Arbitrary<T>;
export function record(choices: object): fc.Arbitrary<unknown> {
  return fc.record(Object.fromEntries(Object.entries(choices).map(([name, choice]) => [name, drawn(choice)])));
}

const drawn = (choice: unknown): fc.Arbitrary<unknown> => {
  if (choice instanceof fc.Arbitrary) return choice;
  return Array.isArray(choice) ? fc.constantFrom(...choice) : fc.constant(choice);
};

/** Weights, and what is drawn. */
export const mostly = <T>(...all: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));

export const traits = record<CrmTraits>({
  contacts: ['unique', 'any', 'any', 'none'],
  searchLagMs: [0, 0, 2 * second, 8 * second, 8 * second],
  batchSize: [1, 1, 3, 100],
  parts: [1, 1, 2],
  followUps: fc.boolean(),
  tokenMs: [0, 10 * minute, 24 * hour],
});

const anyStack: Choices<StackTraits> = {
  api: false,
  concurrency: fc.integer({ min: 2, max: 5 }),
  batchSize: [1, 3, 10, 100],
  maxReceiveCount: [50, 50, 50, 12],
  indexLagMs: [0, 100, second, 5 * second, 60 * second],
  maxInFlight: [120_000, 120_000, 2],
};

const stack = record(anyStack);
export const apiStack = stack.map((its) => ({ ...its, api: true }));

/** Mostly close together, sometimes hours apart. */
export const time = mostly(
  [48, fc.nat(3 * second)],
  [24, fc.nat(2 * minute)],
  [6, fc.nat(40 * minute)],
  [1, fc.nat(12 * hour)],
);

/** At about the same moment, or within a lease. */
export const soon = fc.oneof(fc.nat(2 * second), fc.nat(90 * second));

const anyPost: Choices<Post> = {
  source: 'hook',
  at: time,
  chat: [1, 1, 1, 2, 2, 3, 4],
  messages: [1, 1, 2, 2, 3],
  email: [null, ...emails],
  phone: [null, null, null, null, '+420601123456', '+420602123456'],
  rating: [null, null, null, 1, 5],
  outcome: ['answered', 'answered', 'missed', 'missed', 'automatic'],
  trait: mostly<Post['trait']>(
    [120, fc.constant('plain')],
    [6, fc.constantFrom('refused', 'rubbish', 'deadly')],
    [1, fc.constantFrom('heavy', 'huge')],
  ),
  times: [1, 1, 1, 1, 2, 3],
};

/** Its kind depends on whose it is. */
type AnyFault = Omit<Fault, 'kind'> & { readonly aws: FaultKind; readonly crm: FaultKind };

/** The first CRM is always there. */
const crmNames = ['crm-0', 'crm-0', 'crm-1', 'crm-1', 'crm-2'];

const anyFault: Choices<AnyFault> = {
  service: ['table', 'table', 'queue', 'secrets', 'aws', 'functions', 'functions', ...crmNames],
  aws: [...awsFaults, 'slow', 'slow'],
  crm: [...crmFaults, 'late', 'lost', 'bug'],
  only: ['', '', '', 'create', 'contact', 'note', 'task'],
  from: time,
  lasts: mostly([30, fc.nat(minute)], [12, fc.nat(20 * minute)], [1, fc.nat(30 * hour)]),
  percent: [5, 20, 50, 100],
};

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
const seldom = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some(one, 1, 3) });

export const posts = (min: number, max: number, own: Partial<Choices<Post>> = {}): fc.Arbitrary<Post[]> =>
  some(record<Post>({ ...anyPost, ...own }), min, max);
export const faults = (min: number, max: number, own: Partial<Choices<AnyFault>> = {}): fc.Arbitrary<Fault[]> =>
  some(record<AnyFault>({ ...anyFault, ...own }).map(toFault), min, max);
export const staff = (choices: Choices<StaffAct>) => seldom(record<StaffAct>(choices));
export const operators = (choices: Choices<OperatorAct>) => seldom(record<OperatorAct>(choices));
export const both = <T>(...parts: readonly fc.Arbitrary<readonly T[]>[]): fc.Arbitrary<readonly T[]> =>
  fc.tuple(...parts).map((all) => all.flat());

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
