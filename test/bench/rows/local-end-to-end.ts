import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, published, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { postAll } from '../support/load.ts';
import { cpuByPart } from '../support/processes.ts';
import { type ServerChild, startServerChild } from '../support/server-child.ts';
import { median, ratio } from '../support/statistics.ts';
import { type Contender, startCompetitor, startForwarder } from '../support/subjects.ts';

const rounds = 3;
/** Posted in each round over one connection, then over 32. */
const hooks = { few: 100, many: 640 };

/** The whole stack on this machine against the same job written by hand, in turn, with a CRM that answers at once. */
export const localEndToEnd: Row = {
  name: 'local end to end',
  measure: async () => {
    const ours: Round[] = [];
    const theirs: Round[] = [];
    for (let time = 0; time < rounds; time += 1) {
      // Never side by side: each has the machine to itself.
      ours.push(await inOneRound(startForwarder));
      theirs.push(await inOneRound(startCompetitor));
    }
    const values = (from: readonly Round[], name: Rate) => from.map((each) => each[name]);
    const middle = (from: readonly Round[], name: Rate) => median(values(from, name));
    const parts = Object.keys(ours[0]?.cpu ?? {}).map((part) => {
      const milliseconds = median(ours.map(({ cpu }) => cpu[part] ?? 0));
      return `${part} ${milliseconds.toFixed(1)}`;
    });
    return {
      results: [
        published('local end to end, accepted over 1 connection', middle(ours, 'one'), 'hooks/s'),
        published('local end to end, accepted over 32 connections', middle(ours, 'many'), 'hooks/s'),
        published('local end to end, in the CRM', middle(ours, 'delivered'), 'chats/s'),
        published('hand-written, accepted over 1 connection', middle(theirs, 'one'), 'hooks/s'),
        published('hand-written, accepted over 32 connections', middle(theirs, 'many'), 'hooks/s'),
        published('hand-written, in the CRM', middle(theirs, 'delivered'), 'chats/s'),
        atLeast(
          0.5,
          'local end to end, accepted over 32 connections',
          ratio(values(ours, 'many'), values(theirs, 'many')),
          '× hand-written',
        ),
      ],
      notes: [`Where the rest goes, in milliseconds of CPU a chat: ${parts.join(', ')}.`],
    };
  },
};

type Rate = 'one' | 'many' | 'delivered';

/** A second: hooks that were acknowledged, and chats from the first POST to the last one in the CRM. */
type Round = {
  readonly one: number;
  readonly many: number;
  readonly delivered: number;
  /** Milliseconds of CPU a chat, by process. */
  readonly cpu: Readonly<Record<string, number>>;
};

async function inOneRound(start: (crm: ServerChild) => Promise<Contender>): Promise<Round> {
  const crm = await startServerChild('children/fake-crm.ts', []);
  const contender = await start(crm);
  const inCrm = async () => Number(await fetch(crm.url).then((response) => response.text()));
  try {
    const { hookUrl, pid } = contender;
    const bodies = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => bodyOf('3 KB', { number: from + index }));
    // Until all of it is compiled.
    await postAll(hookUrl, bodies(hooks.few, 1_000), 8);
    await until(inCrm, hooks.few);
    const one = await postAll(hookUrl, bodies(hooks.few, 2_000), 1);
    await until(inCrm, 2 * hooks.few);
    const before = cpuByPart(pid);
    const begin = performance.now();
    const many = await postAll(hookUrl, bodies(hooks.many, 3_000), 32);
    await until(inCrm, 2 * hooks.few + hooks.many);
    const delivered = hooks.many / ((performance.now() - begin) / 1000);
    const cpu = Object.entries(cpuByPart(pid)).map(([part, ms]) => [part, (ms - (before[part] ?? 0)) / hooks.many]);
    return { one, many, delivered, cpu: Object.fromEntries(cpu) };
  } finally {
    await contender.stop();
    await crm.stop();
  }
}

async function until(inCrm: () => Promise<number>, count: number): Promise<void> {
  for (const end = performance.now() + 60_000; (await inCrm()) < count; await sleep(10)) {
    if (performance.now() > end) throw new Error(`The CRM has ${await inCrm()} chats of ${count}.`);
  }
}
