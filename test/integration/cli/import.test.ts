import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, chatBody, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

let crm: TestCrm;
let stage: CliStage;
beforeAll(async () => {
  crm = await startTestCrm();
  stage = await setCliStage(crm, ['crm']);
}, startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

const run = (...args: readonly string[]) => stage.forwarder([...args, '--local']);

function writeLines(lines: readonly string[]): string {
  const file = join(newDirectory(), 'chats.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

const deliveriesOf = async (id: string) =>
  (await createRecords(stage.table).deliveriesOf(id)).map(({ state }) => state);

const areDelivered = (ids: readonly number[]) => async () =>
  (await Promise.all(ids.map((id) => deliveriesOf(`208:${id}`)))).every((states) => states.join() === 'delivered');

test('the chats of a file are brought once, however often it is imported, and whatever else is in it', async () => {
  await fetch(stage.stack.hookUrl, { method: 'POST', body: chatBody(1) });
  await eventually(areDelivered([1]), 20_000);
  const longer = chatBody(2, 'Hello').replace('"messages":[', '"messages":[{"type":"visitor","content":"Anybody?"},');
  const file = writeLines(['not JSON', chatBody(1), chatBody(2), '', longer, '{"accountId":208}', chatBody(3)]);

  const counted = await run('import', file, '--dry-run');
  expect(counted).toMatchObject({ code: 0, stderr: '' });
  expect(counted.stdout).toContain('line 1 refused: The body is not JSON.\nline 6 refused: ');
  expect(counted.stdout).toContain(
    `3 chats in ${file}: 2 missing here, 1 here already, 2 lines refused. Nothing was changed.`,
  );
  expect(crm.taken('/crm')).toEqual(['208:1']);

  const imported = await run('import', file);
  expect(imported.code).toBe(1);
  expect(imported.stdout).toContain(
    `2 chats on the way. Correct the refused lines in ${file}.refused, and import that.`,
  );
  expect(readFileSync(`${file}.refused`, 'utf8')).toBe('not JSON\n{"accountId":208}\n');
  expect(statSync(`${file}.refused`).mode & 0o777).toBe(0o600);
  await eventually(areDelivered([2, 3]), 20_000);
  expect(crm.taken('/crm').toSorted()).toEqual(['208:1', '208:2', '208:3']);
  const [delivery] = await createRecords(stage.table).deliveriesOf('208:2');
  expect(delivery).toMatchObject({ isHistory: true, revision: expect.stringMatching(/^00000002/) });

  const again = await run('import', file, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ chats: 3, sent: 0, here: 3, refused: [{ line: 1 }, { line: 6 }] });
  expect(crm.taken('/crm')).toHaveLength(3);
});

test('many chats need a confirmation, and a wrong file is told', async () => {
  const many = writeLines(Array.from({ length: 51 }, (_, at) => chatBody(100 + at)));
  expect(await run('import', many)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Import 51 chats of .* Nobody is here to answer: add --yes\.\n$/),
  });
  expect(await run('import', '/nowhere.jsonl')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot read /nowhere.jsonl'),
  });
  expect(await run('import', '/tmp')).toMatchObject({ code: 1, stderr: expect.stringContaining('/tmp is not a file') });
  expect(await run('import')).toMatchObject({ code: 2 });
});
