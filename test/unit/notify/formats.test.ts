import { describe, expect, test } from '@jest/globals';
import { type Service, services } from '../../../lambda/config/config.ts';
import { type Card, formatted, plainCard } from '../../../lambda/notify/channel.ts';

const hostile = '<!channel> [Click](https://evil.example) *b* @channel &amp; <https://evil.example|Click>\u202e\u0007';
const card: Card = {
  event: 'missed',
  title: hostile,
  facts: [{ label: 'Name', value: hostile }],
  texts: [hostile],
  run: ['npx forwarder show 208:1'],
  link: 'https://crm.example.com/contact/1',
};

/** Every text in a body, and the kind of the object that has it. */
function textsIn(value: unknown, kind = ''): readonly (readonly [kind: string, text: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = String(Object(value).type ?? kind);
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'text' && typeof each === 'string' ? [[own, each] as const] : textsIn(each, own),
  );
}

describe('what a visitor typed', () => {
  test('is in Slack a plain text, and no mention in the notification', () => {
    const body = formatted(card, 'slack');
    expect(Object(body).text).toMatch(/^&lt;!channel&gt; /);
    const [, ...blocks] = textsIn(body);
    expect(new Set(blocks.map(([kind]) => kind))).toEqual(new Set(['plain_text']));
  });

  test('is in Teams a text run, which reads no Markdown', () => {
    const texts = textsIn(formatted(card, 'teams'));
    expect(new Set(texts.map(([kind]) => kind))).toEqual(new Set(['TextRun']));
    expect(JSON.stringify(formatted(card, 'teams'))).not.toContain('"TextBlock"');
  });

  test('is in the text of any other a link to nowhere, and mentions nobody', () => {
    const { text } = Object(formatted(card, 'webhook'));
    expect(text).not.toMatch(/@channel|(?<!\\)\[|(?<!\\)<|(?<!\\)\*/);
    expect(text).toContain('`npx forwarder show 208:1`');
  });

  test.each(services)('changes no direction and rings no bell in %s', (service) => {
    expect(
      textsIn(formatted(card, service)).filter(([, text]) => /[\u202e\p{Cc}]/u.test(text.replaceAll('\n', ''))),
    ).toEqual([]);
  });
});

test.each(services)('a text that is too long for %s is cut', (service: Service) => {
  const body = formatted({ ...card, texts: ['x'.repeat(50_000)], title: 'y'.repeat(5000) }, service);
  const { texts, title, ...rest } = Object(body);
  expect(JSON.stringify(rest).length).toBeLessThan(10_000);
});

test('Slack gets what its webhooks require: a text, a header, and a button for the CRM', () => {
  expect(formatted({ ...card, title: 'Missed', facts: [], texts: ['Hello'] }, 'slack')).toEqual({
    text: 'Missed',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Missed', emoji: false } },
      { type: 'section', text: { type: 'plain_text', text: 'Hello', emoji: false } },
      { type: 'context', elements: [{ type: 'plain_text', text: 'npx forwarder show 208:1', emoji: false }] },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Open in the CRM', emoji: false }, url: card.link },
        ],
      },
    ],
  });
});

test('a program gets the card as it is', () => {
  expect(formatted(plainCard('silence', 'No chats come in'), 'webhook')).toEqual({
    event: 'silence',
    title: 'No chats come in',
    text: 'No chats come in',
    facts: [],
    texts: [],
    run: [],
    link: null,
  });
});
