import { expect, test } from '@jest/globals';
import { createReportDeviations } from '../../../lambda/smartsupp/deviations.ts';

const conversationId = '208:1';

function report(countDeviation: (deviation: string) => Promise<boolean>) {
  const lines: unknown[] = [];
  const counted: string[] = [];
  const write = (message: string, line: object) => void lines.push({ message, ...line });
  const reportDeviations = createReportDeviations({
    countDeviation,
    log: { info: write, warn: write, error: write },
    metrics: { count: (name) => void counted.push(name) },
  });
  return { lines, counted, reportDeviations };
}

test('a chat that is not as documented is logged and counted, and a new kind of it raises an alarm', async () => {
  const { lines, counted, reportDeviations } = report(async (deviation) => deviation === '/endAt type');
  await reportDeviations(conversationId, ['/endAt type', '/visitor type']);
  expect(lines).toEqual([
    { message: 'not as documented', conversationId, deviations: ['/endAt type', '/visitor type'] },
  ]);
  expect(counted).toEqual(['Undocumented', 'FormatChanged']);
});

test('a report that cannot be kept does not stop the chat', async () => {
  const { lines, counted, reportDeviations } = report(() => Promise.reject(new Error('the table is away')));
  await reportDeviations(conversationId, ['/endAt type']);
  expect(lines).toMatchObject([
    {},
    { message: 'a deviation was not counted', deviation: '/endAt type', error: 'Error' },
  ]);
  expect(counted).toEqual(['Undocumented']);
});
