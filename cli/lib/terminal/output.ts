import { styleText } from 'node:util';

/** For the reader or the next program in the pipe. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** For the reader alone: it does not get into a pipe. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Colours only where a terminal shows them and NO_COLOR is not set. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);

/** A state in the colour of its urgency. */
export function stateText(state: string): string {
  const format = colours[state];
  return format === undefined ? state : styleText(format, state);
}

const colours: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = {
  delivered: 'green',
  pending: 'yellow',
  waiting: 'yellow',
  parked: 'red',
  rejected: 'red',
};
