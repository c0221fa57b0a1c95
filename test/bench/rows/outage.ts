import { atLeast, atMost, published, type Row } from '../row.ts';
import { measureInChild, type Numbers } from '../support/child.ts';
import { bill, gigabyteSeconds } from '../support/prices.ts';

/** A CRM that is back refuses what is more: ten times what comes in the worst hour. */
const takesASecond = 50;
const aSecond = 5;
const day = { away: 1, minutes: 24 * 60, aSecond };
const hour = { away: 3, minutes: 60, aSecond };
/** As `infra/` has it. */
const megabytes = 512;

/** Each chat goes to all CRMs. One of two is away for a day, then three of four for an hour; chats keep coming until all is delivered. */
export const outage: Row = {
  name: 'outage',
  measure: async () => {
    const one = await play(day);
    const three = await play(hour);
    const costs = costOf(one);
    const [p50, p99] = one['delaysBefore'] ?? [];
    const slower = (delays: readonly number[] = []) => [ratio(delays[0], p50), ratio(delays[1], p99)] as const;
    const [awayP50, awayP99] = slower(one['delaysAway']);
    const [backP50, backP99] = slower(one['delaysBack']);
    const drained = of(one, 'waited') / of(one, 'drainMinutes') / 60;
    const waited = of(one, 'waited').toLocaleString('en-GB');
    return {
      results: [
        atMost(0, `CRM away for a day, of ${waited} chats not there in the end`, of(one, 'left'), 'chats'),
        atMost(2_000, 'CRM away for a day, messages in flight', of(one, 'maxInFlight'), 'messages'),
        atMost(2_000, 'three CRMs away for an hour, messages in flight', of(three, 'maxInFlight'), 'messages'),
        atMost(0, 'three CRMs away for an hour, not there in the end', of(three, 'left'), 'chats'),
        // One that brings it, the probes, and what the CRM refuses once it is back.
        atMost(1.5, 'CRM away for a day, calls of it', of(one, 'callsAChat'), 'a chat'),
        atMost(1.1, 'CRM away, delay at another CRM, p50', awayP50, '× before'),
        atMost(1.1, 'CRM away, delay at another CRM, p99', awayP99, '× before'),
        atMost(1.1, 'CRM back, delay at another CRM, p50', backP50, '× before'),
        atMost(1.5, 'CRM back, delay at another CRM, p99', backP99, '× before'),
        published('CRM away for a day, what waiting costs', sum(costs), '$'),
        atLeast(40, `CRM back, takes ${takesASecond} a second, what has waited`, drained, 'chats/s'),
        published(
          `CRM back, takes ${takesASecond} a second, until nothing waits`,
          of(one, 'drainMinutes') / 60,
          'hours',
        ),
      ],
      notes: [
        `A CRM that is away for a day, while ${waited} chats come for it, costs ${inWords(costs)}, besides what its chats cost anyway.`,
        `Another CRM has a chat after ${inSeconds(one['delaysBefore'])} before, after ${inSeconds(one['delaysAway'])} while that one ` +
          `is away, and after ${inSeconds(one['delaysBack'])} while that one is given what has waited (median and 99th ` +
          'percentile): it is given only as much as it takes.',
      ],
    };
  },
};

const play = ({ away, minutes, aSecond }: typeof day): Promise<Numbers> =>
  measureInChild('outage.ts', {
    args: [aSecond, away, minutes, takesASecond].map(String),
    // Two million items.
    nodeOptions: ['--max-old-space-size=14336'],
  });

const of = (numbers: Numbers, name: string) => numbers[name]?.[0] ?? Number.NaN;
const ratio = (value = Number.NaN, against = Number.NaN) => value / against;
const sum = (costs: Readonly<Record<string, number>>) => Object.values(costs).reduce((all, each) => all + each, 0);

/** In dollars. */
function costOf(numbers: Numbers) {
  const { table, queue, functions } = bill({
    ...nothing,
    writeUnits: of(numbers, 'write'),
    readUnits: of(numbers, 'read'),
    // Sent alone; received, leased and deleted by tens.
    queueRequests: of(numbers, 'sent') + 0.3 * of(numbers, 'received'),
    invocations: of(numbers, 'batches'),
    gigabyteSeconds: gigabyteSeconds(of(numbers, 'functionSeconds') * 1000, megabytes),
  });
  return { table: table / million, queue: queue / million, functions: functions / million };
}

const million = 1_000_000;
const nothing = { hooks: 0, hookKilobytes: 0, logKilobytes: 0, kilobytesOut: 0 };

const inWords = (costs: Readonly<Record<string, number>>) =>
  Object.entries(costs)
    .map(([part, amount]) => `$${amount.toFixed(2)} for ${part === 'functions' ? 'functions' : `the ${part}`}`)
    .join(', ');
const inSeconds = (delays: readonly number[] = []) =>
  `${delays.map((delay) => (delay / 1000).toFixed(1)).join(' and ')} s`;
