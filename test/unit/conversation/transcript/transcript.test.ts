import { describe, expect, test } from '@jest/globals';
import { buildTranscript } from '../../../../lambda/conversation/transcript/transcript.ts';
import { begin, chat, transcriptOf } from './chat.ts';

describe('the header', () => {
  test('says what happened, and with whom', () => {
    expect(transcriptOf().headline).toBe('Chat with Eva');
    expect(transcriptOf({ channel: { id: 1, isMissed: true } }).headline).toBe('Missed chat with Eva');
    expect(transcriptOf({ channel: { id: 1, isOffline: true } }).headline).toBe('Offline message from Eva');
    expect(transcriptOf({ visitor: { email: 'eva@example.com' } }).headline).toBe('Chat with eva@example.com');
    expect(transcriptOf({ visitor: null }).headline).toBe('Chat with an anonymous visitor');
  });

  test('has the outcome, the rating and the wait', () => {
    expect(transcriptOf().summary).toEqual([
      { label: 'Outcome', value: 'Answered' },
      { label: 'Rating', value: '4 of 5: ok' },
      { label: 'First answer after', value: '31 s' },
    ]);
  });

  test('of a missed chat says how long the visitor waited', () => {
    const missed = { channel: { id: 1, isMissed: true }, endAt: begin + 91_000 };
    const messages = [{ type: 'visitor', content: 'Anyone?', sentAt: begin + 1000 }];
    const waited = { label: 'Waited without an answer', value: '1 min 30 s' };
    expect(transcriptOf({ ...missed, messages }).summary).toContainEqual(waited);
    expect(transcriptOf(missed).summary).not.toContainEqual(expect.objectContaining({ label: waited.label }));
  });

  test('tells of no wait and no answer after 0 s', () => {
    const channel = { id: 1, isMissed: true, duration: 0, firstResponse: 0.2 };
    const messages = [{ type: 'visitor', content: 'Anyone?', sentAt: begin }];
    const { summary, facts } = transcriptOf({ channel, endAt: begin, messages });
    expect(summary.map(({ label }) => label)).toEqual(['Outcome']);
    expect(facts.flat().map(({ label }) => label)).not.toContain('Lasted');
  });
});

describe('the facts below the conversation', () => {
  test('are a line about the chat and one about the visitor, and none is empty', () => {
    expect(transcriptOf().facts).toEqual([
      [
        { label: 'When', value: 'Sunday, 1 March 2026 at 23:59 (Europe/Prague)' },
        { label: 'Lasted', value: '1 h 1 min 40 s' },
      ],
      [
        { label: 'Name', value: 'Eva' },
        { label: 'E-mail', value: 'eva@example.com' },
        { label: 'Country', value: 'Czechia' },
        { label: 'VIP', value: 'true' },
      ],
    ]);
    const bare = transcriptOf({ channel: { id: 1 }, visitor: null, beginAt: null, messages: [] });
    expect(bare.facts).toEqual([]);
  });

  test('have the campaign that brought the visitor, if a page shows it', () => {
    const paths = [{ url: 'https://shop.example/?utm_source=mail&utm_campaign=spring', title: 'Shop' }];
    expect(transcriptOf({ paths }).facts[0]).toContainEqual({ label: 'Campaign', value: 'mail / spring' });
  });

  test.each([
    [{ channelType: 'facebook_messenger' }, [['Channel', 'Facebook Messenger']]],
    [{ channelType: 'email' }, [['Channel', 'E-mail']]],
    [{ channelType: 'carrier_pigeon' }, [['Channel', 'carrier pigeon']]],
    [{ channelType: 'constructor' }, [['Channel', 'constructor']]],
    [{ channelType: 'default' }, []],
    [{ tags: ['VIP', 'returns'] }, [['Tags', 'VIP, returns']]],
    [{ visitor: { language: 'cs-CZ' } }, [['Language', 'Czech']]],
    [{ visitor: { language: 'en' } }, []],
    [{ visitor: { language: 'klingon' } }, []],
    [{ visitor: { consent: true } }, [['Data processing', 'the visitor has agreed']]],
    [{ visitor: { consent: false } }, []],
  ])('have of %j what a salesperson can use', (parts, told) => {
    const { visitor, ...bare } = chat({ visitor: null, beginAt: null, channel: { id: 1 }, messages: [] });
    const conversation = { ...bare, ...parts, visitor: { ...visitor, ...('visitor' in parts && parts.visitor) } };
    const { facts } = buildTranscript(conversation, { timezone: 'UTC', language: 'en' });
    expect(facts.flat().map(({ label, value }) => [label, value])).toEqual(told);
  });

  test.each([
    ['de', { countryCode: 'cz', country: 'Czech Republic' }, 'Tschechien'],
    ['en', { countryCode: 'ZZ', country: 'Atlantis' }, 'Atlantis'],
    ['en', { countryCode: 'XQ' }, 'XQ'],
  ] as const)('have the country by its name in %s of %j', (language, visitor, name) => {
    const [, facts] = transcriptOf({ visitor }, { language }).facts;
    expect(facts?.map(({ value }) => value)).toEqual([name]);
  });

  test('repeat nothing, and leave out what only stands for nothing', () => {
    const variables = { name: 'Eva', email: 'eva@example.com', billingLocation: '-', role: 'customer' };
    const [, visitor] = transcriptOf({ visitor: { name: 'Eva', email: 'eva@example.com', variables } }).facts;
    expect(visitor?.map(({ label }) => label)).toEqual(['Name', 'E-mail', 'role']);
  });
});

describe('the conversation', () => {
  test('has names, local times, and codes in words, and marks automatic messages', () => {
    expect(transcriptOf().lines).toEqual([
      { time: '23:59:30', speaker: 'trigger', who: 'Automatic message (Welcome)', role: null, text: 'Need help?' },
      { time: '23:59:31', speaker: 'visitor', who: 'Eva', role: null, text: 'Hello' },
      { time: '23:59:32', speaker: 'system', who: '', role: null, text: 'John joined' },
      { time: 'Monday, 2 March 2026 at 00:00:01', speaker: 'agent', who: 'John', role: 'Agent', text: 'Hi' },
      { time: null, speaker: 'system', who: '', role: null, text: 'Eva closed the chat' },
    ]);
  });

  test('has the times of the shop’s timezone', () => {
    expect(transcriptOf({}, { timezone: 'America/New_York' }).lines[0]?.time).toBe('17:59:30');
  });

  const timesAt = (...sentAt: readonly string[]) =>
    transcriptOf({
      beginAt: Date.parse(sentAt[0] ?? ''),
      messages: sentAt.map((at) => ({ type: 'visitor', content: 'Hello', sentAt: Date.parse(at) })),
    }).lines.map(({ time }) => time);

  test('has the date where it changes, and not again below', () => {
    expect(timesAt('2026-05-01T20:00:00Z', '2026-05-02T20:00:00Z', '2026-05-02T20:01:00Z')).toEqual([
      '22:00:00',
      'Saturday, 2 May 2026 at 22:00:00',
      '22:01:00',
    ]);
  });

  test('tells the same hour before and after a change of the clock apart', () => {
    expect(timesAt('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z')).toEqual([
      '02:30:00 GMT+2',
      '02:30:00 GMT+1',
      '03:30:00',
    ]);
    expect(timesAt('2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z')).toEqual(['01:59:59 GMT+1', '03:00:00 GMT+2']);
    expect(transcriptOf({ beginAt: Date.parse('2026-10-25T00:30:00Z') }).facts[0]?.[0]?.value).toBe(
      'Sunday, 25 October 2026 at 02:30 GMT+2 (Europe/Prague)',
    );
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
