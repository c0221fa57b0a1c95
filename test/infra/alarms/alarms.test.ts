import { afterAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { forwarderStack, testApp } from '../support/stacks.ts';
import { readAlarms } from './cloudwatch.ts';
import { type Raised, raisedOf } from './raised.ts';
import { type Fault, play, type Trial } from './shop.ts';

process.env['CDK_VALIDATION'] = 'false';
const template = Template.fromStack(forwarderStack(testApp()));
const alarms = readAlarms(template.findResources('AWS::CloudWatch::Alarm'));

const hour = 60;
const everRaised = new Set<string>();

function raisedIn(trial: Trial): readonly Raised[] {
  const raised = raisedOf(alarms, play(trial), trial.minutes);
  for (const { name } of raised) everRaised.add(name);
  return raised;
}

/** By when an alarm must be raised, in minutes from the fault's beginning. */
type Expected = Readonly<Record<string, number>>;

const begin = 2 * hour;
const end = begin + 3 * hour;
/** An alarm about an event stays on for an hour after the last. */
const lasting = 75;

const late: Expected = { 'Sweep-DeliveriesLate': 70 };
const silentRefusals: Expected = { 'Deliver-Errors': 5, 'Deliver-MessagesFailed': 15 };

/** A fault of three hours: what it raises in a shop with a chat each five minutes, and in one with a chat each 40. */
const faults: readonly (readonly [what: string, fault: Fault, busy: Expected, quiet: Expected])[] = [
  [
    'deliver’s event source is switched off',
    { eventSourceOff: true },
    { 'Queue-QueueNotEmptied': 20, NothingDelivered: 35 },
    { 'Queue-QueueNotEmptied': 20 },
  ],
  [
    'the table is away',
    { tableAway: true },
    { ...silentRefusals, 'Sweep-Run-Errors': 5, NothingDelivered: 35 },
    { ...silentRefusals, 'Sweep-Run-Errors': 5 },
  ],
  [
    'the table refuses deliver alone',
    { deliverRefused: true },
    { ...silentRefusals, NothingDelivered: 35 },
    silentRefusals,
  ],
  [
    'the queue is away',
    { queueAway: true },
    { 'Sweep-Run-Errors': 5, NothingDelivered: 35, ...late, 'Sweep-Swept': 185 },
    { 'Sweep-Run-Errors': 5, ...late, 'Sweep-Swept': 185 },
  ],
  [
    'the queue and the table are away',
    { queueAway: true, tableAway: true },
    { 'FrontDoor-HookFailed': 5, 'Sweep-Run-Errors': 5 },
    { 'FrontDoor-HookFailed': 5, 'Sweep-Run-Errors': 5 },
  ],
  [
    'receive dies',
    { receiveDies: true },
    { 'FrontDoor-HookFailed': 5, 'Receive-Errors': 5 },
    { 'FrontDoor-HookFailed': 5, 'Receive-Errors': 5 },
  ],
  [
    'deliver does not load',
    { deliverDoesNotLoad: true },
    { 'Deliver-Errors': 5, NothingDelivered: 35 },
    { 'Deliver-Errors': 5 },
  ],
  [
    'the account’s concurrency is used up',
    { throttled: true },
    { 'FrontDoor-HookFailed': 5, 'Receive-Throttles': 5, 'Sweep-Run-Throttles': 5, 'Sweep-SweepStopped': 15 },
    { 'FrontDoor-HookFailed': 5, 'Receive-Throttles': 5, 'Sweep-Run-Throttles': 5, 'Sweep-SweepStopped': 15 },
  ],
  [
    'the account’s concurrency is used up when deliver is to start',
    { deliverThrottled: true },
    { 'Deliver-Throttles': 5, NothingDelivered: 35 },
    { 'Deliver-Throttles': 5 },
  ],
  ['the sweep stops', { sweepStopped: true }, { 'Sweep-SweepStopped': 15 }, { 'Sweep-SweepStopped': 15 }],
  ['the hook’s key is wrong', { wrongKey: true }, { 'FrontDoor-WrongKey': 5 }, { 'FrontDoor-WrongKey': 5 }],
  [
    'somebody guesses keys',
    { guesses: 50 },
    { 'FrontDoor-WrongKey': 5, 'FrontDoor-RefusedBurst': 10 },
    { 'FrontDoor-WrongKey': 5, 'FrontDoor-RefusedBurst': 10 },
  ],
  ['hooks are turned away', { turnedAway: true }, { 'FrontDoor-TurnedAway': 5 }, { 'FrontDoor-TurnedAway': 5 }],
  ['Smartsupp’s format changes', { bodiesAreNoChats: true }, { 'Receive-Rejected': 5 }, { 'Receive-Rejected': 5 }],
  [
    'Smartsupp’s format changes while the table is away',
    { bodiesAreNoChats: true, tableAway: true },
    { 'Receive-RejectedNotKept': 5, 'FrontDoor-HookFailed': 5, 'Sweep-Run-Errors': 5 },
    { 'Receive-RejectedNotKept': 5, 'FrontDoor-HookFailed': 5, 'Sweep-Run-Errors': 5 },
  ],
  [
    'deliver cannot read what receive has accepted',
    { unreadable: true },
    { 'Deliver-SetAside': 5, NothingDelivered: 35 },
    { 'Deliver-SetAside': 5 },
  ],
  ['a CRM is away', { crm: 'away' }, late, late],
  ['a CRM asks to come back in six hours', { crm: 'away', retryAfter: 6 * hour }, late, late],
  ['a CRM refuses each chat', { crm: 'refuses' }, { 'Deliver-hubspot-Parked': 5 }, { 'Deliver-hubspot-Parked': 5 }],
  [
    'a CRM refuses the credentials',
    { crm: 'credentials' },
    { 'Deliver-hubspot-CredentialsRefused': 5, ...late },
    { 'Deliver-hubspot-CredentialsRefused': 5, ...late },
  ],
  [
    'a CRM redirects',
    { crm: 'redirects' },
    { 'Deliver-hubspot-Redirected': 5, ...late },
    { 'Deliver-hubspot-Redirected': 5, ...late },
  ],
  [
    'a CRM leaves something out of each chat',
    { crm: 'warns' },
    { 'Deliver-hubspot-Warned': 5 },
    { 'Deliver-hubspot-Warned': 5 },
  ],
  [
    'each chat kills the function deliver',
    { poison: true },
    { 'Deliver-Errors': 5, 'Deliver-hubspot-Parked': 10 },
    { 'Deliver-Errors': 5, 'Deliver-hubspot-Parked': 10 },
  ],
];

describe.each(faults)('if %s', (_what, fault, busy, quiet) => {
  test.each([
    ['many chats', 5, busy],
    ['few chats', 40, quiet],
  ])('in a shop with %s, these alarms are raised once, in time, and no other', (_shop, chatEvery, expected) => {
    const over = end + 1.2 * (fault.retryAfter ?? 0) + lasting;
    const faultAt = (minute: number) => (minute >= begin && minute < end ? fault : {});
    const raised = raisedIn({ minutes: over + 15, chatEvery, faultAt });
    expect(raised.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
    expect(raised.filter(({ name, from }) => from - begin > (expected[name] ?? 0))).toEqual([]);
    // Nobody is told that it is over while it lasts; and somebody is, afterwards.
    expect(raised.filter(({ until = over + 1 }) => until < end || until > over)).toEqual([]);
  });
});

describe('no alarm is raised', () => {
  test.each([
    ['in a shop with many chats', 5],
    ['in a shop with few chats', 200],
  ])('%s in which nothing is wrong', (_shop, chatEvery) => {
    expect(raisedIn({ minutes: 12 * hour, chatEvery, faultAt: () => ({}) })).toEqual([]);
  });

  test('by one message that fails once', () => {
    const faultAt = (minute: number): Fault => (minute === begin ? { deliverRefused: true } : {});
    const names = raisedIn({ minutes: 8 * hour, chatEvery: 5, faultAt }).map(({ name }) => name);
    // The whole batch, of that one, has failed.
    expect(names).toEqual(['Deliver-Errors']);
  });

  test('by a CRM that is away for half an hour', () => {
    const faultAt = (minute: number): Fault => (minute >= begin && minute < begin + 30 ? { crm: 'away' } : {});
    expect(raisedIn({ minutes: 8 * hour, chatEvery: 5, faultAt })).toEqual([]);
  });

  test('by a weekend without a chat', () => {
    expect(raisedIn({ ...weekend, minutes: 72 * hour, faultAt: silentFrom(9 * hour, 71 * hour) })).toEqual([]);
  });
});

/** Friday, 8:00. */
const weekend = { begin: new Date('2026-05-08T08:00:00Z'), chatEvery: 15 };
const silentFrom = (from: number, until: number) => (minute: number) => ({ silent: minute >= from && minute < until });

test('silence is told on Monday evening, after 24 hours of business days', () => {
  const raised = raisedIn({ ...weekend, minutes: 90 * hour, faultAt: silentFrom(9 * hour, 88 * hour) });
  expect(raised).toEqual([{ name: 'Sweep-Silent', from: expect.any(Number), until: expect.any(Number) }]);
  const [{ from = 0 } = {}] = raised;
  // Monday, 18:00, is 82 hours later.
  expect(from / hour).toBeGreaterThan(81);
  expect(from / hour).toBeLessThan(83);
});

test('a hook to which nothing was ever posted is told after 24 hours of business days, until a chat comes', () => {
  const raised = raisedIn({ minutes: 60 * hour, chatEvery: 15, faultAt: silentFrom(0, 50 * hour) });
  expect(raised).toEqual([{ name: 'Sweep-Silent', from: expect.any(Number), until: expect.any(Number) }]);
  const [{ from = 0, until = 0 } = {}] = raised;
  expect([Math.round(from / hour), Math.round(until / hour)]).toEqual([25, 50]);
});

test('a new place in the hook is told, once', () => {
  const faultAt = (minute: number) => ({ isNew: minute === begin });
  const raised = raisedIn({ minutes: begin + 2 * hour, chatEvery: 5, faultAt });
  expect(raised).toEqual([{ name: 'Deliver-FormatChanged', from: expect.any(Number), until: expect.any(Number) }]);
});

test('a chat that is parked is told, however long another has been parked', () => {
  const parkedAt = [begin, begin + 60 * hour];
  const faultAt = (minute: number): Fault => (parkedAt.includes(minute) ? { crm: 'refuses' } : {});
  const raised = raisedIn({ minutes: 70 * hour, chatEvery: 15, faultAt });
  expect(raised.map(({ name }) => name)).toEqual(['Deliver-hubspot-Parked', 'Deliver-hubspot-Parked']);
  for (const [index, { from }] of raised.entries()) expect(from - (parkedAt[index] ?? 0)).toBeLessThanOrEqual(5);
});

test('a CRM that is away for a day parks its chats, with an alarm', () => {
  const faultAt = (minute: number): Fault => (minute >= begin && minute < begin + 30 * hour ? { crm: 'away' } : {});
  const raised = raisedIn({ minutes: 36 * hour, chatEvery: 30, faultAt });
  expect(raised.map(({ name }) => name).toSorted()).toEqual(['Deliver-hubspot-Parked', 'Sweep-DeliveriesLate']);
});

test('dead letters are told until they are put back, even when the queue’s metrics end', () => {
  const faultAt = (minute: number): Fault =>
    minute >= begin && minute < begin + 16 * hour ? { deliverRefused: true } : {};
  const raised = raisedIn({ minutes: 30 * hour, chatEvery: 40, faultAt });
  const dead = raised.filter(({ name }) => name === 'Queue-DeadLetters');
  expect(dead).toEqual([{ name: 'Queue-DeadLetters', from: expect.any(Number), until: undefined }]);
  expect((dead[0]?.from ?? 0) - begin).toBeLessThan(14 * hour);
});

test('a first deployment raises no alarm, whenever the sweep first runs', () => {
  for (const from of [0, 20]) {
    const faultAt = (minute: number): Fault => ({ silent: true, sweepStopped: minute < from });
    expect(raisedIn({ minutes: 3 * hour, chatEvery: 15, faultAt })).toEqual([]);
  }
});

afterAll(() => {
  // A part that no trial raises an alarm of is a part that nobody would hear of.
  const untried = alarms.map(({ name }) => name).filter((name) => !everRaised.has(name));
  expect(untried.filter((name) => !/own-system|^HookKey-Digest/.test(name))).toEqual([]);
});
