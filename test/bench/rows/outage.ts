import { atMost, published, type Row } from '../row.ts';
import { measureInChild, type Numbers } from '../support/child.ts';
import { priceList } from '../support/prices.ts';
import { percentile } from '../support/statistics.ts';

/** At the rate of 432,000 chats a day, and for an hour only: what a day leaves is too much for one process. */
const aSecond = 5;
const minutes = 60;

/** One of two CRMs is away, and each chat goes to both. */
export const outage: Row = {
  name: 'outage',
  measure: async () => {
    const away = await play(minutes);
    const none = await play(0);
    const delays = (numbers: Numbers, share: number) => percentile(numbers['otherDelaysMs'] ?? [], share) / 1000;
    const chats = of(away, 'chats');
    const waiting = (name: string) => (of(away, name) - of(none, name)) / chats;
    const { millionWriteUnits, millionReadUnits } = priceList.dynamodb;
    const cost = waiting('writeUnits') * millionWriteUnits + waiting('readUnits') * millionReadUnits;
    return {
      results: [
        atMost(
          0,
          `CRM away for ${minutes} minutes at ${aSecond} chats a second, chats not there at the end`,
          of(away, 'left'),
          'chats',
        ),
        atMost(2_000, 'CRM away, messages in flight', of(away, 'maxInFlight'), 'messages'),
        atMost(10, 'CRM away, calls beside the first of each chat', of(away, 'retriesAMinute'), 'a minute'),
        published('CRM away, calls in all', of(away, 'calls') / chats, 'a chat'),
        published('CRM away, what waits takes of the table', cost, '$ a million chats'),
        published('CRM back, until nothing waits', of(away, 'drainMinutes'), 'minutes'),
        atMost(
          1.1,
          'CRM away, delay at the other CRM, 99th percentile',
          delays(away, 0.99) / delays(none, 0.99),
          '× without',
        ),
      ],
    };
  },
};

const play = (awayMinutes: number): Promise<Numbers> =>
  measureInChild('outage.ts', { args: [String(minutes), String(aSecond), String(awayMinutes)] });

const of = (numbers: Numbers, name: string) => numbers[name]?.[0] ?? Number.NaN;
