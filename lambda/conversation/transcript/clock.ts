import type { Language } from '../language.ts';
import type { Instant } from '../model.ts';

export type LocalTime = {
  /** `Friday, 27 March 2015 at 16:33 (Europe/Prague)` */
  readonly dateAndTime: (at: Instant) => string;
  /** `16:33:59`, with the date before it when that is not the day of `begin`. */
  readonly timeSince: (begin: Instant | null) => (at: Instant) => string;
};

const known = new Map<string, LocalTime>();

/** Clocks are apart by whole quarters of an hour everywhere: within one it is the same day, and to ask takes a while. */
const quarterMs = 15 * 60_000;

/**
 * Times as they read on the shop's wall.
 * @param timezone IANA name; throws a RangeError for one that does not exist.
 */
export function clock(timezone: string, language: Language): LocalTime {
  // To make the formats takes a third of the time that a transcript takes.
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
