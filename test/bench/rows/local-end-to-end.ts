import { setTimeout as sleep } from 'node:timers/promises';
import { published, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { postAll } from '../support/load.ts';
import { median, ratio } from '../support/statistics.ts';
import { type Contender, startCompetitor, startForwarder } from '../support/subjects.ts';

/** The first are until all of it is compiled, in each of the processes between which ours divides the work. */
const rounds = { warmUp: 4, measured: 5 };
/** Posted in each round over one connection, then over 32. */
const hooks = { few: 100, many: 640 };

/**
 * The whole stack on this machine against the same job written by hand, with a CRM that answers at once. In turn: while one
 * works, the other one has nothing to do.
 */
export const localEndToEnd: Row = {
  name: 'local end to end',
  measure: async () => {
    const ours = await startForwarder();
    const theirs = await startCompetitor();
    try {
      return report(await inTurn([ours, theirs]));
    } finally {
      await theirs.stop();
      await ours.stop();
    }
  },
};

/** A second: hooks that were acknowledged, and chats from the first POST to the last one in the CRM. */
type Round = {
  readonly one: number;
  readonly many: number;
  readonly delivered: number;
  /** Milliseconds of CPU a chat, by process. */
  readonly cpu: Readonly<Record<string, number>>;
};

async function inTurn(contenders: readonly Contender[]): Promise<readonly (readonly Round[])[]> {
  const measured = contenders.map((): Round[] => []);
  for (let round = 0; round < rounds.warmUp + rounds.measured; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const result = await oneRound(contender, round);
      if (round >= rounds.warmUp) measured[index]?.push(result);
    }
  }
  return measured;
}

async function oneRound({ hookUrl, cpu, crm }: Contender, round: number): Promise<Round> {
  const before = round * (hooks.few + hooks.many);
  const bodies = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => bodyOf('3 KB', { number: from + index + 1 }));
  const one = await postAll(hookUrl, bodies(hooks.few, before), 1);
  await until(crm.chats, before + hooks.few);
  const cpuBefore = cpu();
  const all = bodies(hooks.many, before + hooks.few);
  const begin = performance.now();
  const many = await postAll(hookUrl, all, 32);
  await until(crm.chats, before + hooks.few + hooks.many);
  const delivered = hooks.many / ((performance.now() - begin) / 1000);
  const used = Object.entries(cpu()).map(([part, ms]) => [part, (ms - (cpuBefore[part] ?? 0)) / hooks.many]);
  return { one, many, delivered, cpu: Object.fromEntries(used) };
}

async function until(chats: () => Promise<number>, count: number): Promise<void> {
  for (const end = performance.now() + 60_000; (await chats()) < count; await sleep(20)) {
    if (performance.now() > end) throw new Error(`The CRM has ${await chats()} chats of ${count}.`);
  }
}

function report([ours = [], theirs = []]: readonly (readonly Round[])[]) {
  const values = (from: readonly Round[], name: 'one' | 'many' | 'delivered') => from.map((each) => each[name]);
  const lines = (who: string, from: readonly Round[]) => [
    published(`${who}, accepted over 1 connection`, median(values(from, 'one')), 'hooks/s'),
    published(`${who}, accepted over 32 connections`, median(values(from, 'many')), 'hooks/s'),
    published(`${who}, in the CRM`, median(values(from, 'delivered')), 'chats/s'),
  ];
  const share = ratio(values(ours, 'many'), values(theirs, 'many'));
  return {
    results: [
      ...lines('local end to end', ours),
      ...lines('hand-written', theirs),
      published('local end to end, accepted, against hand-written', share, '×'),
    ],
    notes: [
      `Where the rest goes, in milliseconds of CPU a chat: ${inWords(ours)}; the hand-written one takes ` +
        `${inWords(theirs)}. That is one process; here each chat goes through an HTTP server, a function, a queue on disk, a ` +
        `second function and a database on disk, as on AWS.`,
    ],
  };
}

const inWords = (rounds: readonly Round[]) =>
  Object.keys(rounds[0]?.cpu ?? {})
    .map((part) => `${part} ${median(rounds.map(({ cpu }) => cpu[part] ?? 0)).toFixed(1)}`)
    .join(', ');
