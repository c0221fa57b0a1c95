import type { Language } from '../../../../lambda/conversation/locale.ts';
import type { Conversation } from '../../../../lambda/conversation/model.ts';
import { buildTranscript } from '../../../../lambda/conversation/transcript/transcript.ts';
import { readConversation } from '../../../../lambda/smartsupp/body.ts';

export const begin = Date.parse('2026-03-01T22:59:30Z');

/** A hook's chat over midnight with everything in it, of which any part can be another. */
export function chat(parts: Record<string, unknown> = {}): Conversation {
  const conversation = readConversation(
    JSON.stringify({
      accountId: 208,
      beginAt: begin,
      channel: {
        id: 1,
        isChat: true,
        isCompleted: true,
        duration: 3700,
        firstResponse: 31,
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

export const transcriptOf = (
  parts: Record<string, unknown> = {},
  { timezone = 'Europe/Prague', language = 'en' as Language } = {},
) => buildTranscript(chat(parts), { timezone, language });

export const reference = 'Smartsupp chat 208:1';

/** What a visitor might write, were they to know every format: to be put between their words. */
export const markup = [
  '**bold**',
  '_x_',
  '`code`',
  '```',
  '~~~',
  '[a](http://b.c)',
  '![i](u)',
  '<b>',
  '</p><script>alert(1)</script>',
  '&amp;',
  '&#42;',
  '\n# heading',
  '\n- item',
  '\n1. item',
  '\n> quote',
  '\n===',
  '\n---',
  '\n|a|b|\n|--|--|',
  '\n    code',
  '\\',
  '\r\n\r\n',
  'https://evil.example/a_b',
  'www.evil.example',
  '@admin',
  '\u202e',
  '\u0000',
  '\ud800',
] as const;
