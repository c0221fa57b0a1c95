import { readdirSync, readFileSync } from 'node:fs';

export type Process = {
  readonly pid: number;
  readonly commandLine: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** The processes that this one has started, and theirs, as Linux has them now. */
export function descendantsOf(ancestor: number): readonly Process[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const parent = parentOf(pid);
        return parent === undefined ? [] : [[Number(pid), parent] as const];
      }),
  );
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow).map((pid) => ({
    pid,
    commandLine: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    environment: Object.fromEntries(
      read(`/proc/${pid}/environ`)
        .split('\0')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    ),
  }));
}

/** Whether it runs, or at least could be told to go on. */
export function isAlive(pid: number): boolean {
  return parentOf(String(pid)) !== undefined;
}

/** Undefined for one that is gone, or of which only the exit status is left. */
function parentOf(pid: string): number | undefined {
  // `pid (name) state parent …`, and a name may hold anything.
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' || parent === undefined ? undefined : Number(parent);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Gone in the meantime.
    return '';
  }
}
