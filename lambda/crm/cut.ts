/** A text short enough for a field, never cut in the middle of a character. */
export const cut = (text: string, longest: number) =>
  text
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
