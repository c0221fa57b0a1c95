import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { escapeHtml, renderHtml } from '../../../lambda/conversation/transcript/html.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';

const begin = Date.parse('2026-03-01T22:59:30Z');

function chat(parts: Record<string, unknown> = {}): Conversation {
  const conversation = readConversation(
    JSON.stringify({
      accountId: 208,
      beginAt: begin,
      channel: {
        id: 1,
        isChat: true,
        isCompleted: true,
        duration: 3700,
        firstResponse: 0,
        rating: 4,
        ratingDesc: 'ok',
      },
      visitor: {
        name: 'Eva',
        email: 'eva@example.com',
        countryCode: 'CZ',
        variables: { vip: { label: 'VIP', value: true } },
      },
      messages: [
        { type: 'agent', from: 'system', name: '', content: 'Need help?', triggeredBy: 'Welcome', sentAt: begin },
        { type: 'visitor', content: 'Hello', sentAt: begin + 1000 },
        { type: 'system', name: 'John', from: 'agent:3', content: 'agent.join', sentAt: begin + 2000 },
        { type: 'agent', name: '', from: 'agent:3', content: 'Hi', sentAt: begin + 31_000 },
        { type: 'system', name: 'Eva', from: 'system', content: 'close.visitorClose' },
      ],
      ...parts,
    }),
  );
  if (conversation === undefined) throw new Error('the fixture is no chat');
  return conversation;
}
const transcript = (parts: Record<string, unknown> = {}, timezone = 'Europe/Prague') =>
  buildTranscript(chat(parts), { timezone });
const html = (parts: Record<string, unknown> = {}, limit = 65_536) =>
  renderHtml(transcript(parts), { limit, footer: 'Smartsupp chat 208:1' });
const wordsOf = (markup: string) => markup.replace(/<[^>]*>/g, '');

describe('what a salesperson reads first', () => {
  test('what happened, with whom', () => {
    expect(transcript().headline).toBe('Chat with Eva');
    expect(transcript({ channel: { id: 1, isMissed: true } }).headline).toBe('Missed chat with Eva');
    expect(transcript({ channel: { id: 1, isOffline: true } }).headline).toBe('Offline message from Eva');
    expect(transcript({ visitor: { email: 'eva@example.com' } }).headline).toBe('Chat with eva@example.com');
    expect(transcript({ visitor: null }).headline).toBe('Chat with an anonymous visitor');
  });

  test('the facts that are known, and no empty ones', () => {
    expect(transcript().facts).toEqual([
      { label: 'Outcome', value: 'Answered' },
      { label: 'Rating', value: '4 of 5: ok' },
      { label: 'When', value: 'Sun 1 Mar 2026, 23:59 (Europe/Prague)' },
      { label: 'Lasted', value: '1 h 1 min 40 s' },
      { label: 'First answer after', value: '0 s' },
      { label: 'Name', value: 'Eva' },
      { label: 'E-mail', value: 'eva@example.com' },
      { label: 'VIP', value: 'true' },
      { label: 'Country', value: 'CZ' },
    ]);
    const bare = transcript({ channel: { id: 1 }, visitor: null, beginAt: null, messages: [] });
    expect(bare.facts.map(({ label }) => label)).toEqual(['Outcome']);
  });
});

describe('the conversation', () => {
  test('has real names, local times, and codes in words; automatic messages are told apart', () => {
    expect(transcript().lines).toEqual([
      { time: '23:59:30', speaker: 'trigger', who: 'Automatic message (Welcome)', text: 'Need help?' },
      { time: '23:59:31', speaker: 'visitor', who: 'Eva', text: 'Hello' },
      { time: '23:59:32', speaker: 'system', who: '', text: 'John joined' },
      { time: 'Mon 2 Mar 2026, 00:00:01', speaker: 'agent', who: 'John', text: 'Hi' },
      { time: null, speaker: 'system', who: '', text: 'Eva closed the chat' },
    ]);
  });

  test('is told by the clock of the shop', () => {
    expect(transcript({}, 'America/New_York').lines[0]?.time).toBe('17:59:30');
  });

  test('says who closed the chat where the message does not', () => {
    const messages = ['close.visitorClose', 'close.other'].map((content) => ({ type: 'system', name: '', content }));
    expect(transcript({ messages }).lines.map(({ text }) => text)).toEqual([
      'Eva closed the chat',
      'System: close.other',
    ]);
  });

  test('shows a system code that nobody documented as it came', () => {
    const messages = ['transfer.group', '__proto__'].map((content) => ({ type: 'system', name: 'John', content }));
    expect(transcript({ messages }).lines.map(({ text }) => text)).toEqual(['John: transfer.group', 'John: __proto__']);
  });

  test('keeps a name of a megabyte out of every line', () => {
    const messages = [{ type: 'visitor', name: 'x'.repeat(1_000_000), content: 'Hello' }];
    expect(transcript({ messages }).lines[0]?.who).toHaveLength(120);
  });
});

describe('as HTML', () => {
  test('reads as it should', () => {
    expect(html()).toMatchSnapshot();
  });

  test('lets nothing that was typed become markup', () => {
    const evil = '<img src=x onerror=alert(1)>&"\'</p><script>alert(2)</script>';
    const [page = ''] = html({
      visitor: { name: evil, email: evil, note: evil, variables: { [evil]: { label: evil, value: evil } } },
      paths: [{ url: `javascript:${evil}`, title: evil }],
      messages: ['visitor', 'agent', 'system', evil].map((type) => ({
        type,
        name: evil,
        content: evil,
        triggeredBy: evil,
      })),
    });
    const tags = new Set(page.match(/<[^>]*>/g));
    expect([...tags].sort()).toEqual([
      '</bdi>',
      '</em>',
      '</p>',
      '</strong>',
      '<bdi>',
      '<br>',
      '<em>',
      '<p>',
      '<strong>',
    ]);
  });

  test('holds no character that HTML cannot', () => {
    expect(escapeHtml('a\u0000b\u001bc\ud800d\u007f\te\r\nf')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd\te<br>f');
  });

  test('names itself on every part, so that it can be found again', () => {
    expect(html()[0]).toContain('<p><em>Smartsupp chat 208:1</em></p>');
    const parts = html({}, 400);
    expect(parts.length).toBeGreaterThan(1);
    parts.forEach((part, index) => {
      expect(part).toContain(`<p><em>Smartsupp chat 208:1, part ${index + 1} of ${parts.length}</em></p>`);
    });
  });

  test('goes on in another part, and loses not a word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 }), { maxLength: 8 }),
        fc.integer({ min: 600, max: 3000 }),
        (contents, limit) => {
          const messages = contents.map((content) => ({ type: 'visitor', content }));
          const parts = html({ messages, visitor: null }, limit);
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
          const said = parts.flatMap((part) =>
            [...part.matchAll(/<br><bdi>(.*?)<\/bdi><\/p>/gs)].map(([, text]) => text),
          );
          expect(said.join('')).toBe(contents.map(escapeHtml).join(''));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('never parts the halves of a character', () => {
    const parts = html({ visitor: null, messages: [{ type: 'visitor', content: '🐎'.repeat(2000) }] }, 700);
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
    expect(wordsOf(parts.join('')).match(/🐎/gu)).toHaveLength(2000);
  });

  test('says so where the limit has no room for a single character', () => {
    expect(() => html({}, 130)).toThrow(RangeError);
  });
});
