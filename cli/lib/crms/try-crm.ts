import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import type { SharedToken } from '../../../lambda/crm/http/adapter-deps.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import type { Problem } from '../../../lambda/crm/port/adapter.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import type { Asker } from '../terminal/ask.ts';
import { CliError } from '../terminal/errors.ts';
import { note, printable } from '../terminal/output.ts';
import { noteWrapped, wrapped } from '../terminal/wrap.ts';
import { isOwnSystem } from './crms.ts';

/** Tries a secret against its CRM, as deliver would use it; changes nothing there. Empty when all is well. */
export async function tryCrm(
  settings: Destination,
  secret: string,
  { timezone, language }: Pick<Config, 'timezone' | 'language'>,
): Promise<readonly Problem[]> {
  const now = () => new Date();
  const http = createHttpClient({ now });
  try {
    const adapter = await createAdapter(settings, {
      http,
      secret: async () => secret,
      token: createOwnToken(),
      timezone,
      language,
      now,
    });
    return await adapter.check();
  } finally {
    http.close();
  }
}

/** A token for one check only, so that these credentials are tried and not an older token. */
function createOwnToken(): SharedToken {
  let made: Promise<string> | undefined;
  return {
    get: async (make) => {
      made ??= make().then(({ token }) => token);
      return made;
    },
    // A new one would be refused too.
    discard: async () => {},
  };
}

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
export async function promptUntilValid({ ask, attempt, anotherSecret, otherSettings }: Trial): Promise<void> {
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
      throw new CliError('Nothing was changed. Fix that, or add --no-check to go on all the same.');
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
