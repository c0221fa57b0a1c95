import type { Instant } from '../conversation/model.ts';
import { type Fields, isFields, toInstant, toText } from './lenient.ts';

/** A message on the fetch queue: a conversation, or a contact's held conversations, to read by REST. */
export type FetchRequest = {
  readonly version: 1;
  readonly accountId: string;
  /** For the log: an event's name, or the command or function that asks. */
  readonly why: string;
} & (
  | {
      /** Smartsupp's own id, such as `coXU9u5VscuzW`. */
      readonly conversationId: string;
      /** The state that a search showed. Once it was fetched, there is nothing to do. */
      readonly seen?: ApiState;
      /** An old conversation that is imported: nobody waits for an answer any more. */
      readonly isHistory?: true;
    }
  | {
      /** A contact whose chats may be held. */
      readonly contactId: string;
    }
);

type Unversioned<Request> = Request extends unknown ? Omit<Request, 'version'> : never;

export const writeFetchRequest = (request: Unversioned<FetchRequest>): string =>
  JSON.stringify({ version: 1, ...request } satisfies FetchRequest);

/** Undefined if it is not one, or of a later release. */
export function readFetchRequest(message: string): FetchRequest | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return isFetchRequest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFetchRequest = (value: unknown): value is FetchRequest =>
  isFields(value) &&
  value['version'] === 1 &&
  ['accountId', 'why'].every((name) => typeof value[name] === 'string') &&
  (typeof value['conversationId'] === 'string' || typeof value['contactId'] === 'string') &&
  (value['seen'] === undefined || isApiState(value['seen']));

/** Distinguishes one state of a conversation from a later one. */
export type ApiState = {
  /** When it changed last; empty if Smartsupp does not say. */
  readonly changedAt: Instant | '';
  /** Only the rating's value: a new comment changes `changedAt`. */
  readonly rating: string | null;
};

const isApiState = (value: unknown): value is ApiState =>
  isFields(value) &&
  typeof value['changedAt'] === 'string' &&
  (value['rating'] === null || typeof value['rating'] === 'string');

/** Much longer than any rating's value. */
const maxRatingLength = 20;

export function stateOf(conversation: Fields): ApiState {
  const times = ['updated_at', 'finished_at'].map((name) => toInstant(conversation[name]) ?? '');
  const rating = toText(conversation['rating_value']);
  return { changedAt: latest(times), rating: rating === null ? null : rating.slice(0, maxRatingLength) };
}

/** A search may leave out fields that the conversation has, so a missing value is not newer. */
export const isNewer = (state: ApiState, known: ApiState): boolean =>
  state.changedAt > known.changedAt || (state.rating !== null && state.rating !== known.rating);

/** Combines two states, of which the second was seen last. */
export const later = (first: ApiState | undefined, second: ApiState): ApiState =>
  first === undefined
    ? second
    : { changedAt: latest([first.changedAt, second.changedAt]), rating: second.rating ?? first.rating };

const latest = (times: readonly string[]): string => times.toSorted().at(-1) ?? '';
