export type Row = Readonly<Record<string, unknown>>;
export type Query = {
  readonly columns: readonly string[];
  readonly module: string;
  readonly fits: (row: Row) => boolean;
  /** The fields that conditions are on. */
  readonly conditions: readonly string[];
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly offset: number;
};

const maxValues = 100;
const form =
  /^select (?<columns>.+?) from (?<module>\w+) where (?<where>.+?)(?<order> order by Created_Time desc)? limit (?<limit>\d+) offset (?<offset>\d+)$/s;

/** COQL as far as it is spoken here. @throws SyntaxError for what Zoho would not understand */
export function parseCoql(text: string): Query {
  const parts = form.exec(text)?.groups;
  if (parts === undefined) throw new SyntaxError('no such clause');
  const { columns = '', module = '', where = '', order, limit, offset } = parts;
  const { fits, conditions } = parseCriteria(where);
  return {
    columns: columns.split(', '),
    module,
    fits,
    conditions,
    newestFirst: order !== undefined,
    limit: Number(limit),
    offset: Number(offset),
  };
}

type Criteria = Pick<Query, 'fits' | 'conditions'>;

/** `a in ('x', 'y')`, `a = 'x'`, `a is not null`, or two such in brackets: `((a or b) or c)`. */
function parseCriteria(where: string): Criteria {
  let rest = where;
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found?.index !== 0) return undefined;
    rest = rest.slice(found[0].length);
    return found;
  };
  const need = (pattern: RegExp) => {
    const found = take(pattern);
    if (found === undefined) throw new SyntaxError(`at "${rest.slice(0, 20)}"`);
    return found;
  };
  const value = () => (need(/'((?:[^']|'')*)'/)[1] ?? '').replaceAll("''", "'").replaceAll('\\\\', '\\');

  const one = (): Criteria => {
    if (take(/\(/)) {
      const [left] = [one(), need(/ or /)];
      const right = one();
      need(/\)/);
      return {
        fits: (row) => left.fits(row) || right.fits(row),
        conditions: [...left.conditions, ...right.conditions],
      };
    }
    const field = need(/\w+/)[0];
    if (take(/ is not null/)) return { fits: (row) => row[field] !== undefined, conditions: [field] };
    const values = take(/ = /) ? [value()] : list();
    const folded = new Set(values.map((text) => text.toLowerCase()));
    return { fits: (row) => folded.has(textOf(row[field]).toLowerCase()), conditions: [field] };
  };
  const list = () => {
    need(/ in \(/);
    const values = [value()];
    while (take(/, /)) values.push(value());
    need(/\)/);
    if (values.length > maxValues) throw new SyntaxError('too many values');
    return values;
  };

  const criteria = one();
  if (rest !== '') throw new SyntaxError(`at "${rest.slice(0, 20)}"`);
  return criteria;
}

/** A look-up field is compared by its record's id. */
function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '\0';
}
