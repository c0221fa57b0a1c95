import type { Language } from '../language.ts';
import type { Instant } from '../model.ts';

export type LocalTime = {
  /** `Friday, 27 March 2015 at 16:33 (Europe/Prague)` */
  readonly dateAndTime: (at: Instant) => string;
  /** `16:33:59`, preceded by the date if it differs from that of `begin`. */
  readonly timeSince: (begin: Instant | null) => (at: Instant) => string;
};

const known = new Map<string, LocalTime>();

/** All time zones differ by multiples of 15 minutes, so the date is the same within each; looking it up is slow. */
const quarterMs = 15 * 60_000;

/** Times in the shop's timezone, an IANA name. Throws a RangeError for an unknown one. */
export function clock(timezone: string, language: Language): LocalTime {
  // Creating the formats takes a third of a transcript's time.
  const key = `${language} ${timezone}`;
  const local = known.get(key) ?? createClock(timezone, language);
  known.set(key, local);
  return local;
}

function createClock(timezone: string, language: Language): LocalTime {
  const locale = language === 'en' ? 'en-GB' : language;
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: timezone, hourCycle: 'h23', ...options });
    return (at: Instant) => format.format(new Date(at));
  };
  const day = formatter({ dateStyle: 'full' });
  const minute = formatter({ dateStyle: 'full', timeStyle: 'short' });
  const time = formatter({ timeStyle: 'medium' });
  const dayAndTime = formatter({ dateStyle: 'full', timeStyle: 'medium' });
  return {
    dateAndTime: (at) => `${minute(at)} (${timezone})`,
    timeSince: (begin) => {
      if (begin === null) return time;
      const firstDay = day(begin);
      const isFirstDay = new Map<number, boolean>();
      return (at) => {
        const quarter = Math.floor(Date.parse(at) / quarterMs);
        const isFirst = isFirstDay.get(quarter) ?? day(at) === firstDay;
        isFirstDay.set(quarter, isFirst);
        return isFirst ? time(at) : dayAndTime(at);
      };
    },
  };
}
