import { createInstance, type TFunction } from 'i18next';
import type { Language } from '../locale.ts';
import { cs } from './words/cs.ts';
import { de } from './words/de.ts';
import { en, type Words } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { hu } from './words/hu.ts';
import { it } from './words/it.ts';
import { pl } from './words/pl.ts';

const namespace = 'transcript';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: typeof namespace;
    resources: { [namespace]: typeof en };
  }
}

/** `say('headline.missed', { name })`: the compiler checks key and values against the English words. */
export type Say = TFunction<typeof namespace>;

const words: Readonly<Record<Language, Words>> = { en, cs, de, es, pl, hu, fr, it };
const known = new Map<Language, Say>();

export function wordsIn(language: Language): Say {
  const say = known.get(language) ?? load(language);
  known.set(language, say);
  return say;
}

/**
 * Synchronous, since all words are in memory. Values are inserted unescaped, because escaping belongs to the format.
 * That is safe for a visitor's values: by default (`skipOnVariables`) i18next does not interpret `{{…}}` or `$t(…)` in
 * inserted values (https://www.i18next.com/translation-function/interpolation).
 */
function load(language: Language): Say {
  const instance = createInstance();
  instance.init({
    lng: language,
    fallbackLng: false,
    defaultNS: namespace,
    ns: [namespace],
    resources: { [language]: { [namespace]: words[language] } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return withCache(instance.getFixedT(language, namespace));
}

/** i18next takes 7 µs for each text, and most have no values or small numbers: cache those. */
function withCache(say: Say): Say {
  const cache = new Map<string, unknown>();
  return new Proxy(say, {
    apply(_, self, given: readonly unknown[]) {
      const [key, values = {}] = given;
      const numbers = Object.values(Object(values));
      if (!numbers.every(isSmall)) return Reflect.apply(say, self, given);
      const which = [key, ...numbers].join(' ');
      if (!cache.has(which)) cache.set(which, Reflect.apply(say, self, given));
      return cache.get(which);
    },
  });
}

const isSmall = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 60;
