import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createLogger, errorFields } from '../../../lambda/platform/logger.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const logged = () => lines.map((line) => JSON.parse(line));
const invocation = (awsRequestId: string) => Object.assign(Object.create(null), { awsRequestId }) satisfies Context;

test('a log line has the request’s id, and says whether it was the first', async () => {
  const log = createLogger('receive');
  const handler = log.withRequestId(async (event: string) => log.info('accepted', { conversationId: event }));
  await handler('208:1', invocation('one'));
  await handler('208:2', invocation('two'));
  expect(logged()).toMatchObject([
    { level: 'INFO', service: 'receive', conversationId: '208:1', requestId: 'one', coldStart: true },
    { level: 'INFO', service: 'receive', conversationId: '208:2', requestId: 'two', coldStart: false },
  ]);
});

test('an unexpected error is logged with its name and stack, never with its message', async () => {
  const log = createLogger('sweep');
  const typed = 'my name is\n    at Žofie (home.js:1:2)\nand I live here';
  const handler = log.withRequestId(async () => {
    throw new TypeError(typed);
  });
  const thrown = await handler({}, invocation('one')).catch((error: unknown) => error);
  expect(logged()).toMatchObject([{ level: 'ERROR', requestId: 'one', error: 'TypeError' }]);
  expect(logged()[0].stack[0]).toMatch(/^at .*logger\.test\.ts:\d+:\d+\)?$/);
  expect(thrown).toMatchObject({ name: 'TypeError' });
  expect(`${lines}${String(thrown)}`).not.toMatch(/Žofie|name is|live here/);
});

test('an error whose message was changed after its stack was taken logs neither message', () => {
  const error = new Error('said first\n    said then');
  error.message = 'another';
  expect(JSON.stringify(errorFields(error))).not.toMatch(/said|another/);
  expect(errorFields('a text')).toEqual({ error: 'string' });
});
