import { compile, ExpressionError } from '../../lambda/mapping/expression.ts';
import { fieldExpressions } from '../../lambda/mapping/person.ts';
import type { MappingSettings } from '../../lambda/mapping/settings.ts';
import { isNode, type Node, nodesOf } from '../../lambda/mapping/syntax-tree.ts';

/** The mistakes in a destination's expressions, each with its place and position. */
export async function mistakesIn({ when, fields }: MappingSettings, place: string): Promise<readonly string[]> {
  const sources = [
    ...(when === undefined ? [] : [{ at: `${place}/when`, source: when }]),
    ...fieldExpressions(fields).map(({ name, source }) => ({ at: `${place}/fields/${name}`, source })),
  ];
  const mistakes = await Promise.all(
    sources.map(({ at, source }) =>
      compile(source, at).then(
        async () => (await unknownFunctions(source)).map((name) => `${at}: there is no function $${name}.`),
        (error: unknown) => {
          if (error instanceof ExpressionError) return [error.message];
          throw error;
        },
      ),
    ),
  );
  return mistakes.flat();
}

/** Functions that neither JSONata nor the expression defines. */
async function unknownFunctions(source: string): Promise<readonly string[]> {
  const { default: jsonata } = await import('jsonata');
  const nodes = nodesOf(jsonata(source).ast());
  const bound = new Set(nodes.flatMap(namesBoundBy));
  const called = [...new Set(nodes.flatMap(namesCalledBy))].filter((name) => name !== '' && !bound.has(name));
  // Evaluating a name runs nothing; an unknown one is undefined.
  const values = await Promise.all(called.map((name) => jsonata(`$${name}`).evaluate({})));
  return called.filter((_, index) => values[index] === undefined);
}

/** As `$f(…)`, `$f(?)` or `… ~> $f`. */
const namesCalledBy = ({ type, procedure, rhs }: Node): readonly string[] => {
  if (type === 'function' || type === 'partial') return variableNames(procedure);
  return type === 'apply' ? variableNames(rhs) : [];
};

/** As `$f := …`, `function($f)`, `@$f` or `#$f`. Scopes are ignored. */
const namesBoundBy = ({ type, lhs, arguments: parameters, focus, index }: Node): readonly string[] => [
  ...(type === 'bind' ? variableNames(lhs) : []),
  ...(type === 'lambda' && Array.isArray(parameters) ? parameters.flatMap(variableNames) : []),
  ...[focus, index].filter((name) => typeof name === 'string'),
];

const variableNames = (node: unknown): readonly string[] =>
  isNode(node) && node['type'] === 'variable' && typeof node['value'] === 'string' ? [node['value']] : [];
