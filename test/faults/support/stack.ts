import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../integration/local/support/eventually.ts';
import { type LocalStack, startLocalStack } from '../../integration/local/support/stack.ts';
import { descendantsOf, isAlive, type Process } from './process-tree.ts';

export type Part = 'sqs' | 'dynamodb' | 'receive' | 'deliver';

export type Stack = {
  /** As of the last start. */
  readonly hookUrl: () => string;
  /** Sends the signal to every process of that part; answers to how many. */
  readonly signal: (part: Part, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => number;
  /** What got a SIGKILL, and when. */
  readonly killed: readonly { readonly at: number; readonly part: Part | 'everything' }[];
  /** SIGKILL to all of its processes at once, and another start on the same data. */
  readonly killAndRestart: () => Promise<void>;
  /** What the functions are told of their surroundings, which changes with a restart. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** All that it has printed and logged, in lines. */
  readonly logs: () => readonly string[];
  readonly end: () => Promise<void>;
};

const isOf: Readonly<Record<Part, (process: Process) => boolean>> = {
  sqs: ({ commandLine }) => commandLine.includes('/sqs-process.ts'),
  dynamodb: ({ commandLine }) => commandLine.includes('/dynamodb-process.ts'),
  receive: ({ environment }) => /Receive/.test(environment['AWS_LAMBDA_FUNCTION_NAME'] ?? ''),
  deliver: ({ environment }) => /Deliver/.test(environment['AWS_LAMBDA_FUNCTION_NAME'] ?? ''),
};

/** `npm start` with a configuration of its own, in processes that can be killed. */
export async function startStack(
  config: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'faults-'));
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const data = join(directory, 'data');
  process.stdout.write(`The stack's data and logs: ${data}\n`);
  let printed = '';
  const start = () => startLocalStack(data, { FORWARDER_CONFIG: configFile, ...secrets });
  let running: LocalStack = await start();

  const killed: { at: number; part: Part | 'everything' }[] = [];
  const root = () => running.child.pid ?? 0;
  const processes = () => descendantsOf(root());

  const killAll = async () => {
    const pids = [root(), ...processes().map(({ pid }) => pid)];
    // Parents first: none of them gets to start another.
    for (const pid of pids) signalTo(pid, 'SIGKILL');
    await eventually(() => pids.every((pid) => !isAlive(pid)));
    await running.exit;
    printed += running.output();
  };

  return {
    hookUrl: () => running.hookUrl,
    signal: (part, signal) => {
      const reached = processes().filter((each) => isOf[part](each) && signalTo(each.pid, signal)).length;
      if (signal === 'SIGKILL' && reached > 0) killed.push({ at: Date.now(), part });
      return reached;
    },
    killed,
    killAndRestart: async () => {
      killed.push({ at: Date.now(), part: 'everything' });
      await killAll();
      running = await start();
    },
    environment: async () => {
      let found: Process['environment'] | undefined;
      await eventually(() => {
        found = processes().find(isOf.deliver)?.environment;
        return found?.['TABLE_NAME'] !== undefined;
      });
      return found ?? {};
    },
    logs: () => {
      const directory = join(data, 'logs');
      const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
      return [printed, running.output(), ...files].flatMap((text) => text.split('\n'));
    },
    end: killAll,
  };
}

/** Whether it was there to have it. */
function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
