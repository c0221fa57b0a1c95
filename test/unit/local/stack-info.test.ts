import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { publishStackInfo, readStackInfo, type StackInfo } from '../../../local/stack-info.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackInfo-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const stackInfo: StackInfo = {
  outputs: {
    HookUrl: 'http://127.0.0.1:3000/smartsupp/',
    HookKeyDigests: 'digest',
    HookKeySecretArn: 'arn',
    DestinationSecrets: '{}',
    QueueUrl: 'http://127.0.0.1:1/queue',
    DeadLetterQueueUrl: 'http://127.0.0.1:1/dead',
    TableName: 'table',
    ErasureTableName: 'erasures',
  },
  endpoints: {
    sqs: 'http://127.0.0.1:1',
    dynamodb: 'http://127.0.0.1:2',
    secretsManager: 'http://127.0.0.1:3',
    accessKey: 'key',
  },
  configFile: '/forwarder.json',
  healthUrl: 'http://127.0.0.1:3000/healthz',
};
const state = { path: (...names: readonly string[]) => join(directory, ...names) };

test('what the stack announces is there for its owner alone, until it is taken back', () => {
  const withdraw = publishStackInfo(state, stackInfo);
  expect(readStackInfo(directory)).toEqual(stackInfo);
  expect(readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([0o600]);
  withdraw();
  expect(readStackInfo(directory)).toBeUndefined();
  withdraw();
});

test('where nothing or nonsense lies, there is no stackInfo', () => {
  expect(readStackInfo(join(directory, 'nowhere'))).toBeUndefined();
  writeFileSync(state.path('deployment.json'), '{');
  expect(readStackInfo(directory)).toBeUndefined();
});
