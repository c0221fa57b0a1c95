import type { Instant } from '../../conversation/model.ts';
import { type Fields, isFields, toInstant, toText } from '../lenient.ts';

/** What tells one state of a conversation from a later one, as far as anything is known to. */
export type ApiState = {
  /** When it changed last; empty if Smartsupp does not say. */
  readonly changedAt: Instant | '';
  /** Of the rating only the value: its words come with a change. */
  readonly rating: string | null;
};

export const isApiState = (value: unknown): value is ApiState =>
  isFields(value) &&
  typeof value['changedAt'] === 'string' &&
  (value['rating'] === null || typeof value['rating'] === 'string');

/** Much longer than any value of a rating. */
const maxRatingLength = 20;

export function stateOf(conversation: Fields): ApiState {
  const times = ['updated_at', 'finished_at'].map((name) => toInstant(conversation[name]) ?? '');
  const rating = toText(conversation['rating_value']);
  return { changedAt: latest(times), rating: rating === null ? null : rating.slice(0, maxRatingLength) };
}

/** A search may leave out what the conversation itself has: what is not said is not newer. */
export const isNewer = (state: ApiState, known: ApiState): boolean =>
  state.changedAt > known.changedAt || (state.rating !== null && state.rating !== known.rating);

/** What is known once both have been seen, the second last. */
export const later = (first: ApiState | undefined, second: ApiState): ApiState =>
  first === undefined
    ? second
    : { changedAt: latest([first.changedAt, second.changedAt]), rating: second.rating ?? first.rating };

const latest = (times: readonly string[]): string => times.toSorted().at(-1) ?? '';
