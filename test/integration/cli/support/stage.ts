import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from '@jest/globals';
import { account, credentialsOf } from '../../../../local/lib/settings.ts';
import { readStackInfo, type StackInfo } from '../../../../local/stack-info.ts';
import { type FakeServer, startFakeServer } from '../../../support/fake-server.ts';
import { type ProbedTable, probedTable } from '../../../support/probed-table.ts';
import { newDirectory } from '../../local/support/directory.ts';
import { eventually } from '../../local/support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from '../../local/support/stack.ts';
import { createForwarderHere, type Forwarder, type Result } from './forwarder.ts';

/** A CRM that takes webhooks, or refuses each for good until it is mended. */
export type TestCrm = FakeServer & {
  readonly refuse: (why: string) => void;
  readonly mend: () => void;
  /** The chats that it has, by the destination's path; twice where one came twice. */
  readonly taken: (path: string) => readonly string[];
};

export async function startTestCrm(): Promise<TestCrm> {
  let trouble: string | undefined;
  const taken: { readonly path: string; readonly webhookId: string; readonly chat: string }[] = [];
  const server = await startFakeServer(({ path, headers, body }) => {
    if (trouble !== undefined) return { status: 400, body: { message: trouble } };
    taken.push({ path, webhookId: String(headers['webhook-id']), chat: String(Object(body).data?.id) });
    return { status: 200, body: {} };
  });
  return {
    ...server,
    refuse: (why) => {
      trouble = why;
    },
    mend: () => {
      trouble = undefined;
    },
    taken: (path) => taken.filter((each) => each.path === path).map(({ chat }) => chat),
  };
}

/** `npm start` on data of its own, and the operator's commands for it, which run in this process. */
export type CliStage = {
  readonly directory: string;
  readonly stack: LocalStack;
  readonly forwarder: Forwarder;
  readonly stackInfo: StackInfo;
  readonly table: ProbedTable;
  readonly sqs: SQSClient;
  /** The files stay where they are. */
  readonly end: () => Promise<void>;
};

/** Starting takes seconds: the template is synthesized, and the functions are bundled. */
export const startPatience = 200_000;

/** @param destinations names; each is a webhook of that path at the CRM */
export async function setCliStage(
  crm: TestCrm,
  destinations: readonly string[],
  directory = newDirectory(),
): Promise<CliStage> {
  const configFile = join(directory, 'config.json');
  const config = {
    timezone: 'Europe/Prague',
    batchingWindowSeconds: 0,
    destinations: destinations.map((name) => ({ name, adapter: 'webhook', url: `${crm.url}/${name}` })),
  };
  writeFileSync(configFile, JSON.stringify(config));
  return setStageOn(directory, configFile);
}

export async function setStageOn(
  directory: string,
  configFile: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CliStage> {
  const data = join(directory, 'data');
  const stack = await startLocalStack(data, { FORWARDER_CONFIG: configFile, ...environment });
  const stackInfo = readStackInfo(data);
  if (stackInfo === undefined) throw new Error('The stack has left no word of where it is.');
  const { endpoints, outputs } = stackInfo;
  const credentials = credentialsOf(endpoints.accessKey);
  return {
    directory,
    stack,
    forwarder: createForwarderHere(data),
    stackInfo,
    table: probedTable(endpoints.dynamodb, outputs.TableName, credentials),
    sqs: new SQSClient({ region: account.region, credentials, endpoint: endpoints.sqs }),
    end: async () => {
      stack.child.kill('SIGTERM');
      await stack.exit;
      await eventually(() => processesOf(data).length === 0);
    },
  };
}

type StageOfFile = {
  readonly crm: TestCrm;
  readonly stage: CliStage;
  /** The operator's commands, for the local stack. */
  readonly run: (...args: readonly string[]) => Promise<Result>;
};

/** A stage for all tests of a file, with a CRM that takes webhooks. */
export function useCliStage(destinations: readonly string[]): StageOfFile {
  const begun: { crm?: TestCrm; stage?: CliStage } = {};
  beforeAll(async () => {
    begun.crm = await startTestCrm();
    begun.stage = await setCliStage(begun.crm, destinations);
  }, startPatience);
  afterAll(async () => {
    await begun.crm?.close();
    await begun.stage?.end();
  });
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('The stage is there once its tests begin.');
    return part;
  };
  return {
    get crm() {
      return started(begun.crm);
    },
    get stage() {
      return started(begun.stage);
    },
    run: (...args) => started(begun.stage).forwarder([...args, '--local']),
  };
}

/** A chat as the hook brings it. */
export const chatBody = (id: number, words = 'Hello', email: string | null = 'eva@example.com') =>
  JSON.stringify({
    accountId: 208,
    beginAt: Date.UTC(2026, 4, 4, 8, 15),
    channel: { id, isMissed: true },
    visitor: { id, name: 'Eva', email },
    messages: [{ type: 'visitor', content: words, sentAt: Date.UTC(2026, 4, 4, 8, 15) }],
  });
