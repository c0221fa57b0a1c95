/** Whether what stands in a CRM is what is looked for, however it is written there. */

export const sameText = (stored: unknown, wanted: string) =>
  (typeof stored === 'string' || typeof stored === 'number') && fold(String(stored)) === fold(wanted);

/** @param wanted normalised: trimmed, in small letters */
export const sameEmail = (stored: unknown, wanted: string) => typeof stored === 'string' && fold(stored) === wanted;

/** @param wanted in E.164 */
export const samePhone = (stored: unknown, wanted: string) =>
  typeof stored === 'string' && stored.replace(/[\s()./-]/g, '') === wanted;

export const fold = (text: string) => text.trim().toLowerCase();
