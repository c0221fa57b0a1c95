import { dim } from './output.ts';
import { columns } from './wrap.ts';

/** A line to type, and what it is for. */
export type Step = readonly [line: string, what: string];

/** What to do next, numbered. Where a line is too long for its reason beside it, that goes below. */
export function stepsText(steps: readonly Step[]): string {
  const widest = Math.max(...steps.map(([line]) => line.length));
  const fits = steps.every(([, what]) => 5 + widest + 2 + what.length <= columns());
  const lines = steps.flatMap(([line, what], index) => {
    const step = `  ${index + 1}. ${line}`;
    return fits ? [`${step}${' '.repeat(widest - line.length)}  ${dim(what)}`] : [step, `       ${dim(what)}`];
  });
  return ['Next:', ...lines].join('\n');
}
