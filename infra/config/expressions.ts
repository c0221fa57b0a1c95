import type { MappingSettings } from '../../lambda/config/config.ts';
import { attributionShape } from '../../lambda/conversation/attribution.ts';
import { conversationShape, type Shape } from '../../lambda/conversation/model.ts';
import { compile, ExpressionError, type ExpressionInput } from '../../lambda/mapping/expression.ts';
import { fieldExpressions } from '../../lambda/mapping/person.ts';
import { isNode, type Node, nodesOf } from '../../lambda/mapping/regex-engine.ts';
import { pointerOf } from './json.ts';
import type { Finding } from './mistakes.ts';
import { didYouMean, similarTo } from './report.ts';

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

const inputShape: Shape<ExpressionInput> = {
  ...conversationShape,
  attribution: attributionShape,
  variables: 'anything',
  person: { email: 'value', otherEmails: 'value', phone: 'value', company: 'value' },
};

type Names = 'value' | 'anything' | { readonly [name: string]: Names };

/** The value of a part of an expression: the names at a path from the root, or anything, known only when it runs. */
type Place = { readonly path: string; readonly names: Names };

const root: Place = { path: '', names: inputShape };
const dynamic: Place = { path: '', names: 'anything' };

export type UnknownPath = {
  readonly path: string;
  /** Existing paths that may be meant. */
  readonly similar: readonly string[];
  /** The place of the last name in the expression. */
  readonly offset: number;
  readonly length: number;
};

/** The paths that no conversation has. A path inside a predicate or after a `$`-variable or a computed name passes. */
function unknownPaths(tree: unknown): readonly UnknownPath[] {
  const found: UnknownPath[] = [];

  /** `context`: where a name at the beginning of a path is looked up. */
  function visit(node: unknown, context: Place): Place {
    if (Array.isArray(node)) return node.map((each) => visit(each, context)).at(-1) ?? dynamic;
    if (!isNode(node)) return dynamic;
    const { predicate, stages, group, ...parts } = node;
    const place = placeOf(parts, context);
    visit([predicate, stages], dynamic);
    visit(group, place);
    // `@$x` does not go into what it names.
    return group === undefined && node['focus'] === undefined ? place : dynamic;
  }

  function placeOf(node: Node, context: Place): Place {
    const { type, value, steps, terms, expressions } = node;
    switch (type) {
      case 'path':
        return Array.isArray(steps) ? steps.reduce<Place>((place, step) => visit(step, place), context) : dynamic;
      case 'name':
        return placeNamed(String(value), Number(node['position']), context);
      case 'variable':
        return value === '' ? context : value === '$' ? root : dynamic;
      case 'block':
        return visit(expressions, context);
      case 'sort':
        visit(terms, context);
        return context;
      default:
        visit(Object.values(node), type === 'transform' ? dynamic : context);
        return dynamic;
    }
  }

  function placeNamed(name: string, end: number, { path, names }: Place): Place {
    if (names === 'anything') return dynamic;
    const inside = path === '' ? name : `${path}.${name}`;
    const next = names !== 'value' && Object.hasOwn(names, name) ? names[name] : undefined;
    if (next !== undefined) return { path: inside, names: next };
    found.push({
      path: inside,
      similar: similarPaths(name, { path, names }),
      offset: end - name.length,
      length: name.length,
    });
    return dynamic;
  }

  visit(tree, root);
  return found;
}

/** Those at the same place, or else those anywhere with such a name. */
function similarPaths(name: string, { path, names }: Place): readonly string[] {
  if (names === 'value') return [];
  if (path === 'visitor.variables') return [`variables.${name}`];
  const siblings = similarTo(name, Object.keys(Object(names))).map((each) => (path === '' ? each : `${path}.${each}`));
  if (siblings.length > 0) return siblings;
  const paths = pathsIn(inputShape);
  const lastNames = similarTo(name, paths.map(lastName));
  return paths.filter((each) => lastNames.includes(lastName(each))).slice(0, 2);
}

const pathsIn = (names: Names, path = ''): readonly string[] =>
  typeof names === 'string'
    ? [path]
    : Object.entries(names).flatMap(([name, inner]) => pathsIn(inner, path === '' ? name : `${path}.${name}`));

const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1);
