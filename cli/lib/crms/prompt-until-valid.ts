import type { Config, Destination } from '../../../lambda/config/config.ts';
import type { Problem } from '../../../lambda/crm/adapter.ts';
import { CliError } from '../terminal/errors.ts';
import type { Asker } from '../terminal/ask.ts';
import { printable } from '../terminal/escape.ts';
import { note } from '../terminal/output.ts';
import { noteWrapped, wrapped } from '../terminal/wrap.ts';
import { isOwnSystem } from './crms.ts';
import { tryCrm } from './try-crm.ts';

type Trial = {
  readonly ask: Asker;
  /** What is to be tried now. */
  readonly attempt: () => { readonly settings: Destination; readonly config: Config; readonly secret: string };
  /** Asks for the credentials anew. */
  readonly anotherSecret: () => Promise<void>;
  /** Asks for the CRM's settings anew; absent where they are not what is being changed. */
  readonly otherSettings?: () => Promise<void>;
};

/**
 * Tries credentials and settings against the CRM, shows what is wrong, and has it corrected until all is well or the
 * user goes on all the same.
 * @throws CliError where nobody is there to correct it, or the user stops
 */
export async function untilItWorks({ ask, attempt, anotherSecret, otherSettings }: Trial): Promise<void> {
  for (;;) {
    const { settings, config, secret } = attempt();
    const isOurs = isOwnSystem(settings.adapter);
    if (!isOurs) noteWrapped(`Asking ${settings.name} whether all is well …`);
    const problems = await tryCrm(settings, secret, config);
    if (problems.length === 0) {
      return noteWrapped(
        isOurs
          ? `✓ The key is well formed. ${settings.name} was not asked: it would take that for a chat.`
          : `✓ ${settings.name} takes the credentials, and has all that is configured.`,
      );
    }
    note(problemsText(problems));
    if (!ask.isInteractive) {
      throw new CliError('Nothing was changed. Mend that, or add --no-check to go on all the same.');
    }
    const choice = await ask.choose({
      message: 'What now',
      flag: '--no-check',
      choices: [
        { value: 'secret', name: 'Enter the credentials again' },
        ...(otherSettings ? [{ value: 'settings', name: 'Change the settings' }] : []),
        { value: 'again', name: 'Try once more' },
        { value: 'go on', name: 'Go on all the same' },
        { value: 'stop', name: 'Stop, and change nothing' },
      ],
    });
    if (choice === 'go on') return;
    if (choice === 'stop') throw new CliError('Nothing was changed.');
    if (choice === 'secret') await anotherSecret();
    if (choice === 'settings') await otherSettings?.();
  }
}

const problemsText = (problems: readonly Problem[]) =>
  problems
    .flatMap(({ problem, remedy }) => [
      ...wrapped(printable(problem), { first: '✗ ', next: '  ' }),
      ...wrapped(printable(remedy), { first: '  → ', next: '    ' }),
    ])
    .join('\n');
