import { ConfigError, loadConfig } from '../../infra/config/load.ts';
import type { Config } from '../../lambda/config/config.ts';
import { readSettings } from '../../local/lib/settings.ts';
import { note } from './terminal/output.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export type Times = {
  readonly timezone: string;
  /** `22 Nov 14:03`; `2025-11-22` if it is long ago. */
  readonly short: (instant: string) => string;
  /** `22 Nov 14:03:07`. */
  readonly exact: (instant: string) => string;
};

export function createTimes(timezone: string, now: Date): Times {
  const toTheMinute = {
    timeZone: timezone,
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const short = new Intl.DateTimeFormat('en-GB', toTheMinute);
  const exact = new Intl.DateTimeFormat('en-GB', { ...toTheMinute, second: '2-digit' });
  const formatted = (instant: string, format: (date: Date) => string) => {
    const date = new Date(instant);
    return Number.isNaN(date.getTime()) ? '' : format(date).replace(',', '');
  };
  const isLongAgo = (date: Date) => Math.abs(now.getTime() - date.getTime()) > 300 * day;
  return {
    timezone,
    short: (instant) =>
      formatted(instant, (date) => (isLongAgo(date) ? wallClock(date, timezone).slice(0, 10) : short.format(date))),
    exact: (instant) => formatted(instant, (date) => exact.format(date)),
  };
}

/** `3 days`, `2 h`, `5 min`, `12 s`. */
export function inWords(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length >= 2 * day) return `${Math.floor(length / day)} days`;
  if (length >= hour) return `${Math.floor(length / hour)} h`;
  if (length >= minute) return `${Math.floor(length / minute)} min`;
  return `${Math.floor(length / 1000)} s`;
}

export const midnightBefore = (now: Date, timezone: string) =>
  instantAt(wallClock(now, timezone).slice(0, 10), timezone);

export const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * day);

/** Reads `2h`, `3d`, `90m`, `2w` before now, or an ISO 8601 date or time, by default in the timezone. */
export function parseSince(text: string, now: Date, timezone: string): Date | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const length = { m: minute, h: hour, d: day, w: 7 * day }[unit];
  if (length !== undefined) return new Date(now.getTime() - Number(count) * length);
  const [, wall, offset] = /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (wall === undefined || Number.isNaN(Date.parse(wall))) return undefined;
  return offset === undefined ? instantAt(wall, timezone) : new Date(text);
}

/** Local time: `2026-05-01T10:00:00`. */
const wallClock = (instant: Date, timezone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
    .format(instant)
    .replace(' ', 'T');

/** The instant of a local time; a date alone is its midnight. */
function instantAt(wall: string, timezone: string): Date {
  const asUtc = Date.parse(wall.length === 10 ? wall : `${wall}Z`);
  const ahead = (at: number) => Date.parse(`${wallClock(new Date(at), timezone)}Z`) - Math.floor(at / 1000) * 1000;
  // The offset may change between the two.
  return new Date(asUtc - ahead(asUtc - ahead(asUtc)));
}

/** The configured timezone; if the configuration cannot be read, this machine's, with a note. */
export function timezoneOf({ config }: { readonly config: () => Pick<Config, 'timezone'> }): string {
  try {
    return config().timezone;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    report(timeZone, error);
    return timeZone;
  }
}

const reported = new Set<string>();

function report(timezone: string, { message }: ConfigError): void {
  const why = message.split('\n', 1).join().replace(/:$/, '.');
  if (!reported.has(why)) note(`Times are this machine's (${timezone}), since the timezone cannot be read: ${why}`);
  reported.add(why);
}

/** The timezone in this directory's configuration, if no deployment is open yet. */
export const timezoneHere = (): string =>
  timezoneOf({ config: () => loadConfig(readSettings(process.env, process.cwd()).configFile) });
