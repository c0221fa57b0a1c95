import { atMost, type Plot, published, type Row } from '../row.ts';
import { measureInChild } from '../support/child.ts';
import { depths, drainedBacklogs } from '../support/drain.ts';
import { openManyChats } from '../support/many-chats.ts';
import { type Point, plot } from '../support/plot.ts';
import { median } from '../support/statistics.ts';

const kilobyte = 1_000;
const megabyte = 1_000_000;
const bodyBytes = [kilobyte, 10 * kilobyte, 100 * kilobyte, megabyte, 3 * megabyte, 6 * megabyte] as const;
const tableSizes = [1, 100, 1_000, 10_000, 100_000] as const;
const rounds = 3;
const tableRounds = 5;
/** So much more than linear, or flat, is noise. */
const maxSize = 1.25;

/** What becomes of time and memory as bodies, the queue and the table grow. */
export const growth: Row = {
  name: 'growth',
  measure: async () => {
    const transcripts = await measureTranscripts();
    const queue = await measureQueue();
    const table = await measureTable();
    const largest = transcripts.at(-1);
    return {
      results: [
        published('growth, time for a chat of 6 MB', largest?.milliseconds ?? Number.NaN, 'ms'),
        published('growth, memory for a chat of 6 MB', largest?.megabytes ?? Number.NaN, 'MB'),
        atMost(
          maxSize,
          'growth, a byte of 6 MB',
          byteOf(transcripts, 6 * megabyte) / byteOf(transcripts, megabyte),
          '× of 1 MB',
        ),
        atMost(
          maxSize,
          'growth, a chat of 10,000 on the queue',
          valueAt(queue, 10_000) / valueAt(queue, 1_000),
          '× of 1,000',
        ),
        ...(['list', 'status'] as const).flatMap((command) => [
          published(`growth, time for ${command} with 100,000 chats`, valueAt(table[command], 100_000), 'ms'),
        ]),
        // From here on, what both tell of does not grow with the table: the last twenty, and those of the last week.
        atMost(
          maxSize,
          'growth, list with 100,000 chats',
          valueAt(table.list, 100_000) / valueAt(table.list, 1_000),
          '× with 1,000',
        ),
        atMost(
          maxSize,
          'growth, status with 100,000 chats',
          valueAt(table.status, 100_000) / valueAt(table.status, 10_000),
          '× with 10,000',
        ),
      ],
      plots: plotsOf(transcripts, queue, table),
    };
  },
};

type Transcript = { readonly bytes: number; readonly milliseconds: number; readonly megabytes: number };

async function measureTranscripts(): Promise<readonly Transcript[]> {
  const measured = [];
  for (const bytes of bodyBytes) {
    const times: number[] = [];
    const sizes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { milliseconds = [], megabytes = [] } = await measureInChild('transcript-growth.ts', {
        args: [String(bytes)],
      });
      times.push(...milliseconds);
      sizes.push(...megabytes);
    }
    measured.push({ bytes, milliseconds: median(times), megabytes: median(sizes) });
  }
  return measured;
}

const byteOf = (transcripts: readonly Transcript[], bytes: number) =>
  (transcripts.find((each) => each.bytes === bytes)?.milliseconds ?? Number.NaN) / bytes;

/** Milliseconds a chat, by how many there were. */
async function measureQueue(): Promise<readonly Point[]> {
  const { few, some, maxSize } = await drainedBacklogs();
  const each = (chats: number, seconds: number): Point => [chats, (seconds * 1000) / chats];
  return [
    ...few.map(({ seconds }, at) => each(depths.few[at] ?? 0, seconds)),
    each(depths.some, median(some.map(({ seconds }) => seconds))),
    each(depths.maxSize, maxSize.seconds),
  ];
}

type TableGrowth = { readonly list: readonly Point[]; readonly status: readonly Point[] };

/** All sizes in turn, round after round. */
async function measureTable(): Promise<TableGrowth> {
  const tables = await openManyChats(tableSizes);
  const measured = tableSizes.map((chats) => ({ chats, list: [] as number[], status: [] as number[] }));
  try {
    for (let round = 0; round < tableRounds; round += 1) {
      for (const { chats, list, status } of measured) {
        list.push(await tables.command(chats, 'list'));
        status.push(await tables.command(chats, 'status'));
      }
    }
  } finally {
    await tables.close();
  }
  const points = (command: 'list' | 'status') => measured.map((times): Point => [times.chats, median(times[command])]);
  return { list: points('list'), status: points('status') };
}

const valueAt = (points: readonly Point[], x: number) => points.find(([at]) => at === x)?.[1] ?? Number.NaN;

function plotsOf(transcripts: readonly Transcript[], queue: readonly Point[], table: TableGrowth): readonly Plot[] {
  return [
    {
      name: 'transcript',
      svg: plot({
        title: 'One chat through both functions, by its size',
        x: 'size of the body, bytes',
        y: 'milliseconds, megabytes',
        series: [
          { name: 'time, ms', points: transcripts.map(({ bytes, milliseconds }) => [bytes, milliseconds]) },
          { name: 'memory, MB', points: transcripts.map(({ bytes, megabytes }) => [bytes, megabytes]) },
        ],
      }),
    },
    {
      name: 'queue',
      svg: plot({
        title: 'A backlog, by how many chats are on the queue',
        x: 'chats on the queue',
        y: 'milliseconds a chat',
        series: [{ name: 'time a chat', points: queue }],
      }),
    },
    {
      name: 'table',
      svg: plot({
        title: 'The operator’s commands, by how many chats are stored',
        x: 'chats in the table, one a minute',
        y: 'milliseconds',
        series: [
          { name: 'list', points: table.list },
          { name: 'status', points: table.status },
        ],
      }),
    },
  ];
}
