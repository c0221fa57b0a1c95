import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = process.cwd();
const posix = (path: string) => path.split(sep).join('/');

/** What each top may import of the others. Inside a top, that nothing imports in a circle says the rest. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'lambda/conversation': [],
  lambda: [],
  infra: ['lambda', 'cdk.json', 'package.json'],
  inspector: ['lambda'],
  local: ['lambda', 'infra/config', 'inspector'],
  cli: [
    'lambda',
    'inspector',
    'local',
    'infra/alarm-definitions.ts',
    'infra/compile-schemas.ts',
    'infra/config',
    'infra/deployed.ts',
    'package.json',
  ],
};

const imports = globSync(['lambda/**/*.ts', 'infra/**/*.ts', 'inspector/**/*.ts', 'local/**/*.ts', 'cli/**/*.ts'], {
  cwd: root,
}).flatMap((file) => {
  const source = readFileSync(join(root, file), 'utf8');
  const specifiers = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(
    ([, specifier]) => specifier ?? [],
  );
  return specifiers.map((specifier) => ({
    file: posix(file),
    specifier,
    imported: specifier.startsWith('.') ? posix(relative(root, join(root, dirname(file), specifier))) : null,
  }));
});

describe('imports point one way', () => {
  test.each(Object.entries(allowed))('%s imports no more of ours than it may', (part, others) => {
    const strays = imports.filter(
      ({ file, imported }) =>
        file.startsWith(`${part}/`) &&
        imported !== null &&
        !imported.startsWith('node_modules/') &&
        ![part, ...others].some((path) => imported === path || imported.startsWith(`${path}/`)),
    );
    expect(strays).toEqual([]);
  });

  test('every package that is loaded outside the tests is one of `dependencies`, which alone `npm start` installs', () => {
    const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const loaded = globSync('{lambda,infra,local,cli}/**/*.ts', { cwd: root }).flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /^import (?!type )[^;']*'([^.'][^']*)'|\bimport\('([^.'][^']*)'/gm,
        ),
      ]
        .map(([, imported = '', lazily = '']) => imported || lazily)
        .filter((name) => !name.startsWith('node:'))
        .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? ''),
    );
    expect(loaded).toContain('aws-cdk-lib');
    expect([...new Set(loaded)].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test('only the handlers construct clients of AWS', () => {
    const constructs = (file: string) => /\bnew \w+Client\(/.test(readFileSync(join(root, file), 'utf8'));
    expect(globSync('lambda/*/**/*.ts', { cwd: root }).filter(constructs)).toEqual([]);
    expect(globSync('lambda/*.ts', { cwd: root }).filter(constructs).toSorted()).toEqual(
      ['deliver', 'digest-hook-key', 'events', 'fetch', 'notify', 'receive-table', 'receive', 'reconcile', 'sweep'].map(
        (name) => join('lambda', `${name}.ts`),
      ),
    );
  });

  test('receive loads DynamoDB only when it keeps something in the table', () => {
    const sources = imports.filter(({ file, imported }) => file === 'lambda/receive.ts' && imported !== null);
    expect(sources.filter(({ imported }) => imported?.startsWith('lambda/store/'))).toEqual([]);
  });

  test('lambda/ holds nothing that no function needs', () => {
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { imported } of imports.filter((each) => each.file === file)) if (imported !== null) reach(imported);
    };
    for (const handler of globSync('lambda/*.ts', { cwd: root })) reach(posix(handler));
    const files = globSync('lambda/**/*.ts', { cwd: root }).map(posix);
    expect(files.filter((file) => !reached.has(file) && !file.endsWith('.generated.d.ts')).toSorted()).toEqual([
      // Copied for each new CRM, as docs/crms/adding-a-crm.md says.
      ...['client', 'contacts', 'index', 'settings'].map((name) => `lambda/crm/template/${name}.ts`),
      // For operators: what is stored is known in one place.
      'lambda/store/erasure.ts',
    ]);
  });

  test('what tells mistakes in forwarder.json is in no function', () => {
    const own = imports.filter(({ specifier }) => ['jsonc-parser', 'leven'].includes(specifier));
    expect(new Set(own.map(({ file }) => dirname(file)))).toEqual(new Set(['infra/config']));
  });

  test('the infrastructure uses no client of AWS', () => {
    const strays = imports.filter(({ file, specifier }) => /^infra\//.test(file) && /^@aws-sdk\//.test(specifier));
    expect(strays).toEqual([]);
  });
});

/** The tops whose files and folders must not import in a circle. */
const acyclicTops = ['cli', 'infra', 'inspector', 'lambda', 'local'];

describe.each(acyclicTops)('%s has no circle', (top) => {
  const inner = imports.flatMap(({ file, imported }) =>
    file.startsWith(`${top}/`) && imported?.startsWith(`${top}/`) ? [[file, imported] as const] : [],
  );

  test('among its files', () => {
    expect(inner.length).toBeGreaterThan(0);
    expect(circlesOf(inner)).toEqual([]);
  });

  test('among its folders', () => {
    const between = inner.map(([file, imported]) => [dirname(file), dirname(imported)] as const);
    expect(circlesOf(between.filter(([folder, other]) => folder !== other))).toEqual([]);
  });
});

test('a circle is found, however long', () => {
  const chain = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
  ] as const;
  expect(circlesOf(chain)).toEqual([]);
  expect(circlesOf([...chain, ['d', 'b']])).toEqual([['b', 'c', 'd']]);
  expect(circlesOf([['a', 'a']])).toEqual([['a']]);
});

/** The strongly connected components of a graph that hold a circle, by Tarjan's algorithm; each sorted. */
function circlesOf(edges: readonly (readonly [from: string, to: string])[]): readonly (readonly string[])[] {
  const targets = new Map<string, readonly string[]>();
  for (const [from, to] of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];

  /** Answers the lowest index that can be reached from a node, among those on the stack. */
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    const at = stack.push(node) - 1;
    let lowest = own;
    for (const target of targets.get(node) ?? []) {
      const known = index.get(target);
      if (known === undefined) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, known);
    }
    if (lowest === own) {
      const component = stack.splice(at);
      if (component.length > 1 || targets.get(node)?.includes(node)) circles.push(component.toSorted());
    }
    return lowest;
  };
  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return circles;
}
