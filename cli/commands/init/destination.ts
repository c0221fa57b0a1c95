import { isLoopback, loopbackDestinations } from '../../../infra/deployed.ts';
import { destinationName } from '../../../lambda/crm/port/settings.ts';
import { askForSecret, obtainSecret, variableOf } from '../../lib/crms/credentials.ts';
import { type Crm, crmOf, crms, type SettingSchema } from '../../lib/crms/crms.ts';
import { promptUntilValid } from '../../lib/crms/try-credentials.ts';
import type { Asker } from '../../lib/terminal/ask.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import { dim, note, wrapped } from '../../lib/terminal/output.ts';
import { type ConfigFile, changedContent, checkedContent, type Draft, destinationIn } from './config-file.ts';
import { checkSetting, readAssignments, readSetting, schemaAt, valueAt, withValueAt } from './settings.ts';

export type DestinationFlags = {
  readonly local: boolean;
  readonly crm: string | undefined;
  readonly name: string | undefined;
  readonly set: readonly string[];
  readonly add: boolean;
  readonly replace: string | undefined;
};

export type Plan = { readonly crm: Crm; readonly draft: Draft; readonly replaces: string | undefined };

async function planDestination(file: ConfigFile, flags: DestinationFlags, ask: Asker): Promise<Plan> {
  const replaces = await whichToReplace(file, flags, ask);
  const before = destinationIn(file, replaces);
  const adapter = await ask.choose({
    message: 'Which CRM do your chats go to',
    flag: `--crm, one of ${crms.map((each) => each.adapter).join(', ')}`,
    given: flags.crm,
    choices: crms.map(({ adapter, description }) => ({ value: adapter, description: `${adapter}: ${description}` })),
    // Scripts must name the CRM.
    ...(ask.isInteractive && before && { fallback: String(before['adapter']) }),
  });
  const crm = crmOf(adapter);
  if (crm === undefined) throw new UsageError(`There is no adapter for ${adapter}.`);
  const isSame = before?.['adapter'] === adapter;
  const others = file.destinations.filter((name) => name !== replaces);
  const name = await ask.text({
    message: 'Your own name for it, kept for good',
    flag: '--name <name>',
    given: flags.name,
    fallback: isSame && replaces !== undefined ? replaces : freeName(adapter, others),
    check: (text) => (others.includes(text) ? 'That name is taken.' : checkSetting(destinationName, text)),
  });
  const given = readAssignments(crm, flags.set);
  // The existing mapping and rules are kept.
  const { name: _name, adapter: _adapter, ...present } = isSame ? before : {};
  const settings = readAssignments(crm, flags.set, present);
  const isGiven = (path: string) => valueAt(given, path) !== undefined;
  const all = await askSettings({ crm, settings, isGiven, local: flags.local }, ask);
  return { crm, draft: { name, adapter: crm.adapter, ...all }, replaces };
}

async function askAgain(
  { crm, draft, ...plan }: Plan,
  { local }: Pick<DestinationFlags, 'local'>,
  ask: Asker,
): Promise<Plan> {
  const settings = await askSettings({ crm, settings: draft, isGiven: () => false, local }, ask);
  return { ...plan, crm, draft: { ...settings, name: draft.name, adapter: draft.adapter } };
}

const notOnAws =
  'Nothing on AWS can reach this machine. Give a public address, or run init --local, for the stack of npm start.';

type Content = Readonly<Record<string, unknown>>;

type ToAsk = {
  readonly crm: Crm;
  readonly settings: Content;
  readonly isGiven: (path: string) => boolean;
  readonly local: boolean;
};

async function askSettings({ crm, settings, isGiven, local }: ToAsk, ask: Asker): Promise<Content> {
  let answered = settings;
  for (const path of crm.required.filter((each) => !isGiven(each))) {
    const schema = schemaAt(crm.settings, path) ?? {};
    const before = valueAt(settings, path);
    if (ask.isInteractive) explain(schema);
    const question = {
      message: path,
      flag: `--set ${path}=…`,
      fallback: before === undefined ? undefined : String(before),
      check: (text: string) => (!local && isLoopback(text.trim()) ? notOnAws : checkSetting(schema, text)),
    };
    const text =
      schema.enum === undefined
        ? await ask.text(question)
        : await ask.choose({ ...question, choices: schema.enum.map((value) => ({ value: String(value) })) });
    const reading = readSetting(schema, text);
    answered = withValueAt(answered, path, 'value' in reading ? reading.value : text);
  }
  return answered;
}

const explain = ({ description = '' }: SettingSchema) => note(wrapped(description).map(dim).join('\n'));

async function whichToReplace(
  { destinations }: ConfigFile,
  flags: DestinationFlags,
  ask: Asker,
): Promise<string | undefined> {
  if (flags.replace !== undefined && !destinations.includes(flags.replace)) {
    const known = destinations.join(', ') || 'none';
    throw new UsageError(`--replace: there is no destination ${JSON.stringify(flags.replace)} (there is: ${known}).`);
  }
  if (flags.replace !== undefined || flags.add || destinations.length === 0) return flags.replace;
  const choice = await ask.choose({
    message: `Chats go to ${destinations.join(', ')} already. What do you want`,
    flag: `--add, or ${destinations.map((name) => `--replace ${name}`).join(', or ')}`,
    choices: [
      { value: '', name: 'Add another destination' },
      ...destinations.map((name) => ({ value: name, name: `Set up ${name} again` })),
    ],
  });
  return choice === '' ? undefined : choice;
}

function freeName(adapter: string, taken: readonly string[]): string {
  const names = [adapter, ...taken.map((_, index) => `${adapter}-${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? adapter;
}

type SetUpFlags = DestinationFlags & { readonly secretStdin: boolean; readonly check: boolean };

export type SetUp = Plan & {
  /** Undefined if the stack generates it, or it is given later. */
  readonly secret: string | undefined;
};

export async function setUpDestination(file: ConfigFile, flags: SetUpFlags, ask: Asker): Promise<SetUp> {
  let plan = await planDestination(file, flags, ask);
  const { crm, draft } = plan;
  const settingsNow = () => {
    const config = checkedContent(file.path, changedContent(file, { ...plan, general: {} }));
    const settings = config.destinations.find(({ name }) => name === draft.name);
    if (settings === undefined) throw new UsageError(`There is no destination ${draft.name} in the answers.`);
    return { config, settings };
  };
  // Checked before the user types a long token.
  const { settings } = settingsNow();
  if (!flags.local && loopbackDestinations({ destinations: [settings] }).length > 0) throw new UsageError(notOnAws);

  const isMade = crm.secret.kind === 'generated' && !flags.secretStdin;
  let secret = isMade ? undefined : await obtainSecret({ name: draft.name, crm, ask, fromStdin: flags.secretStdin });
  if (secret === undefined) {
    if (isMade || !flags.check) return { ...plan, secret };
    throw new UsageError(
      `The credentials are missing: put them into ${variableOf(draft.name)}, or pipe them in with --secret-stdin; ` +
        '--no-check continues without them.',
    );
  }
  if (flags.check) {
    let current = secret;
    await promptUntilValid({
      ask,
      attempt: () => ({ ...settingsNow(), secret: current }),
      promptSecret: async () => {
        current = await askForSecret({ crm, ask });
      },
      promptSettings: async () => {
        plan = await askAgain(plan, flags, ask);
      },
    });
    secret = current;
  }
  return { ...plan, secret };
}
