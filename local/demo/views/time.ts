import { html } from 'hono/html';
import type { Instant } from '../../../lambda/conversation/model.ts';
import type { Html } from './text.ts';

export type Times = {
  /** `22 Nov 2026, 16:33` in a `<time>` element. */
  readonly moment: (at: Instant) => Html;
  /** The words given, in a `<time>` element of that moment; only the words where the moment is not known. */
  readonly labelled: (label: string, at: Instant | null | undefined) => Html;
};

/** @param timezone IANA name, checked when the configuration is loaded */
export function createTimes(timezone: string): Times {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return {
    moment: (at) => html`<time datetime="${at}">${format.format(new Date(at))}</time>`,
    labelled: (label, at) => (at ? html`<time datetime="${at}">${label}</time>` : html`<span>${label}</span>`),
  };
}
