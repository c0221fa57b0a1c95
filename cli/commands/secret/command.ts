import type { Command } from 'commander';
import type { Config, Destination } from '../../../lambda/config/config.ts';
import { loadConfig } from '../../../lambda/config/load.ts';
import { readSettings } from '../../../local/settings.ts';
import { openDeployment, type Where, whereOf } from '../../lib/deployment/deployment.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { example, remark } from '../../lib/options.ts';
import { askForSecret, obtainSecret } from '../../lib/crms/credentials.ts';
import { crmOf, isOwn } from '../../lib/crms/crms.ts';
import { variableOf } from '../../lib/crms/env-file.ts';
import { whereSigningKeyIs } from '../../lib/crms/signing-key.ts';
import { untilItWorks } from '../../lib/crms/prompt-until-valid.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { note } from '../../lib/terminal/output.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';

type Options = { readonly secretStdin?: true; readonly check: boolean };

export function secret(program: Command): void {
  program
    .command('secret')
    .description("Stores a destination's credentials: tries them first, and shows them nowhere.")
    .argument('[name]', 'the destination, where there are several')
    .option('--secret-stdin', 'takes them from standard input')
    .option('--no-check', 'does not try them')
    .addHelpText('after', example('secret hubspot --secret-stdin < token.txt', 'from a file'))
    .addHelpText('after', remark('They may be in FORWARDER_SECRET_<NAME> too, in the environment or in .env.'))
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const store = await storeFor(command);
      const config = loadConfig(readSettings(process.env, process.cwd()).configFile);
      const settings = destinationNamed(name, config);
      const put = store(settings.name);
      const given = await credentialsFor(settings, config, { ...options, where: whereOf(command) });
      await uninterrupted(async () => put(given));
    });
}

type Put = (secret: string) => Promise<void> | void;

/** Where they go; looked for before anybody is asked for anything. */
async function storeFor(command: Command): Promise<(destination: string) => Put> {
  // AWS's clients are loaded when they are needed.
  const { storeForLocal, storeOnAws } = await import('../../lib/crms/store-secret.ts');
  if (whereOf(command).local) return (destination) => (value) => storeForLocal(destination, value);
  const { name, secrets, destinations } = await openDeployment(command);
  return (destination) => {
    const secretId = destinations[destination];
    if (secretId !== undefined) return (value) => storeOnAws(secrets, secretId, value);
    throw new CliError(
      `${name} does not have the destination ${destination} yet. Run npx cdk deploy, then this again.`,
    );
  };
}

function destinationNamed(name: string | undefined, { destinations }: Config): Destination {
  const [first, ...others] = destinations.filter((each) => name === undefined || each.name === name);
  if (first !== undefined && others.length === 0) return first;
  const known = destinations.map((each) => each.name).join(', ') || 'none; run npx forwarder init';
  throw new UsageError(
    `${name === undefined ? 'Say which destination' : `There is no destination ${JSON.stringify(name)} in forwarder.json`} (there is: ${known}).`,
  );
}

async function credentialsFor(
  settings: Destination,
  config: Config,
  options: Options & { readonly where: Where },
): Promise<string> {
  const { name, adapter } = settings;
  const crm = crmOf(adapter);
  if (crm === undefined) throw new UsageError(`There is no adapter ${adapter}.`);
  const ask = createAsker({});
  if (isOwn(crm)) note(wrapped(whereSigningKeyIs(name, options.where)).join('\n'));
  const given = await obtainSecret({ name, crm, ask, fromStdin: options.secretStdin === true, isAnew: true });
  if (given === undefined) {
    throw new UsageError(
      `The credentials are missing: put them into ${variableOf(name)}, or send them by a pipe with --secret-stdin.`,
    );
  }
  if (!options.check) return given;
  let secret = given;
  await untilItWorks({
    ask,
    attempt: () => ({ settings, config, secret }),
    anotherSecret: async () => {
      secret = await askForSecret({ crm, ask });
    },
  });
  return secret;
}
