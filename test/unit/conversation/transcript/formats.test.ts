import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderHtml, renderText } from '../../../../lambda/conversation/transcript/formats.ts';
import { renderMarkdown } from '../../../../lambda/conversation/transcript/markdown.ts';
import type { RenderOptions } from '../../../../lambda/conversation/transcript/render.ts';
import { markup, reference, transcriptOf } from './chat.ts';

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const decode = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (named[name] ?? '') : String.fromCharCode(Number(code)),
  );
/** Each format, and how a reader gets the words out of it. */
const formats = [
  { format: 'HTML', render: renderHtml, read: (part: string) => decode(part.replace(/<[^>]*>/g, ' ')) },
  { format: 'Markdown', render: renderMarkdown, read: decode },
  { format: 'text', render: renderText, read: (part: string) => part },
];
const sizes = {
  characters: (part: string) => part.length,
  bytes: (part: string) => Buffer.byteLength(part),
};
const measures: readonly NonNullable<RenderOptions['measure']>[] = ['characters', 'bytes'];
const cases = formats.flatMap((format) => measures.map((measure) => ({ ...format, measure })));

/** What is left of a text once characters that no format shows are replaced. */
const shown = (text: string) =>
  text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

describe('a limit', () => {
  const word = fc.oneof(
    fc.constantFrom(...markup.filter((text) => text.length < 10)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  );
  const content = fc.array(word, { maxLength: 200 }).map((words) => words.join(' '));

  test.each(cases)('in $measure of $format is kept, and not a word is lost', ({ render, read, measure }) => {
    const sizeOf = sizes[measure];
    fc.assert(
      fc.property(fc.array(content, { maxLength: 5 }), fc.integer({ min: 900, max: 4000 }), (contents, limit) => {
        const messages = contents.map((text) => ({ type: 'visitor', content: text }));
        const parts = render(transcriptOf({ messages }), { limit, measure, reference });
        expect(Math.max(...parts.map(sizeOf))).toBeLessThanOrEqual(limit);
        const all = shown(parts.map(read).join(' '));
        let at = all.indexOf('First answer after');
        for (const text of shown(contents.join(' ')).split(/\s+/)) {
          const found = all.indexOf(text, at);
          if (found < 0) throw new Error(`${JSON.stringify(text)} is missing after ${JSON.stringify(all.slice(at))}`);
          at = found + text.length;
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each(cases)('in $measure of $format never parts the halves of a character', ({ render, read, measure }) => {
    const horses = '🐎'.repeat(2000);
    const messages = [{ type: 'visitor', content: horses }];
    const parts = render(transcriptOf({ visitor: null, messages }), { limit: 1501, measure, reference });
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
    expect(read(parts.join('')).match(/🐎/gu)).toHaveLength(2000);
    expect(Math.max(...parts.map(sizes[measure]))).toBeLessThanOrEqual(1501);
  });

  test.each(cases)('in $measure of $format that is too small for a character is an error', ({ render, measure }) => {
    expect(() => render(transcriptOf(), { limit: 60, measure, reference })).toThrow(RangeError);
  });

  test('counts characters unless told otherwise', () => {
    const transcript = transcriptOf({ messages: [{ type: 'visitor', content: 'ř'.repeat(700) }] });
    expect(renderText(transcript, { limit: 1700, reference })).toHaveLength(1);
    expect(renderText(transcript, { limit: 1700, measure: 'bytes', reference })).toHaveLength(2);
  });
});

describe.each(formats)('as $format', ({ render, read }) => {
  test('every part names itself, in English whatever the language', () => {
    const transcript = transcriptOf({}, { language: 'cs' });
    const lastLine = (part: string) =>
      read(part)
        .trim()
        .split(/\n| {2}/)
        .at(-1)
        ?.replaceAll('*', '')
        .trim();
    expect(render(transcript, { limit: 65_536, reference }).map(lastLine)).toEqual([reference]);
    const parts = render(transcript, { limit: 400, reference });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(lastLine)).toEqual(parts.map((_, at) => `${reference}, part ${at + 1} of ${parts.length}`));
  });

  test('every part of several begins with a heading that says which it is', () => {
    const parts = render(transcriptOf({}, { language: 'cs' }), { limit: 400, reference });
    const beginning = (part: string) => read(part).replaceAll('*', '').trim();
    expect(parts.length).toBeGreaterThan(1);
    for (const [at, part] of parts.entries()) {
      expect(beginning(part)).toMatch(new RegExp(`^Chat: Eva – část ${at + 1} z ${parts.length}\\s`));
    }
    expect(beginning(render(transcriptOf(), { limit: 65_536, reference }).join())).toMatch(/^Chat with Eva\s/);
  });

  test('messages of one speaker in a row have one heading, and another in the next part', () => {
    const messages = Array.from({ length: 40 }, (_, at) => ({ type: 'visitor', content: `message ${at}` }));
    const answer = { type: 'agent', name: 'John', from: 'agent:3', content: 'Hi' };
    const headings = (part: string) => read(part).match(/● Eva|○ John \(Agent\)/g);
    const [whole = ''] = render(transcriptOf({ messages: [...messages, answer, ...messages] }), {
      limit: 65_536,
      reference,
    });
    expect(headings(whole)).toEqual(['● Eva', '○ John (Agent)', '● Eva']);
    const parts = render(transcriptOf({ messages }), { limit: 700, reference });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.filter((part) => read(part).includes('message')).map(headings)).toEqual(
      parts.filter((part) => read(part).includes('message')).map(() => ['● Eva']),
    );
  });

  test('facts that are too long for a part are cut, not lost', () => {
    const note = 'word '.repeat(300).trim();
    const url = `https://shop.example/${'x'.repeat(1900)}`;
    const parts = render(transcriptOf({ visitor: { note }, paths: [{ url, title: 'Shop' }] }), {
      limit: 900,
      reference,
    });
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(900);
    expect(read(parts.join(' ')).match(/word/g)).toHaveLength(300);
    expect(read(parts.join('')).match(/x/g)?.length).toBeGreaterThanOrEqual(1900);
  });

  test('text that continues in the next part has its speaker’s name', () => {
    const messages = [{ type: 'visitor', content: 'word '.repeat(300) }];
    const parts = render(transcriptOf({ messages }, { language: 'cs' }), { limit: 1000, reference });
    expect(parts.map(read).join(' ')).toMatch(/● Eva\W+\(pokračování\)/);
  });

  test('fifty thousand messages are all there, in order', () => {
    const messages = Array.from({ length: 50_000 }, (_, at) => ({ type: 'visitor', content: `<${at}>` }));
    const parts = render(transcriptOf({ messages }), { limit: 65_536, reference });
    const numbers = [
      ...parts
        .map(read)
        .join('')
        .matchAll(/<(\d+)>/g),
    ].map(([, number]) => Number(number));
    expect(numbers).toEqual(messages.map((_, at) => at));
  });
});
