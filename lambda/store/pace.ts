import { isStopped, type Pace } from '../delivery/pace.ts';
import type { Paces } from '../sweep/requeue-due.ts';
import { deliveryKey, paceKey } from './keys.ts';
import { deliveriesIn, registeredDestinations } from './lists.ts';
import { type Item, isRecordOf, type Table } from './table.ts';

/** Each destination's pace, next to its name. */
export function createPaces(table: Table): Paces {
  return {
    all: async () =>
      (await registeredDestinations(table)).map((item) => ({ destination: String(item['sk']), pace: readPace(item) })),
    write: async (destination, pace) => {
      await table.update(paceKey(destination), { update: 'SET pace = :pace', values: { ':pace': pace } });
    },
    deliveriesOf: async (destination, sample) => {
      const items = await table.getMany(sample.map(({ conversationId }) => deliveryKey(conversationId, destination)));
      const found = new Map(deliveriesIn(items).map(({ conversationId, delivery }) => [conversationId, delivery]));
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

const isPace = isRecordOf<Pace>('allowance', 'isAway', 'sentAt', 'sample');

function readPace(item: Item | undefined): Pace | undefined {
  const pace = item?.['pace'];
  return isPace(pace) ? pace : undefined;
}
