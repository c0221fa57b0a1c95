import { type Answer, isRecord } from '../http/answer.ts';
import type { CallApi } from '../http/http.ts';
import { bisect, fulfilled, rejected } from '../port/batch.ts';
import { CrmError } from '../port/errors.ts';
import { type ItemError, isBatchAnswer, type ObjectType, type Stored, type Values, version } from './answers.ts';

export type NewObject = {
  readonly properties: Values;
  readonly associations: readonly object[];
  /** Identifies the created object without `objectWriteTraceId`, which HubSpot need not return. */
  readonly isCreatedAs: (stored: Stored) => boolean;
};

/** `existed`: HubSpot keeps contacts' e-mail addresses unique. */
type Creation = { readonly id: string; readonly existed: boolean };

/** "Batch read … limited to 100" (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide). */
export const maxPerBatch = 100;
/** Characters of all properties, so that a request finishes within the HTTP client's time-out. */
const perRequest = { maxSize: maxPerBatch, size: 2_000_000 };

/**
 * With an `objectWriteTraceId` for each input, HubSpot creates what it can and answers 207 with the other errors
 * (https://developers.hubspot.com/docs/api-reference/error-handling), in any order
 * (https://github.com/HubSpot/hubspot-api-nodejs/issues/190).
 */
export async function createAll(
  call: CallApi,
  type: ObjectType,
  objects: readonly NewObject[],
): Promise<readonly PromiseSettledResult<Creation>[]> {
  const outcomes: PromiseSettledResult<Creation>[] = [];
  for (const batch of inGroups(objects, perRequest, lengthOf)) {
    outcomes.push(...(await bisect(batch, (part) => createBatch(call, type, part), { hasField })));
  }
  return outcomes;
}

async function createBatch(call: CallApi, type: ObjectType, objects: readonly NewObject[]) {
  const answer = await call({
    operation: `create the ${type}`,
    method: 'POST',
    path: ['crm', 'objects', version, type, 'batch', 'create'],
    body: {
      inputs: objects.map(({ properties, associations }, index) => ({
        properties,
        associations,
        objectWriteTraceId: String(index),
      })),
    },
    expected: [409],
  });
  if (answer.status === 409) return [conflict(answer, objects)];
  const { results, errors = [] } = answer.as(isBatchAnswer);
  const isTraced = results.some(({ objectWriteTraceId }) => objectWriteTraceId !== undefined);
  const unclaimed = new Set(results);
  return objects.map(({ isCreatedAs }, index): PromiseSettledResult<Creation> => {
    const trace = String(index);
    const isOurs = (stored: Stored) => (isTraced ? stored.objectWriteTraceId === trace : isCreatedAs(stored));
    const error = errors.find(({ context }) => context?.['objectWriteTraceId']?.includes(trace));
    const created = error === undefined ? [...unclaimed].find(isOurs) : undefined;
    if (created !== undefined) unclaimed.delete(created);
    return created === undefined ? failed(error, answer) : fulfilled({ id: created.id, existed: false });
  });
}

/** One existing contact makes HubSpot refuse the batch with 409; alone, it is that contact. */
function conflict(answer: Answer, objects: readonly NewObject[]): PromiseSettledResult<Creation> {
  const existing = isRecord(answer.body) ? existingId(answer.body) : undefined;
  if (objects.length === 1 && existing !== undefined) return fulfilled({ id: existing, existed: true });
  throw answer.refusal();
}

/** `Contact already exists. Existing ID: 12345`; for an item of a batch the id is in its context too. */
function existingId({ message, context }: ItemError): string | undefined {
  return context?.['existingId']?.[0] ?? /Existing ID: (\d+)/.exec(String(message))?.[1];
}

function failed(error: ItemError | undefined, answer: Answer): PromiseSettledResult<Creation> {
  if (error === undefined) return rejected(missingOutcome(answer));
  const existing = error.category === 'CONFLICT' ? existingId(error) : undefined;
  return existing === undefined ? rejected(refusalOf(answer, error)) : fulfilled({ id: existing, existed: true });
}

/** @param objects at most `maxPerBatch`, with different ids: HubSpot refuses duplicates */
export function updateAll(
  call: CallApi,
  type: ObjectType,
  objects: readonly { readonly id: string; readonly properties: Values }[],
): Promise<readonly PromiseSettledResult<void>[]> {
  const update = async (inputs: typeof objects) => {
    const path = ['crm', 'objects', version, type, 'batch', 'update'];
    const answer = await call({ operation: `update the ${type}`, method: 'POST', path, body: { inputs } });
    const { results, errors = [] } = answer.as(isBatchAnswer);
    const updated = new Set(results.map(({ id }) => id));
    return inputs.map(({ id }): PromiseSettledResult<void> => {
      if (updated.has(id)) return fulfilled(undefined);
      const error = errors.find(({ context }) => context?.['ids']?.includes(id));
      return rejected(error === undefined ? missingOutcome(answer) : refusalOf(answer, error));
    });
  };
  return bisect(objects, update, { hasField });
}

const hasField = ({ properties }: { readonly properties: Values }, field: string) => Object.hasOwn(properties, field);

/** Leaves out the context, so that equal messages stay equal. */
const refusalOf = (answer: Answer, { category, message }: ItemError): CrmError =>
  answer.refusal({ status: statusOf({ category }), body: { category, message } });

/** By documented categories; unknown ones are retried. */
function statusOf({ category }: ItemError): number {
  switch (category) {
    case 'VALIDATION_ERROR':
      return 400;
    case 'MISSING_SCOPES':
      return 403;
    case 'OBJECT_NOT_FOUND':
      return 404;
    case 'CONFLICT':
      return 409;
    case 'RATE_LIMITS':
      return 429;
    default:
      return 500;
  }
}

const missingOutcome = ({ status }: Answer) =>
  new CrmError(
    'HubSpot did not report the outcome of this item of a batch. It will be tried again.',
    { kind: 'retryable' },
    { status, outcomeUnknown: true },
  );

const lengthOf = ({ properties }: NewObject) => Object.values(properties).join('').length;

/** Splits items into groups, in order. An item that is too large gets its own group. */
export function inGroups<Item>(
  items: readonly Item[],
  { maxSize, size }: { readonly maxSize: number; readonly size: number },
  sizeOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= maxSize || sizeOf(item) > room) {
      groups.push([item]);
      room = size - sizeOf(item);
    } else {
      last.push(item);
      room -= sizeOf(item);
    }
  }
  return groups;
}
