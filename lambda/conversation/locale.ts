import type { Instant } from './model.ts';

/** Languages of transcripts and tasks, as ISO 639-1 codes. */
export const languages = ['en', 'cs', 'de', 'es', 'pl', 'hu', 'fr', 'it'] as const;

export type Language = (typeof languages)[number];

const displayNames = new Map<string, Intl.DisplayNames>();

/** Creating this takes up to 30 ms, so it is made when it is first needed. */
function namesIn(language: Language, type: 'region' | 'language'): Intl.DisplayNames {
  const key = `${language} ${type}`;
  const names = displayNames.get(key) ?? new Intl.DisplayNames(language, { type, fallback: 'none' });
  displayNames.set(key, names);
  return names;
}

/** `Czechia` for `CZ`; undefined for an unknown code. */
export function countryName(code: string | null, language: Language = 'en'): string | undefined {
  const valid = countryCode(code);
  return valid && namesIn(language, 'region').of(valid);
}

/** In upper case; undefined if invalid, or ZZ, the unknown region. */
export const countryCode = (code: string | null): string | undefined =>
  code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;

/** `Slovak` for `sk`; undefined for an unknown code. Throws a RangeError for what is no code. */
export const languageName = (code: string, language: Language): string | undefined =>
  namesIn(language, 'language').of(code);

export type LocalTime = {
  /** `Friday, 27 March 2015 at 16:33 (Europe/Prague)` */
  readonly dateAndTime: (at: Instant) => string;
  /**
   * `16:33:59`, for the times of one chat in their order: preceded by the date if it differs from that of the time
   * before, or of `begin`, and followed by the offset, `GMT+2`, if the clock changes within an hour.
   */
  readonly timesSince: (begin: Instant | null) => (at: Instant) => string;
};

const clocks = new Map<string, LocalTime>();

/**
 * All time zones differ by multiples of 15 minutes, and change their clocks on one, so date and offset are the same
 * within each; looking them up is slow.
 */
const quarterMs = 15 * 60_000;
const hourMs = 60 * 60_000;

/** Times in the shop's timezone, an IANA name. Throws a RangeError for an unknown one. */
export function clock(timezone: string, language: Language): LocalTime {
  // Creating the formats takes a third of a transcript's time.
  const key = `${language} ${timezone}`;
  const local = clocks.get(key) ?? createClock(timezone, language);
  clocks.set(key, local);
  return local;
}

function createClock(timezone: string, language: Language): LocalTime {
  const locale = language === 'en' ? 'en-GB' : language;
  const formatOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: timezone, hourCycle: 'h23', ...options });
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const format = formatOf(options);
    return (at: Instant) => format.format(new Date(at));
  };
  const day = formatter({ dateStyle: 'full' });
  const minute = formatter({ dateStyle: 'full', timeStyle: 'short' });
  const time = formatter({ timeStyle: 'medium' });
  const dayAndTime = formatter({ dateStyle: 'full', timeStyle: 'medium' });
  const offsetFormat = formatOf({ timeZoneName: 'shortOffset' });
  const offsetAt = (ms: number) =>
    offsetFormat.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';

  /** Without it, 02:30 before and after the change in autumn would look the same. */
  const offsetNearChange = (at: Instant) => {
    const ms = Date.parse(at);
    return offsetAt(ms - hourMs) === offsetAt(ms + hourMs) ? '' : ` ${offsetAt(ms)}`;
  };

  return {
    dateAndTime: (at) => `${minute(at)}${offsetNearChange(at)} (${timezone})`,
    timesSince: (begin) => {
      const quarters = new Map<number, { readonly date: string; readonly offset: string }>();
      let shown = begin === null ? undefined : day(begin);
      return (at) => {
        const quarter = Math.floor(Date.parse(at) / quarterMs);
        const { date, offset } = quarters.get(quarter) ?? { date: day(at), offset: offsetNearChange(at) };
        quarters.set(quarter, { date, offset });
        const isSameDay = shown === undefined || shown === date;
        shown = date;
        return (isSameDay ? time(at) : dayAndTime(at)) + offset;
      };
    },
  };
}
