import { afterAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { forwarderStack, testApp, withApi } from '../support/stacks.ts';
import { type ApiFault, type ApiTrial, playApi } from './api-shop.ts';
import { readAlarms } from './cloudwatch.ts';
import { type Raised, raisedOf } from './raised.ts';

process.env['CDK_VALIDATION'] = 'false';
const template = Template.fromStack(forwarderStack(testApp(), { config: withApi }));
const alarms = readAlarms(template.findResources('AWS::CloudWatch::Alarm'));

const everRaised = new Set<string>();

function raisedIn(trial: ApiTrial): readonly Raised[] {
  const raised = raisedOf(alarms, playApi(trial), trial.minutes);
  for (const { name } of raised) everRaised.add(name);
  return raised;
}

const hour = 60;
const begin = 2 * hour;
const end = begin + 3 * hour;

/** By when an alarm must be raised, in minutes from the fault's beginning. */
const healed = { 'Deliver-Healed': 20 };
const reconcileLate = { 'Sweep-ReconcileLate': 70 };
const faults: readonly (readonly [what: string, fault: ApiFault, expected: Readonly<Record<string, number>>])[] = [
  ['the stored secret is not Smartsupp’s', { wrongSignature: true }, { 'Api-Events-WrongSignature': 5, ...healed }],
  ['events dies', { eventsDie: true }, { 'Api-Events-Errors': 5, 'FrontDoor-HookFailed': 5, ...healed }],
  ['events are lost', { eventsLost: true }, healed],
  ['signed bodies are no events', { noEvents: true }, { 'Api-Events-Rejected': 5, ...healed }],
  [
    'signed bodies are no events while the table is away',
    { noEvents: true, tableAway: true },
    {
      'Api-Events-RejectedNotKept': 5,
      'FrontDoor-HookFailed': 5,
      'Api-Reconcile-Errors': 20,
      // Once the table is back.
      'Deliver-Healed': 200,
    },
  ],
  ['Smartsupp’s API is away', { api: 'away' }, { 'Api-Fetch-FetchLate': 95, ...reconcileLate }],
  [
    'Smartsupp’s API refuses the token',
    { api: 'refuses' },
    { 'Api-Fetch-TokenRefused': 5, 'Api-Fetch-FetchLate': 95, 'Api-Reconcile-TokenRefused': 20, ...reconcileLate },
  ],
  ['conversations are deleted at Smartsupp', { api: 'gone' }, { 'Api-Fetch-NotFetched': 5 }],
  [
    'the queue of the chats is away',
    { queueAway: true },
    { 'Api-Fetch-Errors': 5, 'Api-Fetch-FetchFailed': 15, 'Api-Fetch-FetchLate': 95 },
  ],
  ['fetch dies', { fetchDies: true }, { 'Api-Fetch-Errors': 5 }],
  ['reconcile dies', { reconcileDies: true }, { 'Api-Reconcile-Errors': 20, ...reconcileLate }],
  ['nothing calls reconcile', { reconcileStopped: true }, reconcileLate],
];

test.each(faults)('if %s, these alarms are raised once, in time, and no other', (_what, fault, expected) => {
  const faultAt = (minute: number) => (minute >= begin && minute < end ? fault : {});
  const raised = raisedIn({ minutes: end + 3 * hour, eventEvery: 5, faultAt });
  expect(raised.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(raised.filter(({ name, from }) => from - begin > (expected[name] ?? 0))).toEqual([]);
  // Nobody is told that it is over while it lasts; and somebody is, afterwards.
  expect(raised.filter(({ until }) => until === undefined || until < end)).toEqual([]);
});

describe('no alarm is raised', () => {
  test('if nothing is wrong', () => {
    expect(raisedIn({ minutes: 12 * hour, eventEvery: 5, faultAt: () => ({}) })).toEqual([]);
  });

  test('by an API that is away for half an hour', () => {
    const faultAt = (minute: number): ApiFault => (minute >= begin && minute < begin + 30 ? { api: 'away' } : {});
    expect(raisedIn({ minutes: 8 * hour, eventEvery: 5, faultAt })).toEqual([]);
  });
});

test('what is given up after days is told until SQS deletes it', () => {
  const faultAt = (minute: number): ApiFault => (minute < 10 * 24 * hour ? { api: 'away' } : {});
  const raised = raisedIn({ minutes: 10 * 24 * hour, eventEvery: 24 * hour, faultAt });
  expect(raised.find(({ name }) => name === 'Api-FetchQueue-FetchDeadLetters')).toEqual({
    name: 'Api-FetchQueue-FetchDeadLetters',
    from: expect.any(Number),
    until: undefined,
  });
});

afterAll(() => {
  const ofTheSource = /^Api-|Healed|Reconcile/;
  const untried = alarms.map(({ name }) => name).filter((name) => ofTheSource.test(name) && !everRaised.has(name));
  expect(untried.toSorted()).toEqual(['Api-Events-Throttles', 'Api-Fetch-Throttles', 'Api-Reconcile-Throttles']);
});
