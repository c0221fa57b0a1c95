import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf, readChatFile } from '../../../cli/commands/import/read-file.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';

const directory = mkdtempSync(join(tmpdir(), 'import-'));

function write(content: string | Uint8Array): string {
  const file = join(directory, 'chats.jsonl');
  writeFileSync(file, content);
  return file;
}

async function linesIn(content: string) {
  const found: { readonly number: number; readonly text: string }[] = [];
  const bytes = Buffer.from(content);
  for await (const { number, offset, length } of linesOf(write(content))) {
    found.push({ number, text: bytes.subarray(offset, offset + length).toString() });
  }
  return found;
}

test('each line that is not blank is found at its number and place', async () => {
  const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(''), fc.constant('x'.repeat(70_000)));
  await fc.assert(
    fc.asyncProperty(fc.array(line.map((text) => text.replaceAll('\n', ' '))), async (lines) => {
      const expected = lines.map((text, at) => ({ number: at + 1, text })).filter(({ text }) => /[^\s]/.test(text));
      const found = await linesIn(lines.join('\n'));
      expect(found.filter(({ text }) => /[^\s]/.test(text))).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a line that is too long, or no text, is refused, and the rest is read', async () => {
  const chat = Buffer.from(JSON.stringify(aHookBody()));
  const newline = Buffer.from('\n');
  const long = Buffer.alloc(7 * 1024 * 1024, 'x');
  const broken = Buffer.from([0x7b, 0xff, 0x7d]);
  const { chats, refused } = await readChatFile(
    write(Buffer.concat([long, newline, broken, newline, chat])),
    new Date(),
  );
  expect(refused.map(({ number, why }) => [number, why])).toEqual([
    [1, 'The line is longer than 6 MB.'],
    [2, 'The line is not UTF-8 text.'],
  ]);
  expect([...chats.keys()]).toEqual(['208:55039']);
});

test('of many copies of a chat, only those with its words and its rating are sent', async () => {
  const copy = (words: number, rating: number | null) =>
    JSON.stringify(
      aHookBody({
        channel: { id: 1, rating },
        messages: Array.from({ length: words }, (_, at) => ({ type: 'visitor', content: `${at}` })),
      }),
    );
  const { chats } = await readChatFile(
    write([copy(2, null), copy(6, null), copy(0, 1), copy(5, null)].join('\n')),
    new Date(),
  );
  expect(chats.get('208:1')?.map(({ number, counts }) => [number, counts])).toEqual([
    [2, { words: true, rating: false }],
    [3, { words: false, rating: true }],
  ]);
});
