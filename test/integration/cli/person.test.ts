import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compress } from '../../../lambda/platform/compression.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createPutClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { type FakeHubspot, startFakeHubspot } from '../../support/fake-hubspot.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, setStageOn, startPatience } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(90_000);

let hubspot: FakeHubspot;
let stage: CliStage;
beforeAll(async () => {
  hubspot = await startFakeHubspot();
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const destinations = [
    { name: 'sales', adapter: 'hubspot', baseUrl: hubspot.url },
    { name: 'nobody', adapter: 'webhook', url: hubspot.url, when: 'visitor.countryCode = "XX"' },
  ];
  writeFileSync(configFile, JSON.stringify({ batchingWindowSeconds: 0, destinations }));
  stage = await setStageOn(directory, configFile, { FORWARDER_SECRET_SALES: hubspot.token });
  await postNameless();
}, startPatience);
afterAll(async () => {
  await stage.end();
  await hubspot.close();
});

type Chat = { readonly channel: number; readonly visitor: string; readonly email?: string; readonly words?: string };

const bodyOf = ({ channel, visitor, email, words = 'Hello' }: Chat) =>
  JSON.stringify({
    accountId: channel % 2 === 0 ? 208 : 209,
    channel: { id: channel, isCompleted: true, isChat: true },
    visitor: { id: visitor, name: 'Eva Horáková', email },
    messages: [
      { type: 'visitor', content: words },
      { type: 'agent', from: 'agent:3', name: 'Karel', content: 'Welcome' },
    ],
  });
const post = async (chat: Chat) => {
  expect((await fetch(stage.stack.hookUrl, { method: 'POST', body: bodyOf(chat) })).status).toBe(200);
};
/** Nobody knows who that is, at the second look either, which is taken while other tests run. */
async function postNameless(): Promise<void> {
  const channel = { id: 400, isChat: true, isMissed: true };
  const messages = [{ type: 'visitor', content: 'Hello' }];
  const body = JSON.stringify({ accountId: 208, channel, visitor: { id: 'vi-held', name: 'Ota Malý' }, messages });
  expect((await fetch(stage.stack.hookUrl, { method: 'POST', body })).status).toBe(200);
}
const run = (...args: readonly string[]) => stage.forwarder([...args, '--local']);
const isQueueEmpty = async () => {
  const { messages, inFlight } = JSON.parse((await run('status', '--json')).stdout).now.queue;
  return messages === 0 && inFlight === 0;
};
const notes = () => JSON.stringify([...hubspot.objects.notes.values()]);

/** Everything in the table, as text: bodies are compressed, but ids, addresses and keys are not. */
const wholeTable = async () => {
  const { documents, tableName } = stage.table;
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }));
  return JSON.stringify(Items);
};

describe('a person', () => {
  beforeAll(async () => {
    await post({ channel: 100, visitor: 'vi-eva', email: 'Eva@Example.com', words: 'the blue one' });
    await post({ channel: 101, visitor: 'vi-eva', email: 'eva@example.com', words: 'the red one' });
    // Recognised by the browser that she used before.
    await post({ channel: 102, visitor: 'vi-eva', words: 'the green one' });
    await post({ channel: 103, visitor: 'vi-adam', email: 'adam@example.com', words: 'the grey one' });
    await eventually(() => ['blue', 'red', 'green', 'grey'].every((colour) => notes().includes(colour)), 30_000);
    const now = () => new Date();
    const rejected = { retentionDays: 30, dailyBytes: null, now };
    const why = { reason: 'invalid', detail: 'no chat', faults: [] };
    await createKeepRejected(stage.table, rejected)(Buffer.from('{"from":"EVA@example.com"}'), why);
    await createKeepRejected(stage.table, rejected)(Buffer.from('{"from":"adam@example.com"}'), why);
    const large = compress(Buffer.from(bodyOf({ channel: 104, visitor: 'vi-x', email: 'eva@example.com' })));
    await createPutClaimCheck(stage.table, now)(large);
  }, 60_000);

  test('is exported whole, over accounts, with what has no address of its own', async () => {
    const { stdout, code } = await run('export', '--email', 'eva@example.com');
    expect(code).toBe(0);
    const exported = JSON.parse(stdout);
    const ids = exported.chats.map(({ conversationId }: { conversationId: string }) => conversationId);
    expect(ids.toSorted()).toEqual(['208:100', '208:102', '209:101']);
    expect(stdout).toContain('the green one');
    expect(exported.others.map(({ where }: { where: string }) => where).toSorted()).toEqual([
      'claim check',
      'rejected',
    ]);
    expect(exported.contacts).toEqual([{ destination: 'sales', contactId: expect.any(String) }]);
    expect(stdout).not.toMatch(/adam|grey/);
  });

  test('is not touched by a dry run, nor where nobody can be asked', async () => {
    // Messages under way are told, too: the nameless chat's, until its second look, and one whose message is about to be deleted.
    await eventually(isQueueEmpty, 60_000);
    const { stdout } = await run('erase', '--email', 'eva@example.com', '--dry-run');
    expect(stdout).toContain('Found: 3 chats, 1 refused body, 1 body still on the queue. Nothing was changed.');
    expect(stdout).toMatch(/\nLooked through 5 chats, \d+ other bodies and \d+ messages? on the queues\.\n/);
    expect(stdout).toMatch(/\(times are those of UTC\):\n(.*\n)* {2}208:100 received \d\d \w+ \d\d:\d\d\n/);
    expect(stdout).toContain('Would be removed from the CRMs:\n  sales: 3 notes\n');
    expect(stdout).toMatch(/Would be left in the CRMs.*\n {2}sales: the contact \d+\n/);
    const { code, stderr } = await run('erase', '--email', 'eva@example.com');
    expect([code, stderr]).toEqual([2, expect.stringContaining('add --yes')]);
    expect(notes()).toContain('the blue one');
  });

  test('is erased everywhere, and nobody else is', async () => {
    const { stdout, code } = await run('erase', '--email', 'eva@example.com', '--yes');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Erased: 3 chats here, 3 notes in the CRMs, 1 refused body, 1 body still on the queue.'),
    ]);
    expect(stdout).toContain('Copies of these chats that come within 15 days are discarded.');
    expect(stdout).toMatch(/Left in the CRMs.*\n {2}sales: the contact \d+/);
    expect(notes()).not.toMatch(/blue|red one|green/);
    expect(notes()).toContain('the grey one');
    expect(await wholeTable()).not.toMatch(/eva@|vi-eva/i);
    expect(await wholeTable()).toMatch(/adam@/);
    const shown = await run('show', '208:100');
    expect([shown.code, shown.stdout]).toEqual([1, '']);
    expect(shown.stderr).toMatch(/^The chat "208:100" was erased at .* in the 15 days after that are discarded/);
    expect((await run('export', '--visitor', '208:vi-eva')).stdout).not.toContain('the blue one');
  });

  test('stays erased when a copy that was on its way comes', async () => {
    const { QueueUrl } = stage.stackInfo.outputs;
    const copy = bodyOf({ channel: 100, visitor: 'vi-eva', email: 'eva@example.com', words: 'the blue one' });
    const MessageBody = await seal(
      copy,
      new Date(),
      createPutClaimCheck(stage.table, () => new Date()),
    );
    await stage.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await post({ channel: 106, visitor: 'vi-adam', email: 'adam@example.com', words: 'the last one' });
    await eventually(() => notes().includes('the last one'), 30_000);
    expect(notes()).not.toContain('blue');
    expect(await wholeTable()).not.toMatch(/eva@|vi-eva/i);
  });

  test('who comes back is a new one', async () => {
    await post({ channel: 108, visitor: 'vi-eva', email: 'eva@example.com', words: 'it is me again' });
    await eventually(() => notes().includes('it is me again'), 30_000);
    expect((await run('erase', '--visitor', '208:vi-eva', '--yes')).stdout).toContain('Erased: 1 chat here, 1 note');
  });
});

test('of a badly written address the person is found and erased, and where nobody is found it is said what was read', async () => {
  await post({ channel: 300, visitor: 'vi-ivan', email: 'Ivan Maly <ivan.maly@posta.example>', words: 'the pink one' });
  await eventually(() => notes().includes('the pink one'), 30_000);
  expect([...hubspot.objects.contacts.values()].map(({ properties }) => properties['email'])).toContain(
    'ivan.maly@posta.example',
  );
  const { stdout } = await run('erase', '--email', 'ivan.maly@posta.example', '--yes');
  expect(stdout).toContain('Erased: 1 chat here, 1 note in the CRMs.');
  expect(notes()).not.toContain('the pink one');
  const nobody = await run('erase', '--email', 'ivan.maly@posta.example', '--yes');
  expect(nobody.stdout).toMatch(/^Erased: nothing\.\nLooked through \d+ chats?, \d+ other bod/);
});

test('a rule that lets no chat through is counted in status, and doctor warns of it', async () => {
  await post({ channel: 500, visitor: 'vi-skipped', email: 'skipped@example.com', words: 'the green one' });
  await eventually(() => notes().includes('the green one'), 30_000);
  const { reasons } = JSON.parse((await run('status', '--json')).stdout);
  const skipped = { state: 'skipped', reason: 'nobody: The rule does not match (when).', count: expect.any(Number) };
  expect(reasons.filter(({ state }: { readonly state: string }) => state === 'skipped')).toEqual([skipped]);
  const { findings } = JSON.parse((await run('doctor', '--json')).stdout);
  expect(findings.filter(({ subject }: { readonly subject: string }) => subject === 'skipped')).toEqual([
    {
      subject: 'skipped',
      status: 'warning',
      text: expect.stringMatching(
        /^Every chat of the last 24 hours \(\d+\) was skipped at nobody\. The rule does not match \(when\)\.$/,
      ),
      remedy: expect.stringContaining('replay --state skipped --destination nobody'),
    },
  ]);
});

test('what lies on a queue is erased with the person, and what is another’s stays there', async () => {
  const { DeadLetterQueueUrl } = stage.stackInfo.outputs;
  for (const email of ['ida@example.com', 'jan@example.com']) {
    const body = bodyOf({ channel: 200, visitor: email, email });
    const MessageBody = await seal(
      body,
      new Date(),
      createPutClaimCheck(stage.table, () => new Date()),
    );
    await stage.sqs.send(new SendMessageCommand({ QueueUrl: DeadLetterQueueUrl, MessageBody }));
  }
  await createSpool(stage.table)(bodyOf({ channel: 202, visitor: 'i', email: 'ida@example.com' }), new Date());
  expect((await run('export', '--email', 'ida@example.com')).stdout).toMatch(/"spooled".*"dead letters"/s);
  // A sweep may have put the spooled one on the queue by now, and deliver taken it off.
  const { stdout } = await run('erase', '--email', 'ida@example.com', '--yes', '--json');
  expect(JSON.parse(stdout).bodies + JSON.parse(stdout).chats).toBe(2);
  await eventually(async () => {
    const asked = new ReceiveMessageCommand({
      QueueUrl: DeadLetterQueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    });
    const { Messages = [] } = await stage.sqs.send(asked);
    expect(JSON.stringify(Messages)).not.toContain('ida@');
    return JSON.stringify(Messages).includes('jan@');
  }, 60_000);
});

test.each([
  [[], 'by one of --email, --phone and --visitor'],
  [['--email', 'a@b.cz', '--visitor', 'x'], 'by one of'],
  [['--email', 'nobody'], 'is not an e-mail address'],
  [['--phone', '601123456'], 'with its country'],
  [['--visitor', 'vi-eva'], 'Give the account and the visitor'],
])('a person cannot be named by %j', async (args, words) => {
  const { code, stderr } = await run('erase', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});

test('what is held is counted by reason in status and doctor, and listed with it', async () => {
  const held = async () => JSON.parse((await run('list', '--state', 'held', '--json')).stdout);
  await eventually(async () => (await held()).length === 1, 40_000);
  const reason = expect.stringMatching(/^Nothing identifies the visitor.* goes to a contact by name after 72 hours\.$/);
  expect(await held()).toMatchObject([{ id: '208:400', state: 'held', reason }]);
  const status = JSON.parse((await run('status', '--json')).stdout);
  expect(status).toMatchObject({ now: { held: 1 } });
  expect(status.reasons).toContainEqual({ state: 'held', reason, count: 1 });
  expect((await run('status')).stdout).toContain('To see what is held: npx forwarder list --state held');
  const doctor = JSON.parse((await run('doctor', '--json')).stdout);
  expect(doctor.findings).toContainEqual({
    subject: 'held',
    status: 'ok',
    text: expect.stringMatching(/^1 held\. Nothing identifies the visitor/),
    remedy: expect.stringContaining('list --state held'),
  });
});
