import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { act, people } from './declarations/act.ts';
import type { CommandDeclaration, CommandOption } from './declarations/declare.ts';
import { look } from './declarations/look.ts';
import { setUp } from './declarations/set-up.ts';
import { commandLineOf, type Deployment, whereOf } from './lib/deployment/deployment.ts';
import { explain, UsageError } from './lib/terminal/errors.ts';
import { columns, fitted, wrapped } from './lib/terminal/output.ts';

/** The headings of the help, in its order. */
const groups: Readonly<Record<string, readonly CommandDeclaration[]>> = {
  'Set up': setUp,
  Look: look,
  Act: act,
  People: people,
};

/** Runs a command line and sets the exit code. `prepare` is awaited before a command, and not before a help text. */
export async function run(words: readonly string[], prepare: () => Promise<void> = async () => {}): Promise<void> {
  try {
    const program = await createProgram({ words, prepare });
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const { text, exitCode, isBug } = explain(error);
    if (text !== '') process.stderr.write(`${isBug ? text : fitted(text)}\n`);
    process.exitCode = exitCode;
  }
}

type ProgramOptions = {
  /** The command line: choices that need modules are loaded for the commands named in it. Default: for all. */
  readonly words?: readonly string[];
  readonly prepare?: () => Promise<void>;
};

/** `parseAsync` throws a command's errors, and those that commander has already printed. */
export async function createProgram({ words, prepare = async () => {} }: ProgramOptions = {}): Promise<Command> {
  const program = new Command('forwarder')
    .description('Looks after the chats that go from Smartsupp to your CRM.')
    .version(manifest.version)
    .addOption(
      new Option('--local', 'the local stack (npm start) instead of AWS').conflicts(['stage', 'region', 'profile']),
    )
    .option('--stage <name>', 'which deployment', 'prod')
    .option('--region <name>', 'AWS region, if your profile does not say')
    .option('--profile <name>', 'AWS profile')
    .configureHelp({ showGlobalOptions: true, helpWidth: columns() })
    .configureOutput({ outputError: (text, write) => write(fitted(text)) })
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride();
  program.addHelpCommand(
    new Command('help').argument('[command]').description('Shows help for a command.').helpGroup('Look:'),
  );
  for (const [group, declarations] of Object.entries(groups)) {
    for (const declared of declarations) {
      const command = program.command(declared.name).helpGroup(`${group}:`);
      await declareOn(command, declared, { hasChoices: words === undefined || words.includes(declared.name) });
      command.action(() => invoke(command, declared, prepare));
    }
  }
  return program;
}

async function declareOn(
  command: Command,
  { description, argument, options, notes = [], example }: CommandDeclaration,
  { hasChoices }: { readonly hasChoices: boolean },
): Promise<void> {
  command.description(description);
  if (argument !== undefined) command.argument(...argument);
  for (const [name, option] of Object.entries(options)) {
    const { choices } = option;
    const loaded = typeof choices === 'function' && hasChoices ? await choices() : undefined;
    command.addOption(optionFrom(name, option, typeof choices === 'function' ? loaded : choices));
  }
  for (const each of notes) command.addHelpText('after', `\n${fittedNote(each)}`);
  const [line, what] = example;
  command.addHelpText('after', `\nFor example, ${what}:\n  npx forwarder ${line}`);
}

async function invoke(
  command: Command,
  { options, loadHandler }: CommandDeclaration,
  prepare: () => Promise<void>,
): Promise<void> {
  await prepare();
  const given = command.opts();
  const values: [name: string, value: unknown][] = [];
  for (const [name, option] of Object.entries(options)) {
    values.push([name, await readValue(command, name, option, given[name])]);
  }
  const where = whereOf(command);
  // Not an option of the clients: with that, the SDK would not read the endpoints that the profile has.
  if (where.profile !== undefined) process.env['AWS_PROFILE'] = where.profile;
  const handler = await loadHandler();
  await handler({
    args: command.args,
    options: Object.fromEntries(values),
    where,
    commandLine: commandLineOf(command),
    openDeployment: () => openDeployment(command),
    loadProgram: createProgram,
  });
}

/** Default for a flag: false; for a list: empty. */
async function readValue(command: Command, name: string, option: CommandOption, given: unknown): Promise<unknown> {
  if (option.placeholder === undefined) return given === true;
  if (option.isRepeatable) return given ?? [];
  if (option.parse === undefined || typeof given !== 'string') return given;
  try {
    return await option.parse(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // As commander says it of an option that it reads itself.
    return command.error(`error: option '${flagsOf(name, option)}' argument '${given}' is invalid. ${error.message}`, {
      code: 'commander.invalidArgument',
    });
  }
}

/** A list already has lines. */
const fittedNote = (note: string) => (note.includes('\n') ? note : wrapped(note).join('\n'));

function optionFrom(name: string, option: CommandOption, choices: readonly string[] | undefined): Option {
  const { description, isRequired, isRepeatable } = option;
  const made = new Option(flagsOf(name, option), description);
  if (isRequired) made.makeOptionMandatory();
  if (choices !== undefined) made.choices(choices);
  if (isRepeatable) made.argParser((text, before: readonly string[] = []) => [...before, chosen(text, choices)]);
  if (option.default !== undefined) made.default(option.default);
  return made;
}

function flagsOf(name: string, { placeholder, isNegated }: CommandOption): string {
  const written = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${isNegated ? 'no-' : ''}${written}${placeholder ? ` ${placeholder}` : ''}`;
}

function chosen(text: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text;
  throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
}

async function openDeployment(command: Command): Promise<Deployment> {
  const where = whereOf(command);
  // Loaded on use, so that a help text does not wait for the clients.
  const parts = where.local
    ? await (await import('./lib/deployment/connect.ts')).openLocal()
    : await (await import('./lib/deployment/on-aws.ts')).openOnAws(where);
  return { ...parts, commandLine: commandLineOf(command) };
}
