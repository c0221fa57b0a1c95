import { CliError, UsageError } from './errors.ts';
import { wrappedQuestion } from './wrap.ts';

/** More than these are not touched before somebody has said yes. */
const mostUnasked = 50;

/** What stands behind a question that is to be answered by yes or no. */
export const roomForYes = ' (y/N) yes'.length;

/**
 * Asks before much is done.
 * @param what a question without its mark: `Send 120 chats again`
 * @throws CliError for a no, UsageError where nobody can be asked
 */
export async function confirmMany(count: number, what: string, options: { readonly yes?: true }): Promise<void> {
  if (count > mostUnasked) await confirm(what, options);
}

/**
 * Asks before something is done.
 * @param what a question without its mark
 * @throws CliError for a no, UsageError where nobody can be asked
 */
export async function confirm(what: string, options: { readonly yes?: true }): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`${what}? Nobody is here to say so: add --yes.`);
  const prompts = await import('@inquirer/prompts');
  const message = wrappedQuestion(`${what}?`, roomForYes);
  const isMeant = await prompts.confirm({ message, default: false }, { output: process.stderr });
  if (!isMeant) throw new CliError('Nothing was changed.');
}
