import type { Environment } from './support/environment.ts';

/** One line of the table. */
export type Result = {
  readonly row: string;
  readonly value: number;
  readonly unit: string;
  /** In words, `≤ 2.2`; null where the number is published only. */
  readonly goal: string | null;
  readonly holds: boolean | null;
};

/** A picture for docs/benchmarks.md. */
export type Plot = { readonly name: string; readonly svg: string };

export type Measured = {
  readonly results: readonly Result[];
  /** What the numbers say, in sentences, printed below the table. */
  readonly notes?: readonly string[];
  readonly plots?: readonly Plot[];
};

/** A row of the bench, which may take several lines. */
export type Row = { readonly name: string; readonly measure: () => Promise<Measured> };

/** What is published of a whole run. */
export type WholeRun = Required<Measured> & { readonly about: Environment & { readonly minutes: number } };

export const published = (row: string, value: number, unit: string): Result => ({
  row,
  value,
  unit,
  goal: null,
  holds: null,
});

export const atLeast = (minSize: number, row: string, value: number, unit: string): Result => ({
  row,
  value,
  unit,
  goal: `≥ ${minSize}`,
  holds: value >= minSize,
});

export const atMost = (maxSize: number, row: string, value: number, unit: string): Result => ({
  row,
  value,
  unit,
  goal: `≤ ${maxSize}`,
  holds: value <= maxSize,
});
