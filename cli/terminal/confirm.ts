import { CliError, UsageError } from '../errors.ts';

/** More than these are not touched before somebody has said yes. */
const mostUnasked = 50;

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
  const isMeant = await prompts.confirm({ message: `${what}?`, default: false }, { output: process.stderr });
  if (!isMeant) throw new CliError('Nothing was changed.');
}
