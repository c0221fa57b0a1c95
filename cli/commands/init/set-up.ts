import { loopbackDestinations } from '../../../infra/loopback.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import type { Asker } from '../../lib/terminal/ask.ts';
import { type ConfigFile, changedContent, checkedContent } from './config-file.ts';
import { askForSecret, obtainSecret } from '../../lib/crms/credentials.ts';
import { askAgain, type DestinationFlags, notOnAws, type Plan, planDestination } from './destination.ts';
import { variableOf } from '../../lib/crms/env-file.ts';
import { untilItWorks } from '../../lib/crms/prompt-until-valid.ts';

export type SetUpFlags = DestinationFlags & { readonly secretStdin?: true; readonly check: boolean };

export type SetUp = Plan & {
  /** Undefined where there is none to store: the stack makes it, or it is asked for later. */
  readonly secret: string | undefined;
};

/** Asks for a destination and its credentials, and tries them. */
export async function setUpDestination(file: ConfigFile, flags: SetUpFlags, ask: Asker): Promise<SetUp> {
  let plan = await planDestination(file, flags, ask);
  const { crm, draft } = plan;
  const settingsNow = () => {
    const config = checkedContent(file.path, changedContent(file, { ...plan, general: {} }));
    const settings = config.destinations.find(({ name }) => name === draft.name);
    if (settings === undefined) throw new UsageError(`There is no destination ${draft.name} in what was said.`);
    return { config, settings };
  };
  // Before anybody types a long token for settings that will not do.
  const { settings } = settingsNow();
  if (!flags.local && loopbackDestinations({ destinations: [settings] }).length > 0) throw new UsageError(notOnAws);

  const isMade = crm.secret.kind === 'generated' && !flags.secretStdin;
  let secret = isMade
    ? undefined
    : await obtainSecret({ name: draft.name, crm, ask, fromStdin: flags.secretStdin === true });
  if (secret === undefined) {
    if (isMade || !flags.check) return { ...plan, secret };
    throw new UsageError(
      `The credentials are missing: put them into ${variableOf(draft.name)}, or send them by a pipe with --secret-stdin; ` +
        '--no-check goes on without.',
    );
  }
  if (flags.check) {
    let current = secret;
    await untilItWorks({
      ask,
      attempt: () => ({ ...settingsNow(), secret: current }),
      anotherSecret: async () => {
        current = await askForSecret({ crm, ask });
      },
      otherSettings: async () => {
        plan = await askAgain(plan, flags, ask);
      },
    });
    secret = current;
  }
  return { ...plan, secret };
}
