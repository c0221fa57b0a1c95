import { describe, expect, test } from '@jest/globals';
import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';

type Given = Readonly<Record<string, unknown>>;

function read(...messages: readonly Given[]) {
  const conversation = readConversation(JSON.stringify(aHookBody({ messages })));
  if (conversation === undefined) throw new Error('the fixture is a chat');
  return conversation;
}
const speakerOf = (message: Given) => read(message).messages[0]?.speaker;
const textOf = (message: Given) => read(message).messages[0]?.text;
const fromVisitor = (message: Given) => textOf({ from: 'visitor:a1', type: 'visitor', ...message });
const shown = (message: Given) =>
  buildTranscript(read({ from: 'visitor:a1', type: 'visitor', ...message }), {
    timezone: 'Europe/Prague',
    language: 'en',
  }).lines[0]?.text;
const fromAgent = (content: string) => textOf({ from: 'agent:3', type: 'agent', name: 'Karel', content });

describe('who speaks', () => {
  test.each([
    ['visitor', { type: 'file', from: 'visitor:a1' }],
    ['visitor', { type: 'agent', from: 'visitor:a1' }],
    ['visitor', { type: 'visitor', from: 27671 }],
    ['visitor', { type: 'visitor', from: 'system' }],
    ['agent', { type: 'visitor', from: 'agent:3' }],
    ['agent', { type: 'picture', from: 'agent:3' }],
    ['agent', { type: 'agent', from: 'Karel' }],
    ['bot', { type: 'agent', from: 'bot:1', name: 'Mira' }],
    ['bot', { type: 'bot', from: 'bot', name: 'Mira' }],
    ['trigger', { type: 'agent', from: 'agent:3', triggeredBy: 'Welcome' }],
    ['trigger', { type: 'hologram', from: null }],
    ['system', { type: 'system', from: 'agent:3', content: 'agent.join' }],
    ['visitor', { type: 'system', from: 'visitor:a1', file: { url: 'https://files.example/a.png' } }],
  ])('is the %s: %j', (speaker, message) => {
    expect(speakerOf(message)).toBe(speaker);
  });

  test('is a bot by its name', () => {
    const transcript = buildTranscript(read({ type: 'bot', from: 'bot:1', name: 'Mira AI', content: 'Hello' }), {
      timezone: 'Europe/Prague',
      language: 'en',
    });
    expect(transcript.lines).toMatchObject([{ who: 'Mira AI', role: 'Bot', text: 'Hello' }]);
  });
});

describe('a file', () => {
  const url = 'https://files.example/f/size%20table.pdf';
  const line = `size table.pdf – ${url}`;
  test.each([
    ['as its type says', { type: 'file', content: url }, line],
    ['in the content', { content: { type: 'image', url, name: 'photo.png' } }, `photo.png – ${url}`],
    ['in the content, with a caption', { content: { text: 'Mine:', url } }, `Mine:\n${line}`],
    ['among rich text', { content: [{ text: 'Mine:' }, { url }] }, `Mine:\n${line}`],
    ['under a key', { content: 'Mine:', file: { url, name: 'table' } }, `Mine:\ntable – ${url}`],
    ['under a key as a link', { content: '', file: url }, line],
    [
      'in attachments',
      { content: null, attachments: [{ url }, { url, fileName: 'b.pdf' }] },
      `${line}\nb.pdf – ${url}`,
    ],
    ['without a link', { attachments: [{ name: 'lost.pdf', size: 7 }] }, 'lost.pdf'],
    ['whose link ends in no name', { type: 'image', content: 'https://files.example/' }, 'https://files.example/'],
  ])('is a line with its name and link: %s', (_how, message, expected) => {
    expect(shown(message)).toBe(expected);
  });

  test('says until when its link works', () => {
    const file = { url, expireAt: '2026-05-05T08:00:00Z' };
    expect(shown({ content: 'Mine:', file })).toBe(
      `Mine:\n${line} (works until Tuesday, 5 May 2026 at 10:00 (Europe/Prague))`,
    );
  });

  test('is no more than words where a visitor only typed a link', () => {
    expect(fromVisitor({ content: url })).toBe(url);
  });
});

describe('HTML', () => {
  test.each([
    ['<p>Good <b>day</b></p>', 'Good day'],
    ['<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo\nThree'],
    ['<ul><li>S</li><li>M</li></ul>', '- S\n\n- M'],
    ['See <a href="https://shop.example/sizes">our sizes</a>.', 'See our sizes (https://shop.example/sizes).'],
    ['<a href="https://shop.example/">https://shop.example/</a>', 'https://shop.example/'],
    ['<a href="mailto:a@shop.example">a@shop.example</a>', 'a@shop.example'],
    ['<a href="javascript:alert(1)">here</a>', 'here'],
    ['Look:<br><img src="https://shop.example/a.png" alt="blue one">', 'Look:\nblue one (https://shop.example/a.png)'],
    ['Tom &amp; Jerry&nbsp;&#39;s', "Tom & Jerry 's"],
    ['<style>p{}</style><script>alert(1)</script><p>Hi</p>', 'Hi'],
    ['Write <size> to <b>us</b>', 'Write <size> to us'],
  ])('of an agent becomes text: %s', (html, text) => {
    expect(fromAgent(html)).toBe(text);
  });

  test.each(['I <3 it', 'a < b and b > c', '  spaces\n\n\n\nkept ', 'R&D', 'if (a<b) c', '<Enter>'])(
    'is not what an agent wrote in: %s',
    (words) => {
      expect(fromAgent(words)).toBe(words);
    },
  );

  test('of a visitor stays as it was typed, and is escaped', () => {
    const typed = '<b>hi</b> &lt;script&gt; <a href="https://evil.example">x</a>';
    expect(fromVisitor({ content: typed })).toBe(typed);
  });

  test('that comes out of an agent’s entities is escaped, too', () => {
    const conversation = read({
      from: 'agent:3',
      type: 'agent',
      content: '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>',
    });
    const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
    const [html] = renderHtml(transcript, { limit: 60_000, reference: 'x' });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>');
  });
});

test('a rating of 0 is none', () => {
  const rated = (rating: unknown) =>
    readConversation(JSON.stringify(aHookBody({ channel: { id: 1, rating } })))?.rating;
  expect([rated(0), rated('0'), rated(null), rated(1)]).toEqual([null, null, null, { score: 1, comment: null }]);
});
