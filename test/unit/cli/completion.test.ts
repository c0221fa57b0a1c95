import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { newDirectory } from '../../integration/local/support/directory.ts';

const directory = newDirectory();

/** As the command prints it. */
function scriptFor(shell: string): string {
  const file = join(directory, `completion.${shell}`);
  writeFileSync(file, execFileSync(process.execPath, ['cli/forwarder.mjs', 'completion', shell], { encoding: 'utf8' }));
  return file;
}

/** What Tab would offer behind these words; the last is the one that is begun. */
const bashOffers = (words: readonly string[]) => `
  COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
  _forwarder; printf '%s\\n' "\${COMPREPLY[@]}"`;

const shells: Readonly<Record<string, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => ['--norc', '-c', `source '${script}'; ${bashOffers(words)}`],
  zsh: (script, words) => ['-f', '-c', `source '${script}'; setopt ksharrays shwordsplit; ${bashOffers(words)}`],
  fish: (script, words) => ['--no-config', '-c', `source '${script}'; complete -C '${words.join(' ')}'`],
};

const present = Object.entries(shells).filter(([shell]) => {
  const isHere = spawnSync(shell, ['-c', 'true']).status === 0;
  if (!isHere) process.stdout.write(`No ${shell} here: its completion is left out.\n`);
  return isHere;
});

describe.each(present)('%s', (shell, args) => {
  const script = scriptFor(shell);
  const offered = (...words: readonly string[]) =>
    execFileSync(shell, args(script, words), { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '')
      // In zsh, the function offers all, and the editor leaves out what begins otherwise.
      .filter((word) => word !== '' && (shell !== 'zsh' || word.startsWith(words.at(-1) ?? '')));

  test('completes commands, options and their choices behind npx forwarder', () => {
    expect(offered('npx', 'forwarder', 'li')).toEqual(['list']);
    expect(offered('npx', 'forwarder', 'list', '--w')).toEqual(['--watch']);
    expect(offered('npx', 'forwarder', 'list', '--loc')).toEqual(['--local']);
    expect(offered('npx', 'forwarder', 'url', '--language', 'p')).toEqual(['pl']);
  });

  test('completes the command by itself, and nothing of what else npx runs', () => {
    expect(offered('forwarder', 'era')).toEqual(['erase']);
    expect(offered('npx', 'jest', 'li')).not.toContain('list');
  });
});

test('another shell is refused by name', () => {
  const { status, stderr } = spawnSync(process.execPath, ['cli/forwarder.mjs', 'completion', 'tcsh']);
  expect([status, stderr.toString()]).toEqual([2, 'Give bash, zsh or fish.\n']);
});
