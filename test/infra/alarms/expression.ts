/** A datapoint; undefined if it is missing. */
export type Point = number | undefined;
export type Series = readonly Point[];

type Options = { readonly count: number; readonly fillsEmptySeries: boolean };

/**
 * Metric math, as far as the alarms use it: numbers, metrics, comparisons, `IF` and `FILL`. Whatever is made of a
 * missing datapoint is missing.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluate(expression: string, metrics: ReadonlyMap<string, Series>, options: Options): Series {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[=!<>]=|[<>(),+]/g) ?? [];
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`Metric math that is not modelled: ${expression}`);
    }
    return token;
  };
  const zip = (one: Series, other: Series, join: (a: number, b: number) => number): Series =>
    one.map((a, index) => {
      const b = other[index];
      return a === undefined || b === undefined ? undefined : join(a, b);
    });

  const compare = (): Series => {
    const left = operand();
    const join = operators.get(tokens[at] ?? '');
    if (join === undefined) return left;
    take();
    return zip(left, operand(), join);
  };
  const operand = (): Series => {
    const token = take();
    if (token === 'REPEAT') return repeats;
    if (/^\d/.test(token)) return Array.from({ length: options.count }, () => Number(token));
    if (tokens[at] !== '(') return metrics.get(token) ?? fail(`There is no metric ${token} in ${expression}`);
    take('(');
    const args = [compare()];
    while (tokens[at] === ',') {
      take();
      args.push(compare());
    }
    take(')');
    const call = functions.get(token) ?? fail(`${token} is not modelled.`);
    return call(args, options);
  };

  const result = compare();
  if (at < tokens.length) fail(`Metric math that is not modelled: ${expression}`);
  return result;
}

/** In the place of a filler: the latest value before, if there is one. */
const repeats: Series = [];

function fail(message: string): never {
  throw new Error(message);
}

const operators: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['==', (a, b) => Number(a === b)],
  ['>', (a, b) => Number(a > b)],
  ['<', (a, b) => Number(a < b)],
]);

const functions: ReadonlyMap<string, (args: readonly Series[], options: Options) => Series> = new Map([
  [
    'IF',
    ([condition = [], yes = [], no = []]) =>
      condition.map((holds, index) => (holds === undefined ? undefined : holds === 0 ? no[index] : yes[index])),
  ],
  [
    'FILL',
    ([series = [], filler = []], { fillsEmptySeries }) => {
      if (filler === repeats)
        return series.map((_, index) => series.slice(0, index + 1).findLast((each) => each !== undefined));
      return fillsEmptySeries || series.some((point) => point !== undefined)
        ? series.map((point, index) => point ?? filler[index])
        : series;
    },
  ],
]);
