import type { Instant } from '../../conversation/model.ts';

/** The day on which an instant falls in a timezone, `2026-05-04`, for CRMs in which tasks are due on a day. */
export function localDay(instant: Instant | Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(instant))
    .map(({ type, value }) => [type, value] as const);
  const part = new Map<string, string>(parts);
  return `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
}
