import { createHash } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientEnvironment } from '../../../local/lib/settings.ts';
import { readStackInfo } from '../../../local/stack-info.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { FakeServer } from '../../support/fake-server.ts';
import { type FakeAccount, startFakeAccount } from '../cli/support/fake-account.ts';
import { startFakeCloudFormation } from '../cli/support/fake-cloudformation.ts';
import { script } from '../cli/support/forwarder.ts';
import { chatBody, startPatience, startTestCrm, type TestCrm } from '../cli/support/stage.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type LocalStack, processesOf, runCommand, startLocalStack } from '../local/support/stack.ts';
import { runElsewhere, story, type Told } from './support/commands.ts';
import { commandsInBlocks } from './support/documents.ts';

/**
 * Runs every `npx forwarder …` of the documents, as it stands there, in a clone of a user's. AWS is played by fake
 * servers for the account and its stacks, and by the stack of `npm start` for all that is in them.
 */

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const clone = newDirectory();
const data = join(clone, 'data');
let crm: TestCrm;
let stack: LocalStack;
let account: FakeAccount;
let outputs: Record<string, string>;
let stages: Readonly<Record<'prod' | 'dev', FakeServer>>;

/** What is set in the environment wins over what the `.env` of this clone may have. */
const nothingOfTheUsers = { HOST: '127.0.0.1', FORWARDER_HOOK_KEY: '', FORWARDER_SECRET_SHOP: '' };

beforeAll(async () => {
  crm = await startTestCrm();
  const configFile = join(clone, 'deployed.json');
  const shop = { name: 'shop', adapter: 'webhook', url: `${crm.url}/shop` };
  writeFileSync(configFile, JSON.stringify({ destinations: [shop] }));
  copyFileSync('cdk.json', join(clone, 'cdk.json'));
  writeFileSync(join(clone, 'chats.jsonl'), chatBody(55041));
  const npmStart = (env: NodeJS.ProcessEnv) => runCommand('npm', ['start'], { env });
  stack = await startLocalStack(data, { PORT: '0', FORWARDER_CONFIG: configFile, ...nothingOfTheUsers }, npmStart);

  crm.refuse('no such property');
  for (const id of [55039, 55040]) await post(chatBody(id));
  await post('{"channel": {}}');
  await eventually(() => ['208:55039', '208:55040'].every((id) => stack.output().includes(`${id}  parked for shop`)));
  crm.mend();

  const stackInfo = readStackInfo(data);
  if (stackInfo === undefined) throw new Error('The stack has left no word of where it is.');
  outputs = { ...stackInfo.outputs, Version: manifest.version };
  stages = {
    prod: await startFakeCloudFormation('SmartsuppCrmForwarder-prod', outputs),
    dev: await startFakeCloudFormation('SmartsuppCrmForwarder-dev', outputs),
  };
  account = await startFakeAccount({ bootstrapVersion: '30' });
  Object.assign(onAws, account.env, {
    ...clientEnvironment(stackInfo.endpoints),
  });
}, startPatience);

afterAll(async () => {
  stack.child.kill('SIGTERM');
  await stack.exit;
  await eventually(() => processesOf(data).length === 0);
  await Promise.all([crm, account, stages.prod, stages.dev].map((each) => each.close()));
});

const onAws: NodeJS.ProcessEnv = {};

const post = (body: string) => fetch(stack.hookUrl, { method: 'POST', body });

/** A shell runs the line as it stands, with what the reader would put in or answer. */
async function run({ line, reads: [example, theirs] = ['', ''], answers = '', input = '' }: Omit<Told, 'prints'>) {
  const npx = `npx() { shift; "${process.execPath}" "${script}" "$@"; }`;
  const stage = line.includes('--stage dev') ? stages.dev : stages.prod;
  const env = { ...onAws, AWS_ENDPOINT_URL_CLOUDFORMATION: stage.url };
  const command = `${npx}\n${line.replace(example, theirs)} ${answers}`;
  const { child, output, exit } = runCommand('sh', ['-c', command], { cwd: clone, env });
  child.stdin?.end(input);
  return { code: (await exit).code, output: output() };
}

test.each(story.map((step) => [step.line, step] as const))('%s', async (_line, step) => {
  if ('deploys' in step) return deploy();
  if (step.isRepeated) return eventually(async () => step.prints.test((await run(step)).output));
  const { code, output } = await run(step);
  expect(output).toMatch(step.prints);
  expect(code).toBe(step.isRefused ? 1 : 0);
});

/** What a deployment would do here: the key that is there now becomes valid, beside the one before it. */
async function deploy(): Promise<void> {
  const { output } = await run({ line: 'npx forwarder url' });
  const [, key = ''] = /\/smartsupp\/(\w+)\n/.exec(output) ?? [];
  const digest = createHash('sha256').update(key).digest('hex');
  outputs['HookKeyDigests'] = `${digest},${outputs['HookKeyDigests']}`;
}

test('there is no other npx forwarder in the documents, and none of these is gone from them', () => {
  const told = story.flatMap((step) => ('deploys' in step ? [] : [step.line]));
  const inDocuments = commandsInBlocks.filter((line) => line.startsWith('npx forwarder') && !(line in runElsewhere));
  expect(told.toSorted()).toEqual(inDocuments.toSorted());
});

test('npx finds forwarder in a clone of the project', async () => {
  const { output, exit } = runCommand('npx', ['forwarder', '--version']);
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(output()).toContain(manifest.version);
});
