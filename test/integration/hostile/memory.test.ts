import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';
import type { Work } from './work.ts';

/** A function has 512 MB: what Node.js itself takes, and the bodies before they are parsed, are beside this. */
const heapMegabytes = 350;
/** Generous, for a machine with other things to do. Lambda's is 60 s. */
const maxMs = 20_000;

test('no body takes more memory or time than a function has, or brings markup into a CRM', () => {
  const script = join(process.cwd(), 'test/integration/hostile/work.ts');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMegabytes}`, script],
    { encoding: 'utf8' },
  );
  const done = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Work => JSON.parse(line));
  expect({ status, stderr, last: done.at(-1)?.what }).toEqual({
    status: 0,
    stderr: '',
    last: hostileBodies.at(-1)?.what,
  });
  for (const { what, accepted, tookMs, hasStrayMarkup, isWellFormed } of done) {
    const answer = hostileBodies.find((body) => body.what === what)?.answer;
    expect({ what, accepted, hasStrayMarkup, isWellFormed }).toEqual({
      what,
      accepted: answer === 200,
      hasStrayMarkup: false,
      isWellFormed: true,
    });
    expect({ what, isSlow: tookMs > maxMs }).toEqual({ what, isSlow: false });
  }
}, 180_000);
