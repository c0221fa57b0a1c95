import { isFields } from '../lenient.ts';
import { type ApiState, isApiState } from './state.ts';

/** A message on the fetch queue: what is to be read by REST. */
export type FetchRequest = {
  readonly version: 1;
  readonly accountId: string;
  /** For the log: an event's name, or the command or function that asks. */
  readonly why: string;
} & (
  | {
      /** Smartsupp's own id, such as `coXU9u5VscuzW`. */
      readonly conversationId: string;
      /** As a search showed it: nothing is to be done once this was fetched. */
      readonly seen?: ApiState;
      /** An old conversation that is imported: nobody waits for an answer any more. */
      readonly isHistory?: true;
    }
  | {
      /** Of somebody whose chats may be held. */
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
