import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { processesOf, runCommand, runStart, startLocalStack } from './support/stack.ts';

jest.setTimeout(120_000);

/** Of a stack, damaged by each test. It stays where it is, and no address in it has a port: so a start finds its template. */
const directory = join(newDirectory(), 'data');
/** As the stack has left it. */
const sound = newDirectory();

const FORWARDER_CONFIG = join(newDirectory(), 'config.json');
const destination = { name: 'crm', adapter: 'webhook', url: 'https://crm.example/' };
writeFileSync(FORWARDER_CONFIG, JSON.stringify({ destinations: [destination] }));

beforeAll(async () => {
  const { child, exit } = await startLocalStack(directory, { FORWARDER_CONFIG });
  child.kill('SIGTERM');
  await exit;
  cpSync(directory, sound, { recursive: true });
}, 200_000);

function restore(): void {
  rmSync(directory, { recursive: true });
  cpSync(sound, directory, { recursive: true });
}

const rubbish = Buffer.alloc(5000, 'rubbish ');

/** Fills what is there under this name, or the files that begin so, with rubbish. */
function damage(name: string): void {
  const files = globSync(`${name}*`, { cwd: directory });
  expect(files).not.toEqual([]);
  for (const file of files) {
    if (/-(wal|shm|journal)$/.test(file)) rmSync(join(directory, file));
    else writeFileSync(join(directory, file), rubbish);
  }
}

function replaceByDirectory(name: string): void {
  rmSync(join(directory, name), { recursive: true });
  mkdirSync(join(directory, name));
}

async function failedStart(dataDirectory: string, start = runStart) {
  const { exit, output } = start({ FORWARDER_DATA: dataDirectory, FORWARDER_CONFIG });
  const { code } = await exit;
  // What is already done may stand above it.
  const lines = output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('✓'));
  return { code, lines };
}

describe('a state directory that is damaged is told in a line: which file, and what to do', () => {
  test.each([
    ['lock', damage, /lock is damaged \(.*\)\. It holds no chat: delete it, and start again\.$/],
    ['secrets.json', damage, /^Cannot read .*secrets\.json: .* Fix it, or delete it to generate new keys\.$/],
    ['sqs/fauxqs.db', damage, /sqs cannot be opened \(file is not a database\)\. Restore it, or move it away/],
    ['dynamodb/CURRENT', damage, /dynamodb cannot be opened \([^{]*CURRENT[^{]*\)\. Restore it, or move it away/],
    ['demo/contacts.sqlite', damage, /contacts\.sqlite cannot be opened \(file is not a database\)\. Restore it, or/],
    [
      'forwarder.json',
      replaceByDirectory,
      /forwarder\.json cannot be used \(EISDIR.*\)\. Make it readable and writable, or/,
    ],
  ] as const)('%s', async (name, spoil, line) => {
    restore();
    spoil(name);
    expect(await failedStart(directory)).toEqual({ code: 1, lines: [expect.stringMatching(line)] });
    await eventually(() => processesOf(directory).length === 0);
  });

  test('of what is made anew anyway, nothing is told', async () => {
    restore();
    for (const name of ['pid', 'cdk.out/manifest.json', 'package.json']) damage(name);
    replaceByDirectory('cdk.out.digest');
    const { child, exit, output } = await startLocalStack(directory, { FORWARDER_CONFIG });
    child.kill('SIGTERM');
    await exit;
    expect(output()).toContain('✓ Synthesized the template');
  });
});

describe('a directory that cannot be one of a stack is told in a line', () => {
  test('where mkdir never ends', async () => {
    const { code, lines } = await failedStart('/proc/a/b');
    expect([code, lines]).toEqual([
      1,
      [expect.stringMatching(/^Cannot write to \/proc\/a\/b \(ENOENT.*FORWARDER_DATA\.$/)],
    ]);
  });

  test('where a file is', async () => {
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      const { code, lines } = await failedStart(path);
      expect([code, lines]).toEqual([1, [expect.stringMatching(/^Cannot write to .*FORWARDER_DATA\.$/)]]);
    }
  });

  test('where something else is, which stays as it was', async () => {
    const directory = newDirectory();
    const file = join(directory, 'package.json');
    writeFileSync(file, '{"name": "mine"}');
    const { code, lines } = await failedStart(directory);
    expect([code, lines]).toEqual([
      1,
      [expect.stringMatching(/is not the state of a stack, and holds package\.json already\. Name another directory/)],
    ]);
    expect(readFileSync(file, 'utf8')).toBe('{"name": "mine"}');
    expect(existsSync(join(directory, 'sqs'))).toBe(false);
  });

  const readOnly = ['-Urm', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs "$FORWARDER_DATA" && exec "$@"', 'sh'] as const;
  const canMount = () => {
    const env = { ...process.env, FORWARDER_DATA: newDirectory() };
    return spawnSync('unshare', [...readOnly, 'true'], { env }).status === 0;
  };
  (canMount() ? test : test.skip)('where nothing may be written', async () => {
    const { code, lines } = await failedStart(newDirectory(), (env) =>
      runCommand('unshare', [...readOnly, process.execPath, resolve('local/launch.mjs'), resolve('local/start.ts')], {
        cwd: tmpdir(),
        env: { PORT: '0', ...env },
      }),
    );
    expect([code, lines]).toEqual([1, [expect.stringMatching(/^Cannot write to .* \(EROFS.*FORWARDER_DATA\.$/)]]);
  });

  (process.platform === 'win32' ? test.skip : test)('where files may not grow', async () => {
    const { code, lines } = await failedStart(newDirectory(), (env) =>
      runCommand(
        'sh',
        [
          '-c',
          `ulimit -f 8 && exec "$@"`,
          'sh',
          process.execPath,
          resolve('local/launch.mjs'),
          resolve('local/start.ts'),
        ],
        {
          cwd: tmpdir(),
          env: {
            PORT: '0',
            FORWARDER_CONFIG: resolve('test/fixtures/forwarder.demo.json'),
            NODE_COMPILE_CACHE: newDirectory(),
            ...env,
          },
        },
      ),
    );
    expect([code, lines]).toEqual([
      1,
      [expect.stringMatching(/(cannot be opened \(disk I\/O error\)\.|may not grow as needed) .*\(ulimit -f\)/)],
    ]);
  });
});
