import { describe, expect, test } from '@jest/globals';
import { transcriptOf } from './chat.ts';

describe('the header', () => {
  test('says what happened, and with whom', () => {
    expect(transcriptOf().headline).toBe('Chat with Eva');
    expect(transcriptOf({ channel: { id: 1, isMissed: true } }).headline).toBe('Missed chat with Eva');
    expect(transcriptOf({ channel: { id: 1, isOffline: true } }).headline).toBe('Offline message from Eva');
    expect(transcriptOf({ visitor: { email: 'eva@example.com' } }).headline).toBe('Chat with eva@example.com');
    expect(transcriptOf({ visitor: null }).headline).toBe('Chat with an anonymous visitor');
  });

  test('has the known facts, and no empty ones', () => {
    expect(transcriptOf().facts).toEqual([
      { label: 'Outcome', value: 'Answered' },
      { label: 'Rating', value: '4 of 5: ok' },
      { label: 'When', value: 'Sunday, 1 March 2026 at 23:59 (Europe/Prague)' },
      { label: 'Lasted', value: '1 h 1 min 40 s' },
      { label: 'First answer after', value: '0 s' },
      { label: 'Name', value: 'Eva' },
      { label: 'E-mail', value: 'eva@example.com' },
      { label: 'VIP', value: 'true' },
      { label: 'Country', value: 'CZ' },
    ]);
    const bare = transcriptOf({ channel: { id: 1 }, visitor: null, beginAt: null, messages: [] });
    expect(bare.facts.map(({ label }) => label)).toEqual(['Outcome']);
  });

  test('has the campaign that brought the visitor, if a page shows it', () => {
    const paths = [{ url: 'https://shop.example/?utm_source=mail&utm_campaign=spring', title: 'Shop' }];
    expect(transcriptOf({ paths }).facts).toContainEqual({ label: 'Campaign', value: 'mail / spring' });
  });
});

describe('the conversation', () => {
  test('has names, local times, and codes in words, and marks automatic messages', () => {
    expect(transcriptOf().lines).toEqual([
      { time: '23:59:30', speaker: 'trigger', who: 'Automatic message (Welcome)', text: 'Need help?' },
      { time: '23:59:31', speaker: 'visitor', who: 'Eva', text: 'Hello' },
      { time: '23:59:32', speaker: 'system', who: '', text: 'John joined' },
      { time: 'Monday, 2 March 2026 at 00:00:01', speaker: 'agent', who: 'John', text: 'Hi' },
      { time: null, speaker: 'system', who: '', text: 'Eva closed the chat' },
    ]);
  });

  test('has the times of the shop’s timezone', () => {
    expect(transcriptOf({}, { timezone: 'America/New_York' }).lines[0]?.time).toBe('17:59:30');
  });

  test('says who closed the chat even if the message does not', () => {
    const messages = ['close.visitorClose', 'close.other'].map((content) => ({ type: 'system', name: '', content }));
    expect(transcriptOf({ messages }).lines.map(({ text }) => text)).toEqual([
      'Eva closed the chat',
      'System: close.other',
    ]);
  });

  test('shows a system code that nobody documented as it came', () => {
    const messages = ['transfer.group', '__proto__'].map((content) => ({ type: 'system', name: 'John', content }));
    expect(transcriptOf({ messages }).lines.map(({ text }) => text)).toEqual([
      'John: transfer.group',
      'John: __proto__',
    ]);
  });

  test('shortens a name of a megabyte in every line', () => {
    const name = 'x'.repeat(1_000_000);
    const { headline, lines } = transcriptOf({ visitor: { name }, messages: [{ type: 'visitor', content: 'Hello' }] });
    expect(lines[0]?.who).toHaveLength(120);
    expect(headline).toHaveLength('Chat with '.length + 120);
  });
});
