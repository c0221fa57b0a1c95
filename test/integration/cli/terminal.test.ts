import { beforeEach, expect, jest, test } from '@jest/globals';
import { revisionOf } from '../../../lambda/conversation/revision.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { complete } from '../../../lambda/delivery/state-machine.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { eventually } from '../local/support/eventually.ts';
import { chatBody, useCliStage } from './support/stage.ts';
import { ctrlC, enter, openTerminal } from './support/terminal.ts';

// A terminal that is typed at, on a machine that may be busy.
jest.setTimeout(120_000);

/** So many that a person can stop the command in the middle. */
const chats = 200;

const here = useCliStage(['crm']);
beforeEach(() => here.crm.mend());

const open = (...args: readonly string[]) =>
  openTerminal([...args, '--local'], {
    FORWARDER_DATA: `${here.stage.directory}/data`,
    FORWARDER_CONFIG: `${here.stage.directory}/config.json`,
  });

/** As deliver leaves a chat that the CRM refuses. */
async function putParked(channel: number): Promise<void> {
  const options = { retentionDays: 30, now: () => new Date() };
  const body = chatBody(channel);
  const conversation = readConversation(body);
  if (conversation === undefined) throw new Error('the fixture is no chat');
  const receivedAt = new Date();
  const revision = revisionOf(conversation, receivedAt, body);
  const copy = { conversation, revision, foundBy: { email: null, phone: null }, body, receivedAt };
  await createConversations(here.stage.table, options).save(copy);
  const wanted = {
    destination: 'crm',
    ...copy,
    person: { email: null, phone: null },
    contentHash: 'x',
    now: receivedAt,
    leaseUntil: receivedAt,
    isIsolated: false,
  };
  const lease = acquireLease(undefined, wanted);
  if (lease.kind !== 'acquired') throw new Error('a first lease is acquired');
  const ledger = createLedger(here.stage.table, options);
  await ledger.write(conversation.id, lease.delivery);
  const reason = 'The webhook receiver answered 400 when asked to take the conversation: no such property.';
  const parked = complete(lease.delivery, receivedAt, { state: 'parked', reason, fault: 'permanent' });
  await ledger.write(conversation.id, parked);
}

async function count(state: string): Promise<number> {
  let found = 0;
  for await (const _ of createRecords(here.stage.table).deliveries(state)) found += 1;
  return found;
}

test('many chats are asked about, stopped in the middle, and sent by the next run: each arrives once', async () => {
  await Promise.all(Array.from({ length: chats }, (_, index) => putParked(index + 1)));

  const refused = open('replay', '--state', 'parked');
  await refused.shows(/Send 200 chats again\?/);
  refused.type('n');
  refused.type(enter);
  expect(await refused.exit).toBe(1);
  expect(refused.lines()).toContain('Nothing was changed.');
  expect(await count('parked')).toBe(chats);

  const left = open('replay', '--state', 'parked');
  await left.shows(/Send 200 chats again\?/);
  left.type(ctrlC);
  expect(await left.exit).toBe(130);
  expect(await count('parked')).toBe(chats);

  const stopped = open('replay', '--state', 'parked');
  await stopped.shows(/Send 200 chats again\?/);
  stopped.type('y');
  stopped.type(enter);
  await stopped.shows(/ [1-9]\d*\/200 +[\d.]+\/s +\d+ \w+ left/);
  stopped.type(ctrlC);
  expect(await stopped.exit).toBe(130);
  const [, sent = ''] = /Stopped after (\d+) of 200\./.exec(stopped.lines().join('\n')) ?? [];
  expect(stopped.lines()).toContain(`${sent} chats sent again.`);
  expect(Number(sent)).toBeGreaterThan(0);
  expect(Number(sent)).toBeLessThan(chats);
  // All that was begun was ended.
  expect(await count('parked')).toBe(chats - Number(sent));
  await eventually(() => here.crm.taken('/crm').length === Number(sent), 60_000);

  const rest = open('replay', '--all', '--yes');
  expect(await rest.exit).toBe(0);
  expect(rest.lines()).toContain(`${chats - Number(sent)} chats sent again.`);
  await eventually(() => here.crm.taken('/crm').length === chats, 60_000);
  expect(new Set(here.crm.taken('/crm')).size).toBe(chats);
  // What it has taken is written down a moment later.
  await eventually(async () => (await count('pending')) === 0, 60_000);
  expect(await count('parked')).toBe(0);
});

test('tables fit into 80 columns', async () => {
  here.crm.refuse('Property "favourite_colour_of_the_visitor" does not exist on this object');
  await fetch(here.stage.stack.hookUrl, { method: 'POST', body: chatBody(1001) });
  await fetch(here.stage.stack.hookUrl, { method: 'POST', body: '{"channel": {}}' });
  await eventually(async () => (await count('parked')) === 1, 20_000);
  for (const args of [
    ['list', '--state', 'parked,rejected'],
    ['status'],
    ['show', '208:1001'],
    ['--help'],
    ['replay', '--help'],
    ['doctor'],
    ['erase', '--email', 'eva@example.com', '--dry-run'],
  ]) {
    const terminal = open(...args);
    expect(await terminal.exit).toBe(0);
    expect({ args, wrapped: terminal.hasWrapped() }).toEqual({ args, wrapped: false });
  }
  const list = open('list', '--state', 'parked,rejected');
  await list.exit;
  // A digest is told by its first digits; a reason goes on until its end.
  expect(list.lines().some((line) => /^Eva +missed .* parked +crm +208:1001$/.test(line))).toBe(true);
  expect(list.lines().some((line) => / rejected +[0-9a-f]{12}$/.test(line))).toBe(true);
  const told = list.lines().join(' ').replaceAll(/\s+/g, ' ');
  expect(told).toMatch(/The webhook receiver answered 400 .* does not exist on this object.* Fix what it names, /);
  expect(told).toContain('Times are those of Europe/Prague.');
});

test.each([
  ['an unknown state', ['list', '--state', 'lost'], 2],
  ['an unknown command', ['lst'], 2],
  ['an unknown destination', ['backfill', '--destination', 'nowhere'], 2],
  ['nothing to replay', ['replay'], 2],
  ['no such chat', ['show', '208:404'], 1],
])('%s is told in 80 columns, in whole words', async (_what, args, code) => {
  const terminal = open(...args);
  expect(await terminal.exit).toBe(code);
  expect(terminal.hasWrapped()).toBe(false);
});

test('Ctrl-C before anything was done says so', async () => {
  const terminal = open('send', '-');
  await terminal.shows(/Paste the body/);
  terminal.type(ctrlC);
  expect(await terminal.exit).toBe(130);
  expect(terminal.lines()).toContain('Stopped. Nothing was changed.');
});
