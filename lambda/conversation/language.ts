/** What sales staff can read transcripts and tasks in, by ISO 639-1. */
export const languages = ['en', 'cs', 'de', 'es', 'pl', 'hu', 'fr', 'it'] as const;

export type Language = (typeof languages)[number];
