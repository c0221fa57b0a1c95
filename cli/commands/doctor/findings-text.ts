import { styleText } from 'node:util';
import { printable } from '../../lib/terminal/escape.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';
import type { Finding } from './finding.ts';

const marks = { ok: ['✓', 'green'], warning: ['!', 'yellow'], problem: ['✗', 'red'] } as const;

/** A line for each finding, with its remedy below; as wide as the terminal at most. */
export function findingsText(findings: readonly Finding[]): string {
  const widest = Math.max(...findings.map(({ subject }) => subject.length));
  const margin = ' '.repeat(widest + 4);
  return findings
    .flatMap(({ subject, status, text, remedy }) => {
      const [mark, colour] = marks[status];
      const [first = '', ...rest] = wrapped(printable(text), { first: margin, next: margin, breaksWords: true });
      return [
        `${styleText(colour, mark)} ${subject.padEnd(widest)}  ${first.trimStart()}`,
        ...rest,
        ...(remedy === undefined
          ? []
          : wrapped(printable(remedy), { first: `${margin}→ `, next: `${margin}  `, breaksWords: true })),
      ];
    })
    .join('\n');
}
