import type { Trouble } from './forgetful-crm.ts';
import type { Fate } from './process.ts';

/** A copy of a chat as the hook brings it: a longer one is a newer one. */
export type Copy = {
  readonly chat: number;
  readonly visitor: number;
  readonly words: number;
  readonly email: string | null;
  readonly isHeavy: boolean;
};

export type Step =
  /** These messages, in one batch, whether they are visible or not. */
  | { readonly kind: 'deliver'; readonly messages: readonly number[] }
  /** What is visible, as SQS mostly hands it out; except for hooks that have not come yet. */
  | { readonly kind: 'redeliver' }
  /** The queue loses this message, if the ledger knows by then what it was for. */
  | { readonly kind: 'lose'; readonly message: number }
  | { readonly kind: 'wait'; readonly seconds: number };

export type Script = {
  /** Each is a message on the queue. */
  readonly copies: readonly Copy[];
  /** What happens, among everything that is under way by then. */
  readonly steps: readonly Step[];
  /** How many awaits each process that delivers lives through; those beyond the list live on. */
  readonly lives: readonly number[];
  /** The same of the sweeps. */
  readonly sweepLives: readonly number[];
  /** At which of its awaits each process stands still for a while. */
  readonly stalls: readonly number[];
  /** How many seconds the indexes are behind with each change; with those beyond the list, one second. */
  readonly lags: readonly number[];
  /** What goes wrong with the CRMs' calls and the table's, in turn; those beyond the list go well. */
  readonly troubles: readonly Trouble[];
  readonly fates: readonly Fate[];
};

/** Nothing goes wrong, and nothing happens. */
export const quiet: Script = {
  copies: [],
  steps: [],
  lives: [],
  sweepLives: [],
  stalls: [],
  lags: [],
  troubles: [],
  fates: [],
};
