import { html } from 'hono/html';
import type { Instant } from '../../lambda/conversation/model.ts';

/** Markup with every value escaped. */
export type Html = ReturnType<typeof html>;

/** Replaces characters that HTML does not allow or that change the text's direction. The template escapes the rest. */
export function safe(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Isolated in its own element, so that its direction does not affect the text around it. */
export const isolated = (text: string): Html => html`<bdi>${safe(text)}</bdi>`;

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** The folded words of a query, of at most 200 characters, since every chat is searched for each. */
export const wordsOf = (query: string): readonly string[] => fold(query).slice(0, 200).split(/\s+/u).filter(Boolean);

/** Without accents and case, so that `novakova` finds Nováková. */
export const fold = (text: string) => text.toWellFormed().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export type Times = {
  /** `22 Nov 2026, 16:33` in a `<time>` element. */
  readonly moment: (at: Instant) => Html;
  /** `16:33`. */
  readonly minute: (at: Instant) => Html;
  /** `16:33:59`. */
  readonly second: (at: Instant) => Html;
  /** The label in a `<time>` element; the label alone if the time is unknown. */
  readonly labelled: (label: string, at: Instant | null | undefined) => Html;
  /** The local day: a key such as `2026-11-22`, and `Today`, `Yesterday` or `Sunday, 22 November 2026`. */
  readonly day: (at: Instant) => Day;
};

export type Day = { readonly key: string; readonly label: string };

export function createTimes(timezone: string, now: () => Date): Times {
  const formatted = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hourCycle: 'h23', ...options });
    return (at: Instant | Date) => format.format(new Date(at));
  };
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const element = (format: (at: Instant) => string) => (at: Instant) =>
    html`<time datetime="${at}">${format(at)}</time>`;
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' });
  const inFull = formatted({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const keyOf = (at: Instant | number) => days.format(new Date(at));
  return {
    moment: element(formatted({ ...date, ...time })),
    minute: element(formatted(time)),
    second: element(formatted({ ...time, second: '2-digit' })),
    labelled: (label, at) => (at ? html`<time datetime="${at}">${label}</time>` : html`<span>${label}</span>`),
    day(at) {
      const key = keyOf(at);
      // Noon of a day that is 23 or 25 hours long is still the day before.
      const yesterday = new Date(`${keyOf(now().getTime())}T12:00:00Z`).getTime() - 86_400_000;
      if (key === keyOf(now().getTime())) return { key, label: 'Today' };
      if (key === new Date(yesterday).toISOString().slice(0, 10)) return { key, label: 'Yesterday' };
      return { key, label: inFull(at) };
    },
  };
}

/** Rows under the headings of their days, in the order given. */
export function byDay<T>(
  items: readonly T[],
  { at, row, times }: { readonly at: (item: T) => Instant; readonly row: (item: T) => Html; readonly times: Times },
): Html {
  const days = new Map<string, { readonly label: string; readonly items: T[] }>();
  for (const item of items) {
    const { key, label } = times.day(at(item));
    const day = days.get(key) ?? { label, items: [] };
    day.items.push(item);
    days.set(key, day);
  }
  return html`${[...days].map(
    ([key, day]) => html`<h3 class="day" id="day-${key}">${day.label}</h3>
    <ul class="rows" id="rows-${key}" aria-labelledby="day-${key}">${day.items.map(row)}</ul>`,
  )}`;
}
