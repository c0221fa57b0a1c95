import { attributionShape } from '../../lambda/conversation/attribution.ts';
import { conversationShape, type Shape } from '../../lambda/conversation/model.ts';
import type { ExpressionInput } from '../../lambda/mapping/expression.ts';
import { isNode, type Node } from '../../lambda/mapping/regex-engine.ts';
import { similarTo } from './report.ts';

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
export function unknownPaths(tree: unknown): readonly UnknownPath[] {
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
