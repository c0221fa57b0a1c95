import { atMost, published, type Row } from '../row.ts';
import { type ColdStart, firstCpu, total } from '../support/cold-start.ts';
import { chatsInBatch, deliverStarts, events } from '../support/deliver-starts.ts';
import { median, ratio } from '../support/statistics.ts';

export const coldStartDeliver: Row = {
  name: 'cold start of deliver',
  measure: async () => {
    const { empty, deployed, withFetch } = await deliverStarts();
    const firstCall = ratio(deployed.map(firstCpu), withFetch.map(firstCpu));
    return {
      results: [
        atMost(
          3,
          'cold start of deliver, first chat included',
          ratio(deployed.map(total), empty.map(total)),
          '× empty',
        ),
        atMost(0.6, 'cold start of deliver, first invoke against fetch', firstCall, '× the CPU'),
        published('cold start of deliver, until it asks for work', median(deployed.map(({ init }) => init)), 'ms'),
        published('cold start of deliver, CPU of the first invoke', median(deployed.map(firstCpu)), 'ms'),
      ],
    };
  },
};

export const cpuOfDeliver: Row = {
  name: 'cpu a chat in deliver',
  measure: async () => {
    const { warm } = await deliverStarts();
    return {
      results: [
        atMost(3, 'CPU a chat in deliver, 10 a batch', perChat(warm['3 KB']), 'ms'),
        published('CPU a chat in deliver, with fetch', perChat(warm.withFetch), 'ms'),
      ],
    };
  },
};

/** Milliseconds of CPU a chat, once it is warm. */
const perChat = (starts: readonly ColdStart[]) =>
  median(starts.flatMap(({ invokes }) => invokes.slice(events['3 KB'].warmUp).map(({ cpu }) => cpu / chatsInBatch)));
