import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';
import { startTable } from '../../support/dynamodb.ts';
import { createSystem, withoutMark } from './system.ts';
import type { Work } from './work.ts';

/** A function has 512 MB: what Node.js itself takes, and the bodies before they are parsed, are beside this. */
const heapMegabytes = 350;
/** Of the processor's time. Lambda's limits are 20 s and 60 s. */
const maxMs = { receivedInMs: 10_000, deliveredInMs: 20_000 };
const maxAnswerLength = 10_000;

describe('in a process with the memory of a function', () => {
  let ended: { readonly code: number; readonly errors: string };
  let done: readonly Work[] = [];
  beforeAll(async () => {
    const script = join(process.cwd(), 'test/integration/hostile/work.ts');
    const options = ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMegabytes}`];
    const child = spawn(process.execPath, [...options, script], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    ended = { code, errors };
    done = printed
      .split('\n')
      .filter(Boolean)
      .map((line): Work => JSON.parse(line));
  }, 300_000);

  test('no body takes more memory than a function has', () => {
    expect({ ...ended, last: done.at(-1)?.what }).toEqual({ code: 0, errors: '', last: hostileBodies.at(-1)?.what });
  });

  const bounds = (work: Work | undefined) => ({
    isSlow: Object.entries(maxMs).some(([name, max]) => Number(Object(work)[name]) > max),
    isTalkative: (work?.answerLength ?? Number.POSITIVE_INFINITY) > maxAnswerLength,
  });
  const within = { isSlow: false, isTalkative: false };
  const of = (what: string) => done.find((each) => each.what === what);

  describe('a hostile chat is answered 200, kept as it came, and brings no markup into a CRM', () => {
    test.each(hostileBodies.filter(({ answer }) => answer === 200))('$what', ({ what }) => {
      const work = of(what);
      const kept = { isKeptAsItCame: true, isStoredAsItCame: true, hasStrayMarkup: false, isWellFormed: true };
      expect(work).toMatchObject({ status: 200, ...kept });
      expect(bounds(work)).toEqual(within);
    });
  });

  describe('what is hostile and no chat is answered 400 and kept as it came', () => {
    test.each(hostileBodies.filter(({ answer }) => answer === 400))('$what', ({ what }) => {
      const work = of(what);
      expect(work).toMatchObject({ status: 400, isKeptAsItCame: true });
      expect(bounds(work)).toEqual(within);
    });
  });
});

const chats = hostileBodies.filter(({ answer, text }) => answer === 200 && text === undefined);

test('a hostile chat is kept as it came while the queue is away, too', async () => {
  const { table, close } = await startTable();
  const { post, taken } = createSystem(table, { queueIsAway: true });
  // Whatever a body holds, it lies in the table as bytes: a few of them show that.
  for (const { make } of chats.slice(0, 4)) {
    const bytes = make();
    expect((await post(bytes)).statusCode).toBe(200);
    expect(await taken()).toBeUndefined();
    const [hook] = await createListSpooled(table)(1);
    expect(Buffer.compare(Buffer.from((await hook?.read())?.body ?? ''), withoutMark(bytes))).toBe(0);
    await hook?.remove();
  }
  await close();
});

test('keys of prototypes are data, and change nothing else', () => {
  const { make } = chats.find(({ what }) => what.includes('pollute')) ?? {};
  const conversation = readConversation(make?.().toString() ?? '');
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).not.toContain('polluted');
  expect(conversation?.visitor.variables).toEqual([
    { key: '__proto__', label: 'p', value: 'p' },
    { key: 'constructor', label: 'constructor', value: '1' },
    { key: 'toString', label: 'toString', value: 't' },
  ]);
  expect(conversation?.messages).toMatchObject([{ speaker: 'visitor', text: 'c' }]);
});
