import { describe, expect, test } from '@jest/globals';
import { readPersonQuery } from '../../../cli/lib/person/person.ts';
import { printable } from '../../../cli/lib/terminal/output.ts';
import { safe } from '../../../inspector/views/text.ts';
import { attributionOf } from '../../../lambda/conversation/attribution.ts';
import { cut, nameWithoutFormulas, onOneLine, withoutFormula } from '../../../lambda/conversation/clean-text.ts';
import { normaliseEmail } from '../../../lambda/conversation/contact-details.ts';
import { identifyingId } from '../../../lambda/conversation/match-keys.ts';
import { escapeHtml, renderText } from '../../../lambda/conversation/transcript/formats.ts';
import { escapeMarkdown, renderMarkdown } from '../../../lambda/conversation/transcript/markdown.ts';
import type { Render } from '../../../lambda/conversation/transcript/render.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { samePhone } from '../../../lambda/crm/contacts/matching.ts';
import { splitName } from '../../../lambda/crm/contacts/person-name.ts';
import { allowedText, digitsOf } from '../../../lambda/crm/espocrm/contacts.ts';
import { safeVendorMessage } from '../../../lambda/crm/http/vendor-message.ts';
import { partIn } from '../../../lambda/crm/notes/entry.ts';
import { quoted as quotedForSalesforce } from '../../../lambda/crm/salesforce/client.ts';
import { quoted as quotedForZoho } from '../../../lambda/crm/zoho/contacts.ts';
import { isHeavy, seal } from '../../../lambda/queue/envelope.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { growthOf, maxGrowth } from '../../support/growth.ts';

const rendered = (render: Render) => (text: string) => {
  const conversation = aConversation({ messages: [aMessage({ text })] });
  const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
  return render(transcript, { limit: 64_000, reference: 'Smartsupp chat 208:55039' });
};
const withPhone = (value: string) =>
  aConversation({ visitor: { variables: [{ key: 'phone', label: 'phone', value }] } });
const bodyWith = (text: string) =>
  JSON.stringify({
    accountId: text.slice(0, 128),
    channel: { id: 1 },
    visitor: { id: text, name: text, email: text, variables: { [text]: text } },
    paths: [{ url: text, title: text }],
    messages: [{ type: text, from: text, content: text, triggeredBy: text }],
  });

/** Everything that reads a text which a visitor can make as long as they like. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  normaliseEmail,
  identifyingId,
  withoutFormula,
  nameWithoutFormulas,
  splitName: (text) => splitName(text, 'HU'),
  attributionOf: (text) => attributionOf(aConversation({ pages: [{ url: text, title: null }] })),
  escapeHtml,
  escapeMarkdown,
  onOneLine,
  renderMarkdown: rendered(renderMarkdown),
  renderText: rendered(renderText),
  samePhone: (text) => samePhone(text, '+420601123456'),
  allowedText,
  digitsOf,
  'safeVendorMessage, which echoes it': (text) => safeVendorMessage({ message: text }, [text]),
  'safeVendorMessage, with a page': (text) => safeVendorMessage(text, ['a', text]),
  cut: (text) => cut(text, 64_000),
  partIn: (text) => partIn(text, '208:55039'),
  quotedForSalesforce,
  quotedForZoho,
  'identityOf, in a field': (text) => identityOf(withPhone(text)),
  'identityOf, in words': (text) =>
    identityOf(
      aConversation({ visitor: { email: null }, messages: [aMessage({ text }), aMessage({ speaker: 'agent', text })] }),
    ),
  isHeavy,
  seal: (text) => seal(text, new Date(0), async () => 'id'),
  readConversation: (text) => readConversation(text),
  'readConversation, in a chat': (text) => readConversation(bodyWith(text)),
  safe,
  printable,
  'isNamedIn, by e-mail': (text) => readPersonQuery({ email: 'eva@example.com' }).isNamedIn(text, []),
  'isNamedIn, by phone': (text) => readPersonQuery({ phone: '+420601123456' }).isNamedIn(text, ['CZ']),
  'isNamedIn, by visitor': (text) => readPersonQuery({ visitor: '208:7' }).isNamedIn(text, []),
};

const units = [
  ...['a', ' ', '\t', '\n', '0', '<', '&', '*', '\\', '"', '(', '[', '#', '=', '-', '.', '@', ','],
  ...[
    'a@',
    'a@a.',
    'a.',
    '<p ',
    '&#',
    '[{',
    '](',
    '= ',
    ', =',
    '0 ',
    '* ',
    'Smartsupp chat 208:55039 *',
    'http://',
    '://',
    ' a@b.',
    'Dr. ',
  ],
  ...['Σ.', '\u0301\u0323', '\u202e', '\ud800', '😀'],
];

const half = 50 * 1024;
const pathological = (unit: string, length: number) => {
  const repeated = unit.repeat(Math.ceil(length / unit.length));
  return [repeated, `x${repeated}\u0001`];
};

const growthBy = (read: (text: string) => unknown, unit: string) =>
  growthOf(
    async (texts) => {
      for (const text of texts) await read(text);
    },
    [pathological(unit, half), pathological(unit, 2 * half)],
  );

describe('a visitor’s text that is twice as long takes at most about twice the time:', () => {
  test.each(Object.entries(readers))('%s', async (_name, read) => {
    const slow: string[] = [];
    for (const unit of units) {
      const growth = await growthBy(read, unit);
      if (growth > maxGrowth) slow.push(`${JSON.stringify(unit)}: ${growth.toFixed(1)}`);
    }
    expect(slow).toEqual([]);
  });

  test('which this test would notice of one that takes its square', async () => {
    const squared = (text: string) => {
      let sum = 0;
      for (let at = 0; at < text.length; at += 1) sum += text.indexOf('z', at);
      return sum;
    };
    expect(await growthBy(squared, 'a')).toBeGreaterThan(maxGrowth);
  });
});
