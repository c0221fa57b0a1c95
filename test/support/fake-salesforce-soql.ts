export type Row = Readonly<Record<string, unknown>>;
export type Query = {
  readonly columns: readonly string[];
  readonly type: string;
  readonly fits: (row: Row) => boolean;
  /** The fields that conditions are on. */
  readonly conditions: readonly string[];
  readonly newestFirst: boolean;
};

const form =
  /^SELECT (?<columns>[\w,]+) FROM (?<type>\w+) WHERE (?<where>.+?)(?<order> ORDER BY CreatedDate DESC)?(?: LIMIT \d+)?$/s;

/** SOQL as far as it is spoken here. @throws SyntaxError for what Salesforce would not understand */
export function parseSoql(text: string): Query {
  const parts = form.exec(text)?.groups;
  if (parts === undefined) throw new SyntaxError('unexpected token');
  const { columns = '', type = '', where = '', order } = parts;
  const { fits, conditions } = parseWhere(where);
  return { columns: columns.split(','), type, fits, conditions, newestFirst: order !== undefined };
}

type Condition = { readonly field: string; readonly fits: (value: unknown) => boolean };

/** Conditions joined by AND alone or OR alone: a mixture without brackets is an error. */
function parseWhere(where: string): Pick<Query, 'fits' | 'conditions'> {
  let rest = where;
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found?.index !== 0) return undefined;
    rest = rest.slice(found[0].length);
    return found;
  };
  const need = (pattern: RegExp) => {
    const found = take(pattern);
    if (found === undefined) throw new SyntaxError(`unexpected token: '${rest.slice(0, 20)}'`);
    return found;
  };
  const text = () => unescaped(need(/'((?:[^'\\]|\\.)*)'/s)[1] ?? '');

  const condition = (): Condition => {
    const field = need(/[\w.]+/)[0];
    if (take(/ IN \(/)) {
      const values = new Set([fold(text())]);
      while (take(/,/)) values.add(fold(text()));
      need(/\)/);
      return { field, fits: (value) => values.has(fold(value)) };
    }
    if (take(/ >= /)) {
      const from = Date.parse(need(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/)[0]);
      return { field, fits: (value) => Date.parse(String(value)) >= from };
    }
    need(/ = /);
    if (take(/true/)) return { field, fits: (value) => value === true };
    const wanted = fold(text());
    return { field, fits: (value) => fold(value) === wanted };
  };

  const all = [condition()];
  const word = / AND /.test(rest) ? / AND / : / OR /;
  while (rest !== '') {
    need(word);
    all.push(condition());
  }
  const isAnd = word.source === ' AND ';
  return {
    fits: (row) =>
      isAnd ? all.every(({ field, fits }) => fits(row[field])) : all.some(({ field, fits }) => fits(row[field])),
    conditions: all.map(({ field }) => field),
  };
}

const unescaped = (text: string) =>
  text.replace(
    /\\(.)/gs,
    (_, character: string) => ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' })[character] ?? character,
  );

/** SOQL compares texts without regard to case, and null with nothing. */
const fold = (value: unknown) => (value === undefined || value === null ? '\0' : String(value).toLowerCase());
