import type { Item, Values } from '../../lambda/store/table.ts';

/**
 * DynamoDB's expressions, as far as the store writes them
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html). Each is compiled
 * once.
 */
export type Condition = (item: Item | undefined, values: Values) => boolean;
export type Update = (item: Item, values: Values) => Item;

type Operand = (item: Item | undefined, values: Values) => unknown;

const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

export const conditionOf = (text: string): Condition => remember(conditions, text, () => parseCondition(text));
export const updateOf = (text: string): Update => remember(updates, text, () => parseUpdate(text));

function remember<T>(known: Map<string, T>, text: string, parse: () => T): T {
  const found = known.get(text) ?? parse();
  known.set(text, found);
  return found;
}

const tokensOf = (text: string) => text.match(/[A-Za-z_#:][\w.]*|<>|<=|>=|[=<>(),]/g) ?? [];

function createReader(text: string) {
  const tokens = tokensOf(text);
  let at = 0;
  const take = () => tokens[at++] ?? refuse(text);
  return {
    take,
    peek: () => tokens[at],
    takeIf: (token: string) => tokens[at] === token && take() === token,
    expect: (token: string) => take() === token || refuse(text),
  };
}

type Reader = ReturnType<typeof createReader>;

function refuse(text: string): never {
  throw new Error(`The simulated table cannot read ${JSON.stringify(text)}.`);
}

function parseCondition(text: string): Condition {
  const reader = createReader(text);
  const condition = either(reader, text);
  return reader.peek() === undefined ? condition : refuse(text);
}

function either(reader: Reader, text: string): Condition {
  const first = both(reader, text);
  if (!reader.takeIf('OR')) return first;
  const second = either(reader, text);
  return (item, values) => first(item, values) || second(item, values);
}

function both(reader: Reader, text: string): Condition {
  const first = single(reader, text);
  if (!reader.takeIf('AND')) return first;
  const second = both(reader, text);
  return (item, values) => first(item, values) && second(item, values);
}

function single(reader: Reader, text: string): Condition {
  if (reader.takeIf('(')) {
    const inner = either(reader, text);
    reader.expect(')');
    return inner;
  }
  const name = reader.take();
  if (reader.takeIf('(')) {
    const operand = operandOf(reader.take());
    const second = reader.takeIf(',') ? operandOf(reader.take()) : undefined;
    reader.expect(')');
    if (name === 'attribute_exists') return (item, values) => operand(item, values) !== undefined;
    if (name === 'attribute_not_exists') return (item, values) => operand(item, values) === undefined;
    if (name !== 'begins_with' || second === undefined) return refuse(text);
    return (item, values) => String(operand(item, values) ?? '').startsWith(String(second(item, values)));
  }
  const [left, operator, right] = [operandOf(name), reader.take(), operandOf(reader.take())];
  const compare = comparisons[operator] ?? refuse(text);
  return (item, values) => {
    const [a, b] = [left(item, values), right(item, values)];
    if (operator === '<>') return a !== b;
    // Values of two kinds, or of none, are never in an order.
    return typeof a === typeof b && a !== undefined && compare(a, b);
  };
}

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
};

/** By code units: what is compared here is ASCII, or digits. */
export function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function operandOf(token: string): Operand {
  if (token.startsWith(':')) return (_item, values) => values[token];
  const path = token.split('.');
  return (item) => path.reduce<unknown>((value, name) => Object(value)[name], item);
}

type Change = (changed: Record<string, unknown>, item: Item, values: Values) => void;

function parseUpdate(text: string): Update {
  const reader = createReader(text);
  const changes: Change[] = [];
  for (let clause = reader.take(); ; ) {
    do changes.push(changeOf(clause, reader, text));
    while (reader.takeIf(','));
    if (reader.peek() === undefined) break;
    clause = reader.take();
  }
  return (item, values) => {
    const changed = { ...item };
    for (const change of changes) change(changed, item, values);
    return changed;
  };
}

function changeOf(clause: string, reader: Reader, text: string): Change {
  const name = reader.take();
  if (clause === 'REMOVE') {
    return (changed) => {
      delete changed[name];
    };
  }
  if (clause === 'ADD') {
    const operand = operandOf(reader.take());
    return (changed, item, values) => {
      changed[name] = Number(item[name] ?? 0) + Number(operand(item, values));
    };
  }
  if (clause !== 'SET') return refuse(text);
  reader.expect('=');
  const value = reader.take();
  if (value !== 'if_not_exists') {
    const operand = operandOf(value);
    return (changed, item, values) => {
      changed[name] = operand(item, values);
    };
  }
  reader.expect('(');
  const existing = operandOf(reader.take());
  reader.expect(',');
  const fallback = operandOf(reader.take());
  reader.expect(')');
  return (changed, item, values) => {
    changed[name] = existing(item, values) ?? fallback(item, values);
  };
}
