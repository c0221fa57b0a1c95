import type { Conversation } from '../conversation/model.ts';

/** The visitor's phone number in E.164, `+420601123456`; null where there is none that could be dialled. */
export type PhoneOf = (conversation: Conversation) => Promise<string | null>;

/**
 * Reads the number from a variable, where a pre-chat form leaves it. One without a country's prefix is taken for one of
 * the visitor's country.
 * @param variable the variable's key
 */
export const createPhoneOf =
  (variable: string): PhoneOf =>
  async ({ visitor }) => {
    const typed = visitor.variables.find(({ key }) => key === variable)?.value;
    if (typed === undefined || typeof typed === 'boolean') return null;
    // Only now: its tables of all countries' numbers are most of what deliver would load.
    const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/min');
    const country = visitor.countryCode?.toUpperCase() ?? '';
    const text = String(typed).slice(0, maxNumberLength);
    const number = parsePhoneNumberFromString(text, isSupportedCountry(country) ? country : undefined);
    return number?.isValid() ? number.number : null;
  };

/** With every space and word around it that somebody may type. */
const maxNumberLength = 60;
