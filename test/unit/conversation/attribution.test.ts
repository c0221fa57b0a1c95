import { expect, test } from '@jest/globals';
import { attributionOf } from '../../../lambda/conversation/attribution.ts';
import { aConversation } from '../../fixtures/conversation.ts';

const pages = (...urls: readonly string[]) => aConversation({ pages: urls.map((url) => ({ url, title: null })) });

test('the first page with a campaign gives the attribution', () => {
  const { referrer, ...rest } = attributionOf(
    pages(
      'https://shop.example/',
      'https://shop.example/a?utm_source=google&utm_medium=cpc&utm_campaign=spring%20sale&gclid=abc',
      'https://shop.example/b?utm_source=mail&fbclid=def',
    ),
  );
  expect(referrer).toBeNull();
  expect(rest).toEqual({
    landingPage: 'https://shop.example/',
    lastPage: 'https://shop.example/b?utm_source=mail&fbclid=def',
    source: 'google',
    medium: 'cpc',
    campaign: 'spring sale',
    term: null,
    content: null,
    clickSource: 'gclid',
    clickId: 'abc',
  });
});

test('pages without a valid address give no attribution', () => {
  expect(attributionOf(pages('not a url', 'javascript:alert(1)'))).toMatchObject({ source: null, clickId: null });
  expect(attributionOf(pages())).toMatchObject({ landingPage: null, lastPage: null });
});
