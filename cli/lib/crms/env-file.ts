import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import { CliError } from '../terminal/errors.ts';

/** The variable that holds a destination's secret where the stack runs on this machine. */
export const variableOf = (destination: string) => `FORWARDER_SECRET_${destination.toUpperCase().replaceAll('-', '_')}`;

/**
 * Sets a variable in a `.env` file, which only its owner may read from then on. Every other line stays as it is.
 * @throws CliError where the value cannot be written so that it is read back as it is
 */
export function setInEnvFile(path: string, name: string, value: string): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeFileSync(`${file}.new`, withVariable(text, name, value), { mode: 0o600 });
  // The mode counts for a new file alone, and one that was left behind is none.
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** The text of a `.env` file with a variable set, in the place where it was, or at the end. */
export function withVariable(text: string, name: string, value: string): string {
  const wanted = { ...parseEnv(text), [name]: value };
  const changed = quotes
    .map((quote) => replaced(text, name, `${name}=${quote}${value}${quote}`))
    .find((candidate) => isDeepStrictEqual({ ...parseEnv(candidate) }, wanted));
  if (changed !== undefined) return changed;
  throw new CliError(`The value does not fit into a .env file. Set ${name} in the environment instead.`);
}

/** Inside all of them parseEnv takes a text as it is, but for line ends written `\n` within double quotes. */
const quotes = ["'", '"', '`'];

function replaced(text: string, name: string, line: string): string {
  // A value in quotes may go on over several lines.
  const assignment = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:'[^']*'|"[^"]*"|\`[^\`]*\`|)[^\\r\\n]*(?:\\r?\\n|$)`,
    'gm',
  );
  let isSet = false;
  const changed = text.replace(assignment, () => {
    if (isSet) return '';
    isSet = true;
    return `${line}\n`;
  });
  if (isSet) return changed;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}
