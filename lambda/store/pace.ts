import { isStopped, type Pace, type Sent } from '../delivery/pace.ts';
import type { Paces } from '../sweep/requeue-due.ts';
import { deliveryKey, paceKey } from './keys.ts';
import { readDelivery, registeredDestinations } from './ledger.ts';
import { getAll, type Item, type Table } from './table.ts';

/** Each destination's pace, next to its name. */
export function createPaces(table: Table): Paces {
  return {
    all: async () =>
      (await registeredDestinations(table)).map((item) => ({ destination: String(item['sk']), pace: readPace(item) })),
    write: async (destination, { allowance, isAway, sentAt, sample }) => {
      await table.update(paceKey(destination), {
        update: 'SET pace = :pace',
        values: {
          ':pace': {
            allowance,
            isAway,
            sentAt,
            sample: sample.map(({ conversationId, version }) => ({ conversationId, version })),
          },
        },
      });
    },
    deliveriesOf: async (destination, sample) => {
      const items = await getAll(
        table,
        sample.map(({ conversationId }) => deliveryKey(conversationId, destination)),
      );
      const found = new Map(items.map((item) => [item['conversationId'], readDelivery(item)]));
      return sample.map(({ conversationId }) => found.get(conversationId));
    },
  };
}

/** Whether the sweep's last probe told that nothing comes through to a destination. */
export const createIsStopped =
  (table: Table, now: () => Date) =>
  async (destination: string): Promise<boolean> => {
    const pace = readPace(await table.get(paceKey(destination)));
    return pace !== undefined && isStopped(pace, now());
  };

function readPace(item: Item | undefined): Pace | undefined {
  const pace = item?.['pace'];
  return isPace(pace) ? pace : undefined;
}

const isPace = (value: unknown): value is Pace =>
  typeof value === 'object' &&
  value !== null &&
  'allowance' in value &&
  typeof value.allowance === 'number' &&
  'isAway' in value &&
  typeof value.isAway === 'boolean' &&
  'sentAt' in value &&
  typeof value.sentAt === 'string' &&
  'sample' in value &&
  Array.isArray(value.sample) &&
  value.sample.every(isSent);

const isSent = (value: unknown): value is Sent =>
  typeof value === 'object' &&
  value !== null &&
  'conversationId' in value &&
  typeof value.conversationId === 'string' &&
  'version' in value &&
  typeof value.version === 'number';
