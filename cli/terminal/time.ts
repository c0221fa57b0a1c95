const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const monthAndTime = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `22 Nov 14:03` where this machine is; `2025-11-22` for one of another year. */
export function shortTime(instant: string, now: Date): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  if (Math.abs(now.getTime() - date.getTime()) > 300 * day) return instant.slice(0, 10);
  return monthAndTime.format(date).replace(',', '');
}

const timeToTheSecond = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `22 Nov 14:03:07` where this machine is. */
export function exactTime(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? '' : timeToTheSecond.format(date).replace(',', '');
}

/** `3 days`, `2 h`, `5 min`, `12 s`. */
export function inWords(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length >= 2 * day) return `${Math.floor(length / day)} days`;
  if (length >= hour) return `${Math.floor(length / hour)} h`;
  if (length >= minute) return `${Math.floor(length / minute)} min`;
  return `${Math.floor(length / 1000)} s`;
}

/** The last midnight where this machine is. */
export const midnightBefore = (now: Date) => new Date(now.getFullYear(), now.getMonth(), now.getDate());

export const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * day);

/** `2h`, `3d`, `90m`, `2w` before now, or a date or time in ISO 8601; undefined for anything else. */
export function parseSince(text: string, now: Date): Date | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const length = { m: minute, h: hour, d: day, w: 7 * day }[unit];
  if (length !== undefined) return new Date(now.getTime() - Number(count) * length);
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
