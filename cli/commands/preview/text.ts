import type { Rehearsed } from './preview.ts';
import { printable, printableLines } from '../../lib/terminal/escape.ts';
import { bold, dim, stateText } from '../../lib/terminal/output.ts';

type Preview = {
  readonly file: string;
  readonly conversationId: string;
  readonly destinations: readonly Rehearsed[];
};

/** A preview for the terminal. */
export const previewText = ({ file, conversationId, destinations }: Preview): string =>
  [
    `${bold(printable(conversationId))}  ${dim(printable(file))}`,
    ...destinations.flatMap((destination) => ['', ...destinationLines(destination)]),
  ].join('\n');

function destinationLines({ destination, adapter, result, reason, requests }: Rehearsed): readonly string[] {
  const head = `${printable(destination)} (${adapter}): ${words[result]}`;
  if (result !== 'delivered') return [`${head}. ${printable(reason ?? '')}`];
  return [
    `${head} in ${requests.length} ${requests.length === 1 ? 'request' : 'requests'}, were the visitor new to it`,
    ...requests.flatMap(({ method, origin, path, headers, body }) => [
      '',
      `  ${bold(method)} ${printable(`${origin}${path}`)}`,
      ...Object.entries(headers).map(([name, value]) => `  ${dim(printable(`${name}: ${value}`))}`),
      ...(body === undefined ? [] : printableLines(JSON.stringify(body, null, 2)).map((line) => `  ${line}`)),
    ]),
  ];
}

const words: Readonly<Record<Rehearsed['result'], string>> = {
  delivered: `would be ${stateText('delivered')}`,
  held: `would be ${stateText('held')}`,
  skipped: `would be ${stateText('skipped')}`,
  parked: `would be ${stateText('parked')}`,
};
