import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import cdkCommands from '../../node_modules/aws-cdk/lib/cli/cli-type-registry.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };

const documents = globSync(['*.md', 'docs/**/*.md', 'infra/**/*.md', 'lambda/**/*.md', 'cli/**/*.md', 'test/**/*.md']);

type Command = { readonly document: string; readonly line: string };

/** The commands of a document: in its blocks for the shell, and in its text. */
function commandsOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline];
}

/** The steps of a workflow. */
const stepsOf = (text: string) => [...text.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, line = '']) => line);

const readAll = (files: readonly string[], linesOf: (text: string) => readonly string[]): readonly Command[] =>
  files.flatMap((document) =>
    linesOf(readFileSync(document, 'utf8'))
      .map((line) =>
        line
          .replace(/\s+#.*/, '')
          .replaceAll(/[…\s]+/g, ' ')
          .trim(),
      )
      .filter((line) => /^(npm|npx) /.test(line))
      .map((line) => ({ document, line })),
  );

/** Every command that somebody is told to run. */
const commands = [
  ...readAll(documents, commandsOf),
  ...readAll(globSync('.github/workflows/*.yml'), stepsOf),
  ...readAll(['infra/dashboard.ts'], (text) => [...text.matchAll(/\\`(.+?)\\`/g)].map(([, code = '']) => code)),
];

const startingWith = (start: string) =>
  commands.filter(({ line }) => line.startsWith(start)).map(({ document, line }) => [line, document] as const);

/** The words after `npx forwarder`; what is in quotes is one. */
const wordsOf = (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).slice(2).map((word) => word.replaceAll('"', ''));

test('there are documents, and commands in them', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'CONTRIBUTING.md']));
  expect(commands.length).toBeGreaterThan(50);
});

test.each(startingWith('npm '))('%s (%s)', (line) => {
  const [, verb, script] = line.split(' ');
  if (verb === 'ci' || verb === 'install') return;
  expect(Object.keys(manifest.scripts)).toContain(verb === 'run' ? script : verb);
});

describe('npx forwarder:', () => {
  let program: Program;
  beforeAll(() => {
    program = describeProgram();
  });

  test.each(startingWith('npx forwarder'))('%s (%s)', (line) => {
    const [name, ...words] = wordsOf(line);
    if (name === undefined) return;
    const command = program.commands.find((each) => each.name === name);
    expect([...program.commands.map((each) => each.name)]).toContain(name);
    const known = [...(command?.options ?? []), ...program.options];
    const given = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]);
    expect(known).toEqual(expect.arrayContaining(given));
  });
});

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

test('no other program is run by npx', () => {
  expect(startingWith('npx ').filter(([line]) => !/^npx (forwarder|cdk)\b/.test(line))).toEqual([]);
});

describe('what a document links to in this repository is there:', () => {
  const links = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
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
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
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
    const program = createProgram();
    const commands = program.commands.map((command) => ({ name: command.name(), options: options(command) }));
    process.stdout.write(JSON.stringify({ options: options(program), commands }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
}
