import { readFileSync } from 'node:fs';
import { descendantsOf, type Process } from '../../faults/support/process-tree.ts';

/** The stack's processes, by what they do. */
const partOf = ({ commandLine, environment }: Process): string => {
  const [, server] = /\/(\w+)-process\.ts/.exec(commandLine) ?? [];
  if (server !== undefined) return server;
  const [, name] = /(Receive|Deliver|Sweep)/.exec(environment['AWS_LAMBDA_FUNCTION_NAME'] ?? '') ?? [];
  return name?.toLowerCase() ?? 'gateway and pollers';
};

/** Linux counts in hundredths of a second. */
const millisecondsPerTick = 10;

/** What a process and those below it have used of the processors so far, in milliseconds, by part. Linux only. */
export function cpuByPart(pid: number): Readonly<Record<string, number>> {
  const used: Record<string, number> = {};
  for (const process of [...descendantsOf(pid)]) {
    const part = partOf(process);
    used[part] = (used[part] ?? 0) + cpuOf(process.pid);
  }
  return used;
}

/** What one process has used. */
export function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
    return (Number(user) + Number(system)) * millisecondsPerTick;
  } catch {
    // Gone in the meantime.
    return 0;
  }
}
