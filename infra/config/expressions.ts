import { compile, ExpressionError } from '../../lambda/mapping/expression.ts';
import { fieldExpressions } from '../../lambda/mapping/person.ts';
import { isNode, type Node, nodesOf } from '../../lambda/mapping/regex-engine.ts';
import type { MappingSettings } from '../../lambda/mapping/settings.ts';
import { pointerOf } from './json.ts';
import type { Finding } from './mistakes.ts';
import { unknownPaths } from './model-paths.ts';
import { didYouMean } from './report.ts';

/** The mistakes in a destination's expressions. `place` is the destination's pointer. */
export async function mistakesIn({ when, fields }: MappingSettings, place: string): Promise<readonly Finding[]> {
  const sources = [
    ...(when === undefined ? [] : [{ pointer: `${place}/when`, source: when }]),
    ...fieldExpressions(fields).map(({ name, source }) => {
      const inside = typeof fields?.[name] === 'object' ? ['value'] : [];
      return { pointer: place + pointerOf(['fields', name, ...inside]), source };
    }),
  ];
  return (await Promise.all(sources.map(({ pointer, source }) => mistakesInOne(source, pointer)))).flat();
}

async function mistakesInOne(source: string, pointer: string): Promise<readonly Finding[]> {
  try {
    await compile(source, pointer);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { reason, position } = error;
    const text = foreignOperator(source, position) ?? `${reason}.`;
    return [{ pointer, text, part: { offset: Math.max(0, position - 1), length: 1 } }];
  }
  const { default: jsonata } = await import('jsonata');
  const tree = jsonata(source).ast();
  return [
    ...(await unknownFunctions(tree)).map(({ name, end }) => ({
      pointer,
      text: `there is no function $${name}.`,
      part: { offset: end - name.length - 1, length: name.length + 1 },
    })),
    ...unknownPaths(tree).map(({ path, similar, offset, length }) => ({
      pointer,
      text: `there is no ${path}${didYouMean(similar)}`,
      part: { offset, length },
    })),
  ];
}

/** Operators of other languages, and what JSONata has for them. */
const ours: Readonly<Record<string, string>> = {
  '==': 'write one =',
  '===': 'write one =',
  '!==': 'write !=',
  '<>': 'write !=',
  '&&': 'write and',
  '||': 'write or',
  '!': 'write $not(…)',
};

function foreignOperator(source: string, position: number): string | undefined {
  const operators = source.matchAll(/[!=]==|==|<>|&&|\|\||!(?!=)/g);
  const [wrong] =
    [...operators].find(({ 0: { length }, index }) => index < position && position <= index + length) ?? [];
  return wrong === undefined ? undefined : `JSONata has no ${wrong}: ${ours[wrong]}.`;
}

/** Functions that neither JSONata nor the expression defines. */
async function unknownFunctions(tree: unknown): Promise<readonly Named[]> {
  const { default: jsonata } = await import('jsonata');
  const nodes = nodesOf(tree);
  const bound = new Set(nodes.flatMap(namesBoundBy));
  const called = new Map(nodes.flatMap(namesCalledBy).map((each) => [each.name, each]));
  const unbound = [...called.values()].filter(({ name }) => name !== '' && !bound.has(name));
  // Evaluating a name runs nothing; an unknown one is undefined.
  const values = await Promise.all(unbound.map(({ name }) => jsonata(`$${name}`).evaluate({})));
  return unbound.filter((_, index) => values[index] === undefined);
}

/** A variable's name, and where it ends in the expression. */
type Named = { readonly name: string; readonly end: number };

/** As `$f(…)`, `$f(?)` or `… ~> $f`. */
const namesCalledBy = ({ type, procedure, rhs }: Node): readonly Named[] => {
  if (type === 'function' || type === 'partial') return variablesIn(procedure);
  return type === 'apply' ? variablesIn(rhs) : [];
};

/** As `$f := …`, `function($f)`, `@$f` or `#$f`. Scopes are ignored. */
const namesBoundBy = ({ type, lhs, arguments: parameters, focus, index }: Node): readonly string[] => [
  ...(type === 'bind' ? variableNames(lhs) : []),
  ...(type === 'lambda' && Array.isArray(parameters) ? parameters.flatMap(variableNames) : []),
  ...[focus, index].filter((name) => typeof name === 'string'),
];

const variableNames = (node: unknown): readonly string[] => variablesIn(node).map(({ name }) => name);

const variablesIn = (node: unknown): readonly Named[] =>
  isNode(node) && node['type'] === 'variable' && typeof node['value'] === 'string'
    ? [{ name: node['value'], end: Number(node['position']) }]
    : [];
