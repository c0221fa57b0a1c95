import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDefinition } from '../../../../local/lambda/function.ts';
import { createFunction, type FunctionOptions, type LocalFunction } from '../../../../local/lambda/pool.ts';
import { newDirectory } from './directory.ts';

export type TestFunction = LocalFunction & {
  /** All that it has printed, and what Lambda would have written to its log. */
  readonly output: () => string;
};

type TestOptions = Partial<FunctionDefinition> & Pick<FunctionOptions, 'idleMilliseconds'> & { readonly file?: string };

/** Starts a function from its source, `index.cjs` unless another file is named, in a process of its own as always. */
export function startFunction(
  source: string,
  { file = 'index.cjs', idleMilliseconds, ...definition }: TestOptions = {},
): TestFunction {
  const codeDirectory = newDirectory();
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
    ...(idleMilliseconds !== undefined && { idleMilliseconds }),
    endpoints: { sqs: 'http://sqs', dynamodb: 'http://dynamodb', secretsManager: 'http://secrets', accessKey: 'key' },
    log: (text) => {
      if (typeof text === 'string') output += text;
      else text.on('data', (chunk: Buffer) => (output += chunk));
    },
  });
  return { ...made, output: () => output };
}
