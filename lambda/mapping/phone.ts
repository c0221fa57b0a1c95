import type { Conversation } from '../conversation/model.ts';

/** The visitor's phone number in E.164, `+420601123456`; null if there is no valid one. */
export type PhoneOf = (conversation: Conversation) => Promise<string | null>;

/** Reads the variable with this key. A number without a country prefix is one of the visitor's country. */
export const createPhoneOf =
  (variable: string): PhoneOf =>
  async ({ visitor }) => {
    const typed = visitor.variables.find(({ key }) => key === variable)?.value;
    if (typed === undefined || typeof typed === 'boolean') return null;
    // Loaded when needed: its number tables would be most of deliver's code.
    const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/min');
    const country = visitor.countryCode?.toUpperCase() ?? '';
    const text = String(typed).slice(0, maxNumberLength);
    const number = parsePhoneNumberFromString(text, isSupportedCountry(country) ? country : undefined);
    return number?.isValid() ? number.number : null;
  };

/** Includes any spaces and words around the number. */
const maxNumberLength = 60;
