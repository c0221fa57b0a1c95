import { published, type Row } from '../row.ts';
import { measureInChild } from '../support/child.ts';
import { drain } from '../support/drain.ts';
import { openManyChats } from '../support/many-chats.ts';
import { plot } from '../support/plot.ts';
import { median } from '../support/statistics.ts';
import { drainedBacklog } from './backlog.ts';

const bodyBytes = [1_000, 10_000, 100_000, 1_000_000, 3_000_000, 6_000_000] as const;
const depths = [10, 100, 1_000] as const;
const tableSizes = [1, 10, 100, 1_000, 10_000, 100_000] as const;
const rounds = 3;

/** What becomes of time and memory as bodies, the queue and the table grow. */
export const growth: Row = {
  name: 'growth',
  measure: async () => {
    const transcripts = await measureTranscripts();
    const queue = await measureQueue();
    const table = await measureTable();
    const [first, last] = [transcripts.at(3), transcripts.at(-1)];
    return {
      results: [
        published('growth, time for a transcript of 6 MB', last?.milliseconds ?? Number.NaN, 'ms'),
        published('growth, memory for a transcript of 6 MB', last?.megabytes ?? Number.NaN, 'MB'),
        published(
          'growth, a byte of 6 MB against one of 1 MB',
          (last?.milliseconds ?? 0) / 6_000_000 / ((first?.milliseconds ?? 0) / 1_000_000),
          '× the time',
        ),
        published('growth, a chat of 10,000 on the queue', queue.at(-1)?.milliseconds ?? Number.NaN, 'ms'),
        published('growth, list of 100,000 chats', table.at(-1)?.list ?? Number.NaN, 'ms'),
        published('growth, status of 100,000 chats', table.at(-1)?.status ?? Number.NaN, 'ms'),
      ],
      plots: [
        {
          name: 'transcript',
          svg: plot({
            title: 'A chat through both functions, by the size of its body',
            x: 'bytes',
            y: 'ms, MB',
            series: [
              { name: 'time, ms', points: transcripts.map(({ bytes, milliseconds }) => [bytes, milliseconds]) },
              { name: 'memory, MB', points: transcripts.map(({ bytes, megabytes }) => [bytes, megabytes]) },
            ],
          }),
        },
        {
          name: 'queue',
          svg: plot({
            title: 'Time to deliver a chat, by how many are on the queue',
            x: 'chats on the queue',
            y: 'ms a chat',
            series: [{ name: 'ms a chat', points: queue.map(({ chats, milliseconds }) => [chats, milliseconds]) }],
          }),
        },
        {
          name: 'table',
          svg: plot({
            title: 'The operator’s commands, by how many chats are in the table',
            x: 'chats in the table',
            y: 'ms',
            series: [
              { name: 'list', points: table.map(({ chats, list }) => [chats, list]) },
              { name: 'status', points: table.map(({ chats, status }) => [chats, status]) },
            ],
          }),
        },
      ],
    };
  },
};

async function measureTranscripts() {
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

async function measureQueue() {
  const measured = [];
  for (const chats of depths) measured.push({ chats, milliseconds: ((await drain(chats, 20)).seconds * 1000) / chats });
  const most = 10_000;
  return [...measured, { chats: most, milliseconds: ((await drainedBacklog()).seconds * 1000) / most }];
}

async function measureTable() {
  const chatsInTable = await openManyChats();
  try {
    const measured = [];
    for (const chats of tableSizes) {
      await chatsInTable.grow(chats);
      const times = { list: [] as number[], status: [] as number[] };
      for (let round = 0; round < rounds; round += 1) {
        times.list.push(await chatsInTable.command('list'));
        times.status.push(await chatsInTable.command('status'));
      }
      measured.push({ chats, list: median(times.list), status: median(times.status) });
    }
    return measured;
  } finally {
    await chatsInTable.close();
  }
}
