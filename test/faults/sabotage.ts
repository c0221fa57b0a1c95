import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sabotage, sabotages, spoilt } from '../simulation/sabotages.ts';
import { brokenMark } from './support/timeline.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Faults that can be seen from outside. Not a lease that is not respected, since two processes seldom have the same chat at once,
 * and not a store’s error that is taken for the end, since the sweep brings back what is listed.
 */
const names: readonly string[] = [
  'a first delivery is written over another',
  'a lost answer leaves no doubt',
  'a crash leaves no doubt',
  'the hash of the note is kept before the note',
  'older words replace newer ones',
];

/** Noticed because receive is killed just after its answers. */
const hasty: Sabotage = {
  name: 'a hook is answered 200 before the queue has it',
  file: 'lambda/receive/receiver.ts',
  from: 'await enqueue(body, receivedAt);',
  to: 'void enqueue(body, receivedAt).catch(() => {});',
};

/** Records a history with each fault in the code, in a copy of this tree. Whether all are noticed. */
export function sabotageHistories(only = ''): boolean {
  const chosen = [hasty, ...sabotages.filter(({ name }) => names.includes(name))].filter(({ name }) =>
    name.includes(only),
  );
  const missed = chosen.filter((each) => {
    process.stdout.write(`\n${each.name}:\n`);
    const isNoticed = play(each);
    process.stdout.write(`${isNoticed ? '✓ noticed' : '✗ not noticed'}: ${each.name}\n`);
    return !isNoticed;
  });
  return missed.length === 0;
}

function play(sabotage: Sabotage): boolean {
  const tree = mkdtempSync(join(tmpdir(), 'sabotaged-'));
  try {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    // Not those that are deleted, and not yet so in git.
    const files = listed.trim().split('\n');
    for (const each of files.filter((one) => existsSync(join(root, one)))) cpSync(join(root, each), join(tree, each));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    const file = join(tree, sabotage.file);
    writeFileSync(file, spoilt(readFileSync(file, 'utf8'), sabotage));
    const args = ['local/launch.mjs', 'test/faults/main.ts', '--history'];
    const { stdout } = spawnSync(process.execPath, args, {
      cwd: tree,
      encoding: 'utf8',
      stdio: ['inherit', 'pipe', 'inherit'],
      maxBuffer: 1e8,
    });
    process.stdout.write(stdout);
    return stdout.includes(`\n${brokenMark} `);
  } finally {
    rmSync(tree, { recursive: true });
  }
}
