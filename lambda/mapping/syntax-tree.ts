/** A node of JSONata's syntax tree. */
export type Node = Readonly<Record<string, unknown>>;

/** Every node of a syntax tree, however deep. */
export function nodesOf(tree: unknown): readonly Node[] {
  const nodes = new Set<Node>();
  const visit = (value: unknown) => {
    if (!isNode(value) || nodes.has(value)) return;
    nodes.add(value);
    Object.values(value).forEach(visit);
  };
  visit(tree);
  return [...nodes];
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
