/** Languages of transcripts and tasks, as ISO 639-1 codes. */
export const languages = ['en', 'cs', 'de', 'es', 'pl', 'hu', 'fr', 'it'] as const;

export type Language = (typeof languages)[number];
