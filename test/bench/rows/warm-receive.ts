import { join } from 'node:path';
import { functionEnvironment } from '../../../local/lambda/instance.ts';
import { atMost, published, type Row } from '../row.ts';
import { openBenchStack } from '../support/bench-stack.ts';
import { measureInChild } from '../support/child.ts';
import { median, ratio } from '../support/statistics.ts';

/** What receive itself takes of a processor for one accepted hook, once it is warm. */
export const warmReceive: Row = {
  name: 'warm receive',
  measure: async () => {
    const stack = await openBenchStack();
    try {
      const { codeDirectory } = stack.receive;
      const {
        parse = [],
        ownWork = [],
        signed = [],
        whole = [],
        bareRequest = [],
      } = await measureInChild('warm-receive.ts', {
        args: [join(codeDirectory, 'index.js'), stack.hookKey],
        env: functionEnvironment(stack.receive, stack.endpoints, 'bench'),
      });
      return {
        results: [
          atMost(6, 'warm receive, its own work', ratio(ownWork, parse), '× JSON.parse'),
          published('warm receive, its request to the queue signed', ratio(signed, parse), '× JSON.parse'),
          published('warm receive, its request to the queue sent', ratio(whole, parse), '× JSON.parse'),
          published('warm receive, one bare request of node:http', ratio(bareRequest, parse), '× JSON.parse'),
        ],
        notes: [
          `A warm receive takes ${Math.round(median(whole))} µs of CPU for a 3 KB hook, ` +
            `${Math.round(median(ownWork))} of them its own; JSON.parse of it takes ${median(parse).toFixed(1)}.`,
        ],
      };
    } finally {
      await stack.close();
    }
  },
};
