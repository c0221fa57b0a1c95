import { describe, expect, test } from '@jest/globals';
import { createChatLines, type ReasonOf } from '../../../local/chat-lines.ts';

const timestamp = '2026-03-01T12:30:05.123Z';
/** Its time of day in Prague. */
const clock = '13:30:05';
const { logged, failed } = createChatLines('Europe/Prague', '.local/logs');
const reason = 'The CRM answered 400: Property "colour" does not exist.';
const line = (entry: Readonly<Record<string, unknown>>, reasonOf: ReasonOf = async () => reason) =>
  logged(JSON.stringify({ timestamp, level: 'INFO', ...entry }), reasonOf);
const attempt = { message: 'attempt', conversationId: '208:55039', destination: 'demo', attempt: 2, durationMs: 34 };

describe('what the functions log', () => {
  test.each([
    [{ ...attempt, outcome: 'delivered' }, '208:55039  delivered to demo (attempt 2, 34 ms)'],
    [
      { ...attempt, outcome: 'retry', fault: 'unavailable', nextAttemptAt: timestamp },
      `208:55039  not delivered to demo; again at ${clock} (attempt 2, 34 ms): ${reason}`,
    ],
    [
      { ...attempt, outcome: 'parked', fault: 'refused', level: 'ERROR' },
      `208:55039  parked for demo (attempt 2, 34 ms): ${reason} → npx forwarder show 208:55039 --local`,
    ],
    [{ ...attempt, outcome: 'held' }, '208:55039  held for demo: the visitor left no address or number'],
    [{ ...attempt, outcome: 'new' }, '208:55039  new for demo (attempt 2, 34 ms)'],
    [
      { message: 'rejected', level: 'WARN', reason: 'schema', faults: 2, rejectedId: 'r1' },
      'refused a body: schema, 2 faults; kept as r1',
    ],
    [
      { message: 'rejected', level: 'WARN', reason: 'not-json', faults: 0, rejectedId: 'r1' },
      'refused a body: not-json; kept as r1',
    ],
    [{ message: 'message failed', level: 'ERROR', service: 'deliver' }, 'deliver: message failed (see .local/logs)'],
  ])('%j', async (entry, expected) => {
    expect(await line(entry)).toBe(`${clock}  ${expected}`);
  });

  test.each(['', 'plain text', '{"broken', '{"message":"accepted","level":"INFO"}', '{}', '[]'])(
    'says nothing of %j',
    async (text) => {
      expect(await logged(text, async () => reason)).toBeUndefined();
    },
  );

  test.each([
    ['is away', () => Promise.reject(new Error('away'))],
    ['has no reason', async () => undefined],
  ])('tells the kind of fault where the table %s', async (_what, reasonOf) => {
    const parked = { ...attempt, outcome: 'parked', fault: 'permanent' };
    expect(await line(parked, reasonOf)).toContain('parked for demo (attempt 2, 34 ms): permanent →');
  });

  test('cuts a long reason at the end of a word: the chat has it whole', async () => {
    const parked = { ...attempt, outcome: 'parked', fault: 'permanent' };
    const long = `The CRM answered 400 when asked to create the contact: ${'Property "colour" does not exist; '.repeat(9)}`;
    const said = (await line(parked, async () => long)) ?? '';
    expect(said).toMatch(/ create the contact: Property "colour" does… → npx forwarder show 208:55039 --local$/);
    expect(said.length).toBeLessThanOrEqual(180);
    const retry = { ...attempt, outcome: 'retry', nextAttemptAt: timestamp };
    expect(await line(retry, async () => long)).toMatch(/… → npx forwarder show 208:55039 --local$/);
  });

  test('has a time, whatever a line says of its own', async () => {
    for (const odd of ['yesterday', 17, null]) {
      expect(await line({ ...attempt, outcome: 'held', timestamp: odd })).toMatch(/^\d\d:\d\d:\d\d {2}208:55039/);
    }
  });

  test('lets nothing steer the terminal', async () => {
    expect(await line({ ...attempt, outcome: 'held', conversationId: '1:\u001b[2J\u202e2' })).toContain('1:[2J2  held');
  });
});

test('a failure names the function and the kind alone', () => {
  expect(failed('deliver', 'Sandbox.Timedout')).toMatch(/^\d\d:\d\d:\d\d {2}deliver failed: Sandbox.Timedout/);
});
