import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import cdkCommands from '../../node_modules/aws-cdk/lib/cli/cli-type-registry.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import {
  addACrm,
  awsGlobalOptions,
  awsOptions,
  lookedUp,
  notRun,
  runElsewhere,
  story,
} from '../integration/documents/support/commands.ts';
import { blocksIn, commandsInBlocks, documents } from '../integration/documents/support/documents.ts';

const read = (file: string) => readFileSync(file, 'utf8');

describe('every command in the blocks of the documents is run, or looked up, or it is said why not', () => {
  const known = new Set([
    ...story.map(({ line }) => line),
    ...blocksIn(addACrm.document).slice(0, addACrm.blocks).flat(),
    ...Object.keys(runElsewhere),
    ...Object.keys(notRun),
  ]);

  test.each(commandsInBlocks)('%s', (line) => {
    expect([...known, ...(lookedUp.test(line) ? [line] : [])]).toContain(line);
  });

  test.each(Object.entries(runElsewhere))('%s is run where it is said to be', (line, { by, as }) => {
    const text = read(by);
    const lines = text.split('\n').map((each) => each.replace(/^ *(- run: )?/, ''));
    expect(as === undefined ? lines.includes(line) : text.includes(as)).toBe(true);
  });

  test('and no table has what no document tells any more', () => {
    expect(commandsInBlocks).toEqual(expect.arrayContaining([...Object.keys(runElsewhere), ...Object.keys(notRun)]));
  });
});

type Command = { readonly document: string; readonly line: string };

const tidied = (line: string) => line.replaceAll(/[…\s]+/g, ' ').trim();

/** The commands in a document's text. */
const inline = (text: string) =>
  [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The steps of a workflow. */
const stepsOf = (text: string) => [...text.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, line = '']) => line);

/** The commands in a text of the dashboard. */
const quoted = (text: string) => [...text.matchAll(/\\`(.+?)\\`/g)].map(([, code = '']) => code);

const from = (files: readonly string[], linesOf: (file: string) => readonly string[]): readonly Command[] =>
  files.flatMap((document) => linesOf(document).map((line) => ({ document, line: tidied(line) })));

/** Every command that somebody is told to run, in a block or in between. */
const commands = [
  ...from(documents, (file) => [...blocksIn(file).flat(), ...inline(read(file))]),
  ...from(globSync('.github/workflows/*.yml'), (file) => stepsOf(read(file))),
  ...from(['infra/dashboard.ts'], (file) => quoted(read(file))),
];

const startingWith = (start: string) =>
  commands.filter(({ line }) => line.startsWith(start)).map(({ document, line }) => [line, document] as const);

/** The words of a line; what is in quotes is one. */
const wordsOf = (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));

test('there are documents, and commands in them', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/guarantees.md']));
  expect(commands.length).toBeGreaterThan(50);
});

test('the README and the guide for contributors are short', () => {
  const lines = (file: string) => read(file).split('\n').length - 1;
  expect(lines('README.md')).toBeLessThanOrEqual(120);
  expect(lines('CONTRIBUTING.md')).toBeLessThanOrEqual(45);
});

test('the folders that the architecture lists are those that there are', () => {
  const [, tree = ''] = /## Folders\n\n```\n(.*?)```/s.exec(read('docs/architecture.md')) ?? [];
  const listed = tree.split('\n').flatMap((line) => /^( *)(\w[\w-]*)\/ /.exec(line)?.slice(1) ?? []);
  const folders = (parent: string) => globSync(`${parent}*/`).map((path) => path.replace(/\/$/, '').split('/').at(-1));
  const names = (indent: string) => listed.filter((_, at) => at % 2 === 1 && listed[at - 1] === indent);
  expect(names('  ').toSorted()).toEqual(folders('lambda/').toSorted());
  expect(names('')).toEqual(expect.arrayContaining(['lambda', 'infra', 'local', 'cli', 'test', 'docs']));
});

describe('npm, looked up in package.json:', () => {
  test.each(startingWith('npm '))('%s (%s)', (line) => {
    const [, verb, script] = line.split(' ');
    if (verb === 'ci' || verb === 'install') return;
    expect(Object.keys(manifest.scripts)).toContain(verb === 'run' ? script : verb);
  });
});

describe('npx forwarder, looked up in its own help:', () => {
  let program: Program;
  beforeAll(() => {
    program = describeProgram();
  });

  test.each(startingWith('npx forwarder'))('%s (%s)', (line) => {
    const [name, ...words] = wordsOf(line).slice(2);
    if (name === undefined) return;
    const command = program.commands.find((each) => each.name === name);
    expect([...program.commands.map((each) => each.name)]).toContain(name);
    const known = [...(command?.options ?? []), ...program.options];
    const given = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]);
    expect(known).toEqual(expect.arrayContaining(given));
  });
});

describe('npx cdk, looked up in its own registry, not run (all but synth work on an account):', () => {
  test.each(startingWith('npx cdk'))('%s (%s)', (line) => {
    const [name = '', ...words] = line.split(' ').slice(2);
    const known: Readonly<Record<string, unknown>> = cdkCommands.commands;
    expect(Object.keys(known)).toContain(name);
    const options = { ...cdkCommands.globalOptions, ...Object(known[name]).options };
    const long = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(Object.keys(options)).toEqual(expect.arrayContaining(long));
    const short = words.filter((word) => /^-\w/.test(word));
    expect(['-c', '-q']).toEqual(expect.arrayContaining(short));
  });
});

describe("aws, looked up in what we know of AWS's reference, not run:", () => {
  test.each(startingWith('aws '))('%s (%s)', (line) => {
    const [, service, operation, ...words] = wordsOf(line);
    const known = awsOptions[`${service} ${operation}`];
    expect(known).toBeDefined();
    const given = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect([...(known ?? []), ...awsGlobalOptions]).toEqual(expect.arrayContaining(given));
  });
});

test('no other program is run by npx', () => {
  expect(startingWith('npx ').filter(([line]) => !/^npx (forwarder|cdk)\b/.test(line))).toEqual([]);
});

describe('every promise is held by a test that is there, with that title:', () => {
  /** A row of the table: its last cell names files below test/, each with titles. */
  const promises = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && /`[a-z]+\/[\w/-]+`: _/.test(line))
    .map((line) => line.split(' | '));

  const titlesIn = (cell: string) =>
    [...cell.matchAll(/`([\w/-]+)`: ((?:_[^_]+_(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
      [...titles.matchAll(/_([^_]+)_/g)].map(([, title = '']) => ({ file, title })),
    );

  test('there are promises', () => {
    expect(promises.length).toBeGreaterThan(20);
  });

  test.each(promises)('%s', (_when, _then, heldBy = '') => {
    const named = titlesIn(heldBy);
    // Nothing is left over that is no name of a test.
    expect(heldBy.replaceAll(/`[\w/-]+`: |_[^_]+_/g, '').replaceAll(/[;,|\s]/g, '')).toBe('');
    for (const { file, title } of named) {
      const [path = ''] = globSync(`test/${file}{,.test,.faults}.ts`);
      expect({ file, title, found: path !== '' && isTitledIn(read(path), title) }).toEqual({
        file,
        title,
        found: true,
      });
    }
  });
});

/** A title may begin with what it is tried for, and go on after the words that are cited of it. */
const isTitledIn = (source: string, title: string) =>
  ["'", '"'].some((quote) => ['', '%s ', '%s: '].some((start) => source.includes(quote + start + title)));

describe('what a document links to in this repository is there:', () => {
  const links = documents.flatMap((document) =>
    [...read(document).matchAll(/(?:\]\(|(?:src|srcset)=")(?!https?:|mailto:)([^)"\s]+)[)"]/g)].map(
      ([, target = '']) => [target, document] as const,
    ),
  );

  test.each(links)('%s (%s)', (target, document) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? document : join(dirname(document), path);
    expect(existsSync(file)).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
  });
});

/** As GitHub makes them of headings. */
const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

type Program = {
  readonly options: readonly string[];
  readonly commands: readonly { readonly name: string; readonly options: readonly string[] }[];
};

/** What the command line itself says it knows. In a process of its own, since jest cannot load its packages. */
function describeProgram(): Program {
  const script = `
    import { createProgram } from './cli/program.ts';
    const options = (command) => ['--help', ...command.options.flatMap(({ long, short }) => [long, short])];
    const program = await createProgram();
    const commands = program.commands.map((command) => ({ name: command.name(), options: options(command) }));
    process.stdout.write(JSON.stringify({ options: options(program), commands }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
}
