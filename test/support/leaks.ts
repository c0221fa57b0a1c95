import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aHookBody } from '../fixtures/hook-body.ts';

/** What must not be in any log, whoever is in the chat: an e-mail address, or the key in the hook's URL. */
const always: readonly RegExp[] = [/[\w.+%-]+@[\w-]+\.[a-z]{2,}/i, /\/smartsupp\/[A-Za-z0-9]{43}/];

/** What the chats of the tests hold, and no log has another reason to. */
const fixtureWords = textsOf([aHookBody()['visitor'], aHookBody()['messages'], aHookBody()['paths']]).filter(
  (text) => text.length >= 8 && !/^Linux|^Mozilla/.test(text),
);

/**
 * Where the logs under a directory hold what no log may.
 * @param words beside an address, a hook's URL and the words of the tests' common chat; in any case
 * @returns each leak with its file; none of it is to be printed outside tests
 */
export function leaksInLogs(directory: string, words: readonly string[] = []): readonly string[] {
  return globSync('**/logs/*.log*', { cwd: directory }).flatMap((file) =>
    leaksIn(readFileSync(join(directory, file), 'utf8'), words).map((leak) => `${file}: ${leak}`),
  );
}

/** The same for one text, such as what a program printed. Words in base64 or escaped as in a URL are found, too. */
export function leaksIn(text: string, words: readonly string[] = []): readonly string[] {
  const readings = [
    text,
    ...[...text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([run]) => fromBase64(run)),
    unescaped(text),
  ];
  const said = readings.join('\n').toLowerCase();
  const leaks = [...fixtureWords, ...words].filter((word) => said.includes(word.toLowerCase()));
  return [...leaks, ...always.flatMap((pattern) => pattern.exec(said)?.[0] ?? [])];
}

const fromBase64 = (run: string) => Buffer.from(run, 'base64').toString();

/** `%C3%A1` and `\u00e1` as the letters that they stand for; what is neither stays. */
function unescaped(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .replace(/\\u([0-9a-f]{4})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
