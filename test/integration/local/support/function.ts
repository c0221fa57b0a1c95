import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionDefinition } from '../../../../local/lambda/function.ts';
import { createFunction, type LocalFunction } from '../../../../local/lambda/pool.ts';

export type TestFunction = LocalFunction & {
  /** All that it has printed, and what Lambda would have written to its log. */
  readonly output: () => string;
};

/** Starts a function from its source, `index.cjs` unless another file is named, in a process of its own as always. */
export function startFunction(
  source: string,
  { file = 'index.cjs', ...definition }: Partial<FunctionDefinition> & { readonly file?: string } = {},
): TestFunction {
  const codeDirectory = mkdtempSync(join(tmpdir(), 'function-'));
  writeFileSync(join(codeDirectory, file), source);
  let output = '';
  const made = createFunction({
    definition: {
      name: 'App-Test',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:App-Test',
      label: 'test',
      codeDirectory,
      handler: 'index.handler',
      timeoutSeconds: 10,
      memoryMegabytes: 256,
      reservedConcurrency: undefined,
      environment: {},
      ...definition,
    },
    endpoints: { sqs: 'http://sqs', dynamodb: 'http://dynamodb', secretsManager: 'http://secrets' },
    log: (text) => {
      if (typeof text === 'string') output += text;
      else text.on('data', (chunk: Buffer) => (output += chunk));
    },
  });
  return { ...made, output: () => output };
}
