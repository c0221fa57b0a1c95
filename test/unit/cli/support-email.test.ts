import { expect, test } from '@jest/globals';
import { supportEmail } from '../../../cli/commands/url/support-email.ts';
import { languages } from '../../../lambda/conversation/locale.ts';

const url = `https://abcdefghij.execute-api.eu-central-1.amazonaws.com/smartsupp/${'k'.repeat(43)}`;

test.each(languages)(
  'the letter in %s has the URL on a line of its own, and lines that an e-mail takes',
  (language) => {
    const { subject, text } = supportEmail(language, url, 'shop@example.com');
    expect(subject).toMatch(/POST.hook/i);
    const lines = text.split('\n');
    expect(lines.filter((line) => line.includes(url))).toEqual([`    ${url}`]);
    expect(lines.filter((line) => line.length > 80 && !line.includes(url))).toEqual([]);
    expect(text).toContain('Smartsupp');
    expect(lines.filter((line) => line.endsWith(': shop@example.com'))).toHaveLength(1);
  },
);

test.each(languages)('the letter in %s asks for the second source, if it is set up', (language) => {
  const { text } = supportEmail(language, url, 'shop@example.com', { webhooksUrl: `${url}/events` });
  const lines = text.split('\n');
  expect(lines).toContain(`    ${url}/events`);
  expect(lines).toContain('    conversation.closed_by_contact');
  expect(text).toMatch(/token|jeton/i);
  expect(text).toContain('X-Smartsupp-Hmac');
  expect(lines.filter((line) => line.length > 80 && !line.includes(url))).toEqual([]);
  const { text: withoutWebhooks } = supportEmail(language, url, undefined, { webhooksUrl: undefined });
  expect(withoutWebhooks).not.toContain('/events');
  expect(withoutWebhooks).toMatch(/token|jeton/i);
});

test('no two are the same', () => {
  const texts = languages.map((language) => supportEmail(language, url, undefined).text);
  expect(new Set(texts).size).toBe(languages.length);
});
