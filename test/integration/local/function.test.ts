import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from './support/eventually.ts';
import { startFunction, type TestFunction } from './support/function.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

let running: TestFunction[] = [];

function start(...options: Parameters<typeof startFunction>): TestFunction {
  const started = startFunction(...options);
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});

async function call({ invoke }: TestFunction, event: unknown = {}): Promise<unknown> {
  const result = await invoke(JSON.stringify(event));
  return result.succeeded ? JSON.parse(result.payload) : result.error;
}

describe('a handler', () => {
  test.each([
    ['CommonJS', 'index.cjs', 'exports.handler = async (event) => ({ got: event });'],
    ['CommonJS as a whole', 'index.js', 'module.exports = { handler: async (event) => ({ got: event }) };'],
    ['an ES module', 'index.mjs', 'export const handler = async (event) => ({ got: event });'],
    ['not async', 'index.cjs', 'exports.handler = (event) => ({ got: event });'],
  ])('may be %s', async (_name, file, source) => {
    expect(await call(start(source, { file }), { a: 'ž' })).toEqual({ got: { a: 'ž' } });
  });

  test('gets a context', async () => {
    const source = `exports.handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`;
    expect(await call(start(source, { timeoutSeconds: 3 }))).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'App-Test',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:App-Test',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/App-Test',
      logStreamName: expect.stringContaining('[$LATEST]'),
      remaining: expect.any(Number),
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
    });
  });

  test("has Lambda's environment and its own, and nothing of this machine's", async () => {
    process.env['A_SECRET_OF_THIS_MACHINE'] = 'x';
    const source = 'exports.handler = async () => process.env;';
    const environment = await call(start(source, { environment: { QUEUE_URL: 'q' } }));
    delete process.env['A_SECRET_OF_THIS_MACHINE'];
    expect(environment).toMatchObject({
      QUEUE_URL: 'q',
      AWS_LAMBDA_FUNCTION_NAME: 'App-Test',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SQS: 'http://sqs',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: expect.any(String),
      TZ: ':UTC',
      _HANDLER: 'index.handler',
    });
    expect(environment).not.toHaveProperty('A_SECRET_OF_THIS_MACHINE');
    expect(environment).not.toHaveProperty('HOME');
  });

  test('that returns nothing, answers null', async () => {
    expect(await call(start('exports.handler = async () => {};'))).toBeNull();
  });

  test('keeps its process from one event to the next', async () => {
    const counter = start('let count = 0; exports.handler = async () => ++count;');
    expect([await call(counter), await call(counter), await call(counter)]).toEqual([1, 2, 3]);
  });
});

describe('a function that fails', () => {
  test('tells its error, and goes on', async () => {
    const source = `exports.handler = async ({ fail }) => {
      if (fail) throw new RangeError('too far');
      return 'fine';
    };`;
    const failing = start(source);
    expect(await call(failing, { fail: true })).toEqual({
      errorType: 'RangeError',
      errorMessage: 'too far',
      trace: expect.arrayContaining([expect.stringContaining('RangeError: too far')]),
    });
    expect(await call(failing)).toBe('fine');
    expect(failing.output()).toContain('RangeError: too far');
  });

  test.each([
    ['has no such export', 'exports.other = 1;', 'Runtime.HandlerNotFound', /index.handler is undefined/],
    ['takes a callback', 'exports.handler = (a, b, c) => {};', 'Runtime.CallbackHandlerDeprecated', /at most two/],
    ['throws while loading', 'throw new TypeError("no load");', 'TypeError', /no load/],
    ['ends while loading', 'process.exit(3);', 'Runtime.ExitError', /exit status 3/],
  ])('because it %s, fails each event and the warming', async (_name, source, errorType, message) => {
    const broken = start(source);
    const error = { errorType, errorMessage: expect.stringMatching(message) };
    expect(await broken.warm()).toMatchObject(error);
    expect(await call(broken)).toMatchObject(error);
    expect(broken.isUp()).toBe(false);
  });

  test('because its file is missing, says which', async () => {
    const missing = start('', { file: 'other.cjs' });
    expect(await call(missing)).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('because it takes too long, is ended and started again', async () => {
    const slow = start('exports.handler = async (ms) => new Promise((resolve) => setTimeout(resolve, ms, "done"));', {
      timeoutSeconds: 0.3,
    });
    expect(await call(slow, 5000)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Task timed out after 0.3 seconds',
    });
    expect(slow.output()).toContain('Task timed out');
    expect(await call(slow, 0)).toBe('done');
  });

  test('because it is killed, fails what it was doing and is started again', async () => {
    const source = 'exports.handler = async (die) => (die ? process.kill(process.pid, "SIGKILL") : process.pid);';
    const killed = start(source);
    const first = await call(killed);
    expect(await call(killed, 1)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'Runtime exited: signal SIGKILL',
    });
    expect(await killed.warm()).toBeUndefined();
    expect(await call(killed)).not.toBe(first);
  });

  test('because somebody kills it, fails what it was doing, and the next event finds another', async () => {
    const busy = start('exports.handler = (wait) => new Promise((end) => setTimeout(end, wait, process.pid));');
    const first = await call(busy, 0);
    const cut = call(busy, 20_000);
    await busy.kill();
    expect(await cut).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await call(busy, 0)).not.toBe(first);
  });

  test('because it throws where nothing can catch, ends with that error', async () => {
    const source = `exports.handler = () => new Promise(() => setImmediate(() => { throw new Error('out of hand'); }));`;
    expect(await call(start(source))).toMatchObject({ errorType: 'Error', errorMessage: 'out of hand' });
  });

  test.each([
    [
      'throws where nothing can catch',
      "await new Promise(() => setImmediate(() => { throw new Error('out of hand'); }));",
    ],
    ['takes too long', 'while (Date.now() < begin + 1100);'],
  ])('because it %s, takes no other event with it', async (_name, ill) => {
    const source = `exports.handler = async (event) => {
      const begin = Date.now();
      if (event.ill) { ${ill} }
      return 'well';
    };`;
    const fn = start(source, { timeoutSeconds: 1, reservedConcurrency: 1 });
    const [, ...others] = await Promise.all([call(fn, { ill: true }), call(fn), call(fn)]);
    expect(others).toEqual(['well', 'well']);
  });

  test('because its answer is too large, says so', async () => {
    const source = 'exports.handler = async () => "x".repeat(7 * 1024 * 1024);';
    expect(await call(start(source))).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

describe('under load', () => {
  const source = `exports.handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return process.pid;
  };`;

  test('one instance handles one event at a time, and there are four at most', async () => {
    const busy = start(source);
    const pids = await Promise.all(Array.from({ length: 20 }, () => call(busy)));
    expect(new Set(pids).size).toBeGreaterThan(1);
    expect(new Set(pids).size).toBeLessThanOrEqual(4);
  });

  test('the reserved concurrency holds', async () => {
    const reserved = start(source, { reservedConcurrency: 1 });
    const pids = await Promise.all(Array.from({ length: 5 }, () => call(reserved)));
    expect(new Set(pids).size).toBe(1);
    expect(await call(start(source, { reservedConcurrency: 0 }))).toMatchObject({
      errorType: 'TooManyRequestsException',
    });
  });

  test('an event that is larger than Lambda takes, does not reach the function', async () => {
    const echo = start('exports.handler = async () => 1;');
    expect(await call(echo, 'x'.repeat(6 * 1024 * 1024))).toMatchObject({ errorType: 'RequestTooLargeException' });
    expect(echo.isUp()).toBe(false);
  });

  test('an event that nobody waits for any more is not handled', async () => {
    const busy = start(source, { reservedConcurrency: 1 });
    const first = call(busy);
    const second = busy.invoke('{}', AbortSignal.timeout(10));
    expect(await second).toMatchObject({ succeeded: false, error: { errorType: 'TooManyRequestsException' } });
    expect(await first).toEqual(expect.any(Number));
  });
});

describe('instances', () => {
  const source = 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 1000, process.pid));';

  test('that have nothing to do are stopped, but for the one that was warmed', async () => {
    const idle = start(source, { idleMilliseconds: 500 });
    await idle.warm();
    const pids = await Promise.all(Array.from({ length: 8 }, () => call(idle)));
    const alive = () => [...new Set(pids)].filter((pid) => isAlive(Number(pid))).length;
    expect(new Set(pids).size).toBeGreaterThan(1);
    await eventually(() => alive() === 1);
    expect(idle.isUp()).toBe(true);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
