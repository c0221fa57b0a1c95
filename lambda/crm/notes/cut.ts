import { onOneLine } from '../../conversation/transcript/text.ts';

/** A text short enough for a field, never cut in the middle of a character. */
export const cut = (text: string, longest: number) =>
  text
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();

/** A headline, which may hold whatever a visitor typed for a name, as a title: on one line, and short enough. */
export const oneLine = (text: string, longest: number) => cut(onOneLine(text), longest);
