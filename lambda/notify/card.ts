import type { NotifyEvent } from '../config/notify.ts';
import type { Fact } from '../conversation/transcript/facts.ts';

/** What is told: plain texts, of which any may be a visitor's or a vendor's. Each format escapes them. */
export type Card = {
  readonly event: NotifyEvent | 'test';
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Longer texts, a paragraph each. */
  readonly texts: readonly string[];
  /** Our own: the commands to run. */
  readonly run: readonly string[];
  /** The page in the CRM. */
  readonly link: string | null;
};

export const plainCard = (event: Card['event'], title: string, ...texts: readonly string[]): Card => ({
  event,
  title,
  facts: [],
  texts,
  run: [],
  link: null,
});
