const hourMs = 3_600_000;
/** An alarm needs no larger number. */
const maxHours = 24 * 14;

/** How many hours of business days, Monday to Friday in the shop's timezone, have begun since then. */
export function businessHoursSince(from: Date, now: Date, timezone: string): number {
  const weekday = new Intl.DateTimeFormat('en', { timeZone: timezone, weekday: 'short' });
  const hours = Math.min(Math.floor((now.getTime() - from.getTime()) / hourMs), maxHours);
  const starts = Array.from({ length: Math.max(hours, 0) }, (_, hour) => new Date(now.getTime() - (hour + 1) * hourMs));
  return starts.filter((start) => !['Sat', 'Sun'].includes(weekday.format(start))).length;
}
