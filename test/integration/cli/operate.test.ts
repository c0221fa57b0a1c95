import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, jest, test } from '@jest/globals';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { eventually } from '../local/support/eventually.ts';
import { chatBody, useCliStage } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

const here = useCliStage(['crm', 'other']);

const { run } = here;
const json = async (...args: readonly string[]) => JSON.parse((await run(...args, '--json')).stdout);
const post = async (body: string) =>
  expect((await fetch(here.stage.stack.hookUrl, { method: 'POST', body })).status).toBe(200);
const statesOf = async (id: string) => {
  const deliveries = await createRecords(here.stage.table).deliveriesOf(id);
  return deliveries.map(({ destination, state }) => `${destination} ${state}`).toSorted();
};
const isIn = async (id: string, ...states: readonly string[]) => (await statesOf(id)).join() === states.join();
const delivered = (id: string) => eventually(() => isIn(id, 'crm delivered', 'other delivered'));
const arrived = (id: string) => here.crm.taken('/crm').filter((chat) => chat === id).length;

/** Sends a chat while the CRM refuses it, and waits until it is parked at both destinations. */
async function park(channel: number, words?: string): Promise<string> {
  const id = `208:${channel}`;
  here.crm.refuse('Property "colour" does not exist');
  await post(chatBody(channel, words));
  await eventually(() => isIn(id, 'crm parked', 'other parked'), 20_000);
  return id;
}

/** A delivery as deliver leaves it when the CRM refuses the address. */
async function putWarned(channel: number): Promise<string> {
  const id = `208:${channel}`;
  await post(chatBody(channel));
  await delivered(id);
  const ledger = createLedger(here.stage.table, { retentionDays: 30, now: () => new Date() });
  const delivery = await ledger.read(id, 'crm');
  if (delivery === undefined) throw new Error('It was delivered.');
  const warnings = ['email (INVALID_EMAIL)'];
  expect(await ledger.write(id, { ...delivery, warnings, version: delivery.version + 1 })).toBe(true);
  return id;
}

describe('a chat that the CRM refuses', () => {
  test('is seen in status, list and show, replayed once it is mended, and arrives once', async () => {
    const id = await park(1, 'Do you have the blue one?');
    const status = await json('status');
    expect(status).toMatchObject({
      deployment: 'the local stack',
      now: { parked: 2, pending: 0, deadLetters: 0, queue: { messages: 0 } },
      today: { received: 1, destinations: { crm: { parked: 1 }, other: { parked: 1 } } },
      reasons: [{ state: 'parked', count: 2, reason: expect.stringContaining('colour') }],
    });
    expect(await json('list', '--state', 'parked', '--destination', 'crm')).toMatchObject([
      { id, state: 'parked', destination: 'crm', attempts: 1, reason: expect.stringContaining('colour') },
    ]);
    const shown = await run('show', id);
    expect(shown.stdout).toMatch(/^Eva {2}208:1 {2}received /);
    expect(shown.stdout).toContain('Do you have the blue one?');
    expect(shown.stdout).toMatch(/^crm: parked .*\n( {2}.*\n)*.*colour/m);
    expect(shown.stdout).toContain('Once that is fixed, npx forwarder replay 208:1 --local sends it again.');

    here.crm.mend();
    expect(await run('replay', '--reason', 'COLOUR')).toMatchObject({ code: 0, stdout: '1 chat sent again.\n' });
    await delivered(id);
    expect(arrived(id)).toBe(1);
    expect(await run('replay', '--all')).toMatchObject({ code: 0, stdout: 'Nothing is parked or rejected.\n' });
    expect(await json('replay', '--state', 'parked')).toEqual({ sent: [], left: [] });
    expect((await run('replay', id, '--state', 'parked')).stdout).toBe('Nothing matches.\n');
    expect(arrived(id)).toBe(1);
  });

  test('stays parked when a dry run has shown what would be done', async () => {
    const id = await park(2);
    const before = await createRecords(here.stage.table).deliveriesOf(id);
    const { stdout, stderr } = await run('replay', id, '--dry-run');
    expect(stdout).toMatch(/^Eva +missed .* parked +crm +208:2 /m);
    expect(stderr).toBe('1 chat would be sent again. Nothing was changed.\n');
    expect(await createRecords(here.stage.table).deliveriesOf(id)).toEqual(before);
    here.crm.mend();
    expect(await json('replay', id, '--destination', 'crm')).toEqual({
      sent: [{ id, destinations: ['crm'] }],
      left: [],
    });
    await eventually(() => isIn(id, 'crm delivered', 'other parked'));
    await run('replay', id);
    await delivered(id);
    expect(arrived(id)).toBe(1);
  });

  test('that was delivered is delivered once more only where it is named, and somebody says yes', async () => {
    const id = '208:3';
    await post(chatBody(3));
    await delivered(id);
    const asked = await run('replay', id);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toMatch(
      /^It has arrived already, .* Send 1 chat again\? Nobody is here to answer: add --yes\.\n$/,
    );
    expect(arrived(id)).toBe(1);
    await run('replay', id, '--destination', 'crm', '--yes');
    await eventually(() => arrived(id) === 2);
    expect(here.crm.taken('/other').filter((chat) => chat === id)).toHaveLength(1);
  });
});

describe('a chat that somebody has seen', () => {
  test('is dismissed with a reason, and is parked no more, until that is undone or it is replayed', async () => {
    const id = await park(40);
    const before: { readonly now: { readonly parked: number } } = await json('status');
    const reason = 'a test of ours';
    expect(await run('dismiss', id, '--destination', 'crm', '--reason', reason)).toMatchObject({
      code: 0,
      stdout: `${id} at crm: dismissed.\n`,
    });
    expect(await json('list', '--state', 'dismissed')).toMatchObject([
      { id, destination: 'crm', state: 'dismissed', reason: expect.stringMatching(/^a test of ours \(\S.*, \d{4}-/) },
    ]);
    expect((await json('list', '--state', 'parked')).map((row: { destination: string }) => row.destination)).toEqual([
      'other',
    ]);
    expect((await json('status')).now).toMatchObject({ parked: before.now.parked - 1, dismissed: 1 });
    expect((await run('show', id)).stdout).toMatch(
      /^crm: dismissed .*\n {2}dismissed by .*: a test of ours\n( {2}.*\n)*.*colour/m,
    );
    expect(await run('dismiss', id, '--destination', 'crm', '--reason', reason)).toMatchObject({
      code: 1,
      stdout: `${id} at crm is dismissed: left alone.\n`,
    });

    here.crm.mend();
    expect(await json('replay', '--all')).toEqual({ sent: [{ id, destinations: ['other'] }], left: [] });
    await eventually(() => isIn(id, 'crm parked', 'other delivered'));
    expect(await json('replay', '--state', 'parked')).toEqual({ sent: [], left: [] });

    expect(await run('dismiss', id, '--undo')).toMatchObject({
      code: 0,
      stdout: `${id} at crm: no longer dismissed.\n`,
    });
    expect(await json('list', '--state', 'parked')).toMatchObject([{ id, destination: 'crm' }]);
    await run('dismiss', id, '--reason', reason);
    expect(await json('replay', id)).toEqual({ sent: [{ id, destinations: ['crm'] }], left: [] });
    await delivered(id);
    expect((await json('status')).now).toMatchObject({ dismissed: 0 });
  });

  test('may be a rejected body', async () => {
    expect((await fetch(here.stage.stack.hookUrl, { method: 'POST', body: '{"seen": 1}' })).status).toBe(400);
    const [{ id }] = await json('list', '--state', 'rejected');
    expect((await run('dismiss', id.slice(0, 12), '--reason', 'a robot')).stdout).toBe(`${id}: dismissed.\n`);
    expect(await json('list', '--state', 'rejected')).toEqual([]);
    expect(await json('list', '--state', 'dismissed')).toMatchObject([{ id, state: 'dismissed' }]);
    expect((await run('show', id)).stdout).toMatch(/dismissed by .*: a robot/);
    expect((await run('dismiss', id, '--undo')).stdout).toBe(`${id}: no longer dismissed.\n`);
    expect(await json('list', '--state', 'rejected')).toMatchObject([{ id }]);
    await run('dismiss', id, '--reason', 'a robot');
  });
});

describe('a rejected body', () => {
  test('that this release takes is replayed by the beginning of its id, and gone', async () => {
    const keep = createKeepRejected(here.stage.table, { retentionDays: 30, dailyBytes: null, now: () => new Date() });
    const why = { reason: 'invalid', detail: 'A former release did not take it.', faults: [] };
    const id = (await keep(Buffer.from(chatBody(10)), why)) ?? '';
    expect(await json('list', '--state', 'rejected')).toMatchObject([{ id, state: 'rejected', destination: null }]);
    expect(await json('replay', id.slice(0, 12))).toEqual({ sent: [{ id, destinations: ['208:10'] }], left: [] });
    await delivered('208:10');
    expect(await json('list', '--state', 'rejected')).toEqual([]);
  });

  test('that is still none is shown with its faults, and left where it is', async () => {
    const sent = await here.stage.forwarder(['send', '-', '--local'], { input: '{"channel": {}}' });
    expect(sent.code).toBe(1);
    const [, id = ''] = /forwarder show (\S+) --local/.exec(sent.stdout) ?? [];
    expect(sent.stdout).toContain('/accountId is missing');
    expect((await run('show', id)).stdout).toContain('/accountId: is missing');
    expect((await run('show', id, '--body')).stdout).toBe('{"channel": {}}');
    const replayed = await run('replay', '--state', 'rejected');
    expect(replayed).toMatchObject({ code: 1, stdout: expect.stringContaining('is refused by this release too') });
    expect(await json('list', '--state', 'rejected')).toMatchObject([
      { id, reason: expect.stringMatching(/^invalid: .* \(\/accountId is missing\)$/) },
    ]);
  });

  test('that is not even JSON is left where it is, and is no failure', async () => {
    const { stdout } = await here.stage.forwarder(['send', '-', '--local'], { input: 'rubbish' });
    const [, id = ''] = /forwarder show (\S+) --local/.exec(stdout) ?? [];
    const { stderr } = await run('replay', '--reason', 'not-json', '--dry-run');
    expect(stderr).toBe(
      '1 rejected body left out: no release accepts them.\n0 chats would be sent again. Nothing was changed.\n',
    );
    expect(await run('replay', id)).toMatchObject({
      code: 0,
      stdout: `${id} is refused by every release: The body is not JSON.\n0 chats sent again, 1 left alone.\n`,
    });
  });
});

test('a dead letter is put back on the queue, and its chat arrives', async () => {
  const { DeadLetterQueueUrl: QueueUrl } = here.stage.stackInfo.outputs;
  const MessageBody = await seal(chatBody(20), new Date(), () => Promise.reject(new Error('it is small')));
  await here.stage.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  expect((await json('status')).now.deadLetters).toBe(1);
  expect(await json('replay', '--dead-letters', '--dry-run')).toEqual({ deadLetters: 1 });
  expect(await run('replay', '--dead-letters')).toMatchObject({
    code: 0,
    stdout: '1 message put back on the queue.\n',
  });
  await delivered('208:20');
  expect((await json('status')).now.deadLetters).toBe(0);
});

test('however many bodies are refused, status tells first what is parked', async () => {
  await park(30);
  const bodies = ['{"channel":1}', '[', '{}', '"chat"', 'null', '[1]'];
  for (const body of [...bodies, ...bodies.map((each) => `${each} `), ...bodies.map((each) => ` ${each}`)]) {
    expect((await fetch(here.stage.stack.hookUrl, { method: 'POST', body })).status).toBe(400);
  }
  const { reasons }: { readonly reasons: readonly { readonly state: string; readonly count: number }[] } =
    await json('status');
  const [first, ...others] = reasons;
  expect(first).toMatchObject({ state: 'parked', count: 2 });
  expect(others.map(({ state }) => state)).not.toContain('parked');
  expect(Math.max(...others.map(({ count }) => count))).toBeGreaterThan(2);
  here.crm.mend();
});

test('a chat without something that the CRM refused is counted and shown, until a replay', async () => {
  here.crm.mend();
  const id = await putWarned(70);
  const status = await json('status');
  expect(status.sevenDays).toMatchObject({ warned: 1 });
  expect(status.reasons).toContainEqual({ state: 'warned', count: 1, reason: 'email (INVALID_EMAIL)' });
  expect((await run('status')).stdout).toMatch(/warned +1 +delivered in 7 days/);
  expect(await json('list', '--state', 'warned')).toMatchObject([
    { id, state: 'delivered', destination: 'crm', reason: 'Not accepted: email (INVALID_EMAIL)' },
  ]);
  expect((await run('show', id)).stdout).toContain('the CRM did not accept: email (INVALID_EMAIL)');
  const { findings } = await json('doctor');
  expect(findings).toContainEqual(
    expect.objectContaining({ status: 'warning', text: '1 was delivered in 7 days without email (INVALID_EMAIL).' }),
  );
  await run('replay', '--state', 'warned', '--yes');
  await eventually(async () => (await json('list', '--state', 'warned')).length === 0);
});
