import type { Instant } from '../model.ts';

export type LocalTime = {
  /** `Fri 27 Mar 2015, 16:33 (Europe/Prague)` */
  readonly dateAndTime: (at: Instant) => string;
  /** `16:33:59`, with the date before it when that is not the day of `begin`. */
  readonly timeOfDay: (at: Instant, begin: Instant | null) => string;
};

/**
 * Times as they read on the shop's wall.
 * @param timezone IANA name; throws a RangeError for one that does not exist.
 */
export function clock(timezone: string): LocalTime {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hourCycle: 'h23', ...options });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const minute = format({ hour: '2-digit', minute: '2-digit' });
  const second = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const dayOf = (at: Instant) => day.format(new Date(at)).replace(',', '');
  return {
    dateAndTime: (at) => `${dayOf(at)}, ${minute.format(new Date(at))} (${timezone})`,
    timeOfDay: (at, begin) => {
      const time = second.format(new Date(at));
      return begin === null || dayOf(at) === dayOf(begin) ? time : `${dayOf(at)}, ${time}`;
    },
  };
}
