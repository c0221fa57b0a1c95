import type { ApiConfig, Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import type { SharedToken } from '../../../lambda/crm/http/adapter-deps.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import type { Problem } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import type { Asker } from '../terminal/ask.ts';
import { CliError } from '../terminal/errors.ts';
import { note, noteWrapped, printable, wrapped } from '../terminal/output.ts';
import { isOwnSystem } from './crms.ts';

/** Tries a secret as deliver would use it, without changing anything in the CRM. Returns the problems. */
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

/** Used for one check only, so that these credentials are tried and not an older token. */
function createOwnToken(): SharedToken {
  let made: Promise<string> | undefined;
  return {
    get: async (make) => {
      made ??= make().then(({ token }) => token);
      return made;
    },
    // A new token would be refused too.
    discard: async () => {},
  };
}

const hourMs = 60 * 60_000;

/** Tries a token as fetch and reconcile would use it. Returns what Smartsupp says against it. */
export async function tryApi({ url }: ApiConfig, token: string): Promise<string | undefined> {
  const now = new Date();
  const http = createHttpClient({ now: () => now });
  try {
    const api = createSmartsuppApi({ http, url, token: async () => token });
    await api.agents();
    await api.search({ finishedFrom: new Date(now.getTime() - hourMs), finishedTo: now, size: 50 });
    return undefined;
  } catch (error) {
    if (error instanceof CrmError) return error.message;
    throw error;
  } finally {
    http.close();
  }
}

type Trial = {
  readonly ask: Asker;
  readonly attempt: () => { readonly settings: Destination; readonly config: Config; readonly secret: string };
  readonly promptSecret: () => Promise<void>;
  /** Absent if the settings are not being changed. */
  readonly promptSettings?: () => Promise<void>;
};

/** Tries credentials and settings until they are valid or the user goes on anyway. Throws CliError otherwise. */
export async function promptUntilValid({ ask, attempt, promptSecret, promptSettings }: Trial): Promise<void> {
  for (;;) {
    const { settings, config, secret } = attempt();
    const isOurs = isOwnSystem(settings.adapter);
    if (!isOurs) noteWrapped(`Checking ${settings.name} …`);
    const problems = await tryCrm(settings, secret, config);
    if (problems.length === 0) {
      return noteWrapped(
        isOurs
          ? `✓ The key is valid. ${settings.name} was not asked: it would take the request for a chat.`
          : `✓ ${settings.name} accepts the credentials, and has everything that is configured.`,
      );
    }
    note(problemsText(problems));
    if (!ask.isInteractive) {
      throw new CliError('Nothing was changed. Fix that, or add --no-check to continue anyway.');
    }
    const choice = await ask.choose({
      message: 'What now',
      flag: '--no-check',
      choices: [
        { value: 'secret', name: 'Enter the credentials again' },
        ...(promptSettings ? [{ value: 'settings', name: 'Change the settings' }] : []),
        { value: 'again', name: 'Try once more' },
        { value: 'go on', name: 'Continue anyway' },
        { value: 'stop', name: 'Stop, and change nothing' },
      ],
    });
    if (choice === 'go on') return;
    if (choice === 'stop') throw new CliError('Nothing was changed.');
    if (choice === 'secret') await promptSecret();
    if (choice === 'settings') await promptSettings?.();
  }
}

const problemsText = (problems: readonly Problem[]) =>
  problems
    .flatMap(({ problem, remedy }) => [
      ...wrapped(printable(problem), { first: '✗ ', next: '  ' }),
      ...wrapped(printable(remedy), { first: '  → ', next: '    ' }),
    ])
    .join('\n');
