import { atMost, published, type Row } from '../row.ts';
import { type ColdStart, firstCpu, total } from '../support/cold-start.ts';
import { billedMs, gigabyteSeconds, priceList } from '../support/prices.ts';
import { receiveStarts } from '../support/receive-starts.ts';
import { median, ratio } from '../support/statistics.ts';

export const coldStartReceive: Row = {
  name: 'cold start of receive',
  measure: async () => {
    const { empty, receive } = await receiveStarts();
    return {
      results: [
        atMost(2.4, 'cold start of receive', ratio(receive.map(total), empty.map(total)), '× empty'),
        published(
          'cold start of receive, until it asks for work',
          middle(receive, ({ init }) => init),
          'ms',
        ),
        published('cold start of receive, CPU of the first invoke', middle(receive, firstCpu), 'ms'),
        published('cold start of an empty function', middle(empty, total), 'ms'),
      ],
    };
  },
};

const sizes = [128, 256, 512, 1024] as const;

/**
 * Init runs on whole cores whatever the memory is (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html),
 * an invocation on a share of one.
 */
export const billedReceive: Row = {
  name: 'the same as lambda would bill it',
  measure: async () => {
    const { receive, maxMegabytes, memoryMegabytes } = await receiveStarts();
    const init = middle(receive, ({ init }) => init);
    const [first, second] = [0, 1].map((at) => ({
      cpu: middle(receive, ({ invokes }) => invokes[at]?.cpu ?? 0),
      wait: middle(receive, ({ invokes }) => Math.max(0, (invokes[at]?.wall ?? 0) - (invokes[at]?.cpu ?? 0))),
    }));
    const at = (memory: number) => {
      const firstAnswer = init + billedMs(first?.cpu ?? 0, first?.wait ?? 0, memory);
      const next = billedMs(second?.cpu ?? 0, second?.wait ?? 0, memory);
      return { memory, firstAnswer, next, cold: cost(firstAnswer, memory), warm: cost(next, memory) };
    };
    const modelled = sizes.map(at);
    const chosen = at(memoryMegabytes);
    const least = sizes.find((megabytes) => megabytes > maxMegabytes) ?? 'more than 1024';
    return {
      results: [
        ...modelled.flatMap(({ memory, firstAnswer, cold, warm }) => [
          published(`receive at ${memory} MB, first answer`, firstAnswer, 'ms'),
          published(`receive at ${memory} MB, a million cold starts`, cold, '$'),
          published(`receive at ${memory} MB, a million that follow`, warm, '$'),
        ]),
        published('receive, memory that the largest hook takes', maxMegabytes, 'MB'),
      ],
      notes: [
        `The largest hook takes ${Math.round(maxMegabytes)} MB, so the least of these that holds it is ${least} MB; receive ` +
          `has ${memoryMegabytes}: there a first answer comes after ${Math.round(chosen.firstAnswer)} ms, the next after ` +
          `${Math.round(chosen.next)} ms, for $${chosen.cold.toFixed(2)} and $${chosen.warm.toFixed(2)} a million.`,
      ],
    };
  },
};

const middle = (starts: readonly ColdStart[], of: (start: ColdStart) => number) => median(starts.map(of));

/** Dollars for a million invocations that last so long. */
const cost = (milliseconds: number, memory: number) =>
  priceList.lambda.millionRequests +
  gigabyteSeconds(Math.ceil(milliseconds), memory) * 1_000_000 * priceList.lambda.gigabyteSecondArm64;
