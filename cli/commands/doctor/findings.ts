import { styleText } from 'node:util';
import { explain } from '../../lib/terminal/errors.ts';
import { printable, wrapped } from '../../lib/terminal/output.ts';

export type Finding = {
  readonly subject: string;
  /** `problem`: chats do not arrive, or will not. `warning`: somebody should look at it. */
  readonly status: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly remedy?: string;
  /** Lines of a file, which stay as they are. */
  readonly excerpt?: readonly string[];
};

export const ok = (subject: string, text: string): Finding => ({ subject, status: 'ok', text });

export const warning = (subject: string, text: string, remedy: string): Finding => ({
  subject,
  status: 'warning',
  text,
  remedy,
});

export const problem = (subject: string, text: string, remedy: string): Finding => ({
  subject,
  status: 'problem',
  text,
  remedy,
});

/** Turns an error into a finding, so that the other checks still run. */
export async function findingsOf(
  subject: string,
  check: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [failed(subject, error)];
  }
}

export function failed(subject: string, error: unknown): Finding {
  const { text, isBug } = explain(error);
  if (isBug) {
    const { name, message, $fault: isOfAws } = Object(error);
    if (isOfAws)
      return problem(subject, `AWS says ${name}: ${message}`, 'Deploy again; if it happens again, report it.');
    return problem(subject, `${name}: ${message}`, 'This was not expected: please report it.');
  }
  const { what = text, remedy = 'Fix that, and run this again.' } =
    /^(?<what>[^\n]*?)(?:\n|(?<=\.) )(?<remedy>.*)$/s.exec(text)?.groups ?? {};
  return problem(subject, what, remedy);
}

const marks = { ok: ['✓', 'green'], warning: ['!', 'yellow'], problem: ['✗', 'red'] } as const;

/** One line for each finding, with its remedy below, wrapped to the terminal. */
export function findingsText(findings: readonly Finding[]): string {
  const widest = Math.max(...findings.map(({ subject }) => subject.length));
  const margin = ' '.repeat(widest + 4);
  return findings
    .flatMap(({ subject, status, text, remedy, excerpt = [] }) => {
      const [mark, colour] = marks[status];
      const [first = '', ...rest] = wrapped(printable(text), { first: margin, next: margin, breaksWords: true });
      return [
        `${styleText(colour, mark)} ${subject.padEnd(widest)}  ${first.trimStart()}`,
        ...rest,
        // Below the mark, since it is never broken and must fit.
        ...excerpt.map((line) => `    ${printable(line)}`),
        ...(remedy === undefined
          ? []
          : wrapped(printable(remedy), { first: `${margin}→ `, next: `${margin}  `, breaksWords: true })),
      ];
    })
    .join('\n');
}
