import { describe, expect, test } from '@jest/globals';
import { type Language, languages } from '../../../../lambda/conversation/locale.ts';
import type { Outcome } from '../../../../lambda/conversation/model.ts';
import { buildBrief } from '../../../../lambda/conversation/transcript/brief.ts';
import { renderHtml, renderText } from '../../../../lambda/conversation/transcript/formats.ts';
import { renderMarkdown } from '../../../../lambda/conversation/transcript/markdown.ts';
import { buildTranscript } from '../../../../lambda/conversation/transcript/transcript.ts';
import { cs } from '../../../../lambda/conversation/transcript/words/cs.ts';
import { de } from '../../../../lambda/conversation/transcript/words/de.ts';
import { en, type Words } from '../../../../lambda/conversation/transcript/words/en.ts';
import { es } from '../../../../lambda/conversation/transcript/words/es.ts';
import { fr } from '../../../../lambda/conversation/transcript/words/fr.ts';
import { hu } from '../../../../lambda/conversation/transcript/words/hu.ts';
import { it } from '../../../../lambda/conversation/transcript/words/it.ts';
import { pl } from '../../../../lambda/conversation/transcript/words/pl.ts';
import { followUpTitle } from '../../../../lambda/mapping/plan.ts';
import { begin, chat, reference, transcriptOf } from './chat.ts';

const words: Readonly<Record<Language, Words>> = { en, cs, de, es, pl, hu, fr, it };
const outcomes: readonly Outcome[] = ['answered', 'missed', 'offline', 'dropped', 'automatic'];
const flat = (language: Language) =>
  Object.entries(words[language]).flatMap(([group, texts]) =>
    Object.entries(texts).map(([key, text]): readonly [key: string, text: string] => [`${group}.${key}`, text]),
  );
const valuesIn = (text: string) => text.match(/\{\{.*?\}\}/g) ?? [];

describe.each(languages)('in %s', (language) => {
  test('every outcome is written in whole words, whoever the visitor is', () => {
    const keys = new RegExp(
      `\\b(?:${flat('en')
        .map(([key]) => key)
        .join('|')})\\b`,
    );
    for (const outcome of outcomes) {
      for (const parts of [{}, { visitor: null }, { messages: [], channel: { id: 1 } }]) {
        const transcript = buildTranscript({ ...chat(parts), outcome }, { timezone: 'Europe/Prague', language });
        for (const render of [renderHtml, renderMarkdown, renderText]) {
          const written = render(transcript, { limit: 700, reference }).join('');
          expect(written).not.toMatch(/undefined|null|NaN|\{\{|\}\}/);
          expect(written).not.toMatch(keys);
        }
      }
    }
  });

  test('nothing is left blank, and each text takes the values that the English one takes', () => {
    const english = new Map(flat('en'));
    for (const [key, text] of flat(language)) {
      expect(text.trim()).not.toBe('');
      expect([key, valuesIn(text)]).toEqual([key, valuesIn(english.get(key) ?? '')]);
    }
  });

  test('a chat reads as it should', () => {
    const paths = [{ url: 'https://shop.example/?utm_source=mail', title: 'Shop' }];
    const visitor = { name: 'Dusan Kmet', note: 'VIP', countryCode: 'CZ', referer: 'https://search.example/' };
    expect(
      renderText(transcriptOf({ paths, visitor }, { language }), { limit: 65_536, reference }).join(''),
    ).toMatchSnapshot();
  });

  test('what a CRM did not accept is told', () => {
    const parts = [
      'email',
      'phone',
      'name',
      'company',
      'country',
      'customerId',
      'owner',
      'unusable',
      'changes',
      'field',
    ] as const;
    const refused = parts.map((part) => ({ part, vendor: 'HubSpot', field: 'plan', value: 'jan@seznam.czz' }));
    const plain = buildTranscript(chat({}), { timezone: 'Europe/Prague', language });
    const { facts } = buildTranscript(chat({}), { timezone: 'Europe/Prague', language, refused });
    expect(
      facts
        .slice(plain.facts.length)
        .flat()
        .map(({ label, value }) => `${label}: ${value}`),
    ).toMatchSnapshot();
  });

  test('a follow-up says what to do, and why', () => {
    const reasons = ['missed', 'offline', 'lowRating'] as const;
    const titles = reasons.flatMap((reason) =>
      ['Dusan Kmet', null].map((name) => followUpTitle(reason, name, language)),
    );
    expect(titles).toMatchSnapshot();
  });

  test('a follow-up’s description reads as it should', () => {
    const paths = [{ url: 'https://shop.example/bikes', title: 'Bikes' }];
    const missed = { channel: { id: 1, isMissed: true }, endAt: begin + 91_000, paths };
    const conversation = chat({ ...missed, messages: [{ type: 'visitor', content: 'Anyone?', sentAt: begin + 1000 }] });
    const reachableBy = { phone: '+420601123456', email: 'eva@example.com' };
    const brief = buildBrief(conversation, reachableBy, { timezone: 'Europe/Prague', language });
    expect(
      renderText(brief, { limit: 16_000, reference: 'Smartsupp follow-up 208:1 (missed)' }).join(''),
    ).toMatchSnapshot();
  });

  test('a visitor’s own words are never read as ours', () => {
    const name = '{{name}} {{- score}} $t(layout.colon) $& $1 <b>';
    const { headline, lines } = transcriptOf(
      { visitor: { name }, messages: [{ type: 'system', content: 'close.visitorClose' }] },
      { language },
    );
    expect(headline).toContain(name);
    expect(lines[0]?.text).toContain(name);
    expect(followUpTitle('missed', name, language)).toContain(name);
  });
});

test('a follow-up’s title stays one short line', () => {
  const title = followUpTitle('lowRating', `Eva\n\u202e${'x'.repeat(1000)}`, 'en');
  expect(title).toMatch(/^Low rating from Eva \ufffdx+…: call back$/);
  expect(title.length).toBeLessThan(200);
});
