import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { CommandDefinition, CommandOption } from './lib/define-command.ts';
import { commandLineOf, type Deployment, whereOf } from './lib/deployment/deployment.ts';
import { UsageError } from './lib/terminal/errors.ts';
import { columns, fitted, wrapped } from './lib/terminal/wrap.ts';

/** A command in the list. Its definition is loaded when it is called. */
type Entry = {
  readonly name: string;
  readonly argument?: string;
  readonly description: string;
  readonly load: () => Promise<CommandDefinition>;
};

const entries: readonly Entry[] = [
  {
    name: 'init',
    description: 'Asks which CRM your chats go to, tries it, and writes forwarder.json.',
    load: async () => (await import('./commands/init/command.ts')).init,
  },
  {
    name: 'secret',
    argument: '[name]',
    description: "Stores a destination's credentials: tries them first, and shows them nowhere.",
    load: async () => (await import('./commands/secret/command.ts')).secret,
  },
  {
    name: 'doctor',
    description: 'Checks everything that chats need on their way, and says how to fix what is wrong.',
    load: async () => (await import('./commands/doctor/command.ts')).doctor,
  },
  {
    name: 'url',
    description: "The hook's full URL, and the e-mail that asks Smartsupp to post there.",
    load: async () => (await import('./commands/url/command.ts')).url,
  },
  {
    name: 'rotate-key',
    description: "Gives the hook's URL a new key. The old one stays valid until --retire-old.",
    load: async () => (await import('./commands/rotate-key/command.ts')).rotateKey,
  },
  {
    name: 'status',
    description: 'Shows what came in, what was delivered where, and what needs attention.',
    load: async () => (await import('./commands/status/command.ts')).status,
  },
  {
    name: 'list',
    description: "Lists chats by their deliveries' state, newest first.",
    load: async () => (await import('./commands/list/command.ts')).list,
  },
  {
    name: 'show',
    argument: '<id>',
    description: 'Shows a chat: its deliveries, every attempt, and what was said. Or why a body was rejected.',
    load: async () => (await import('./commands/show/command.ts')).show,
  },
  {
    name: 'replay',
    argument: '[ids...]',
    description:
      'Sends chats again to destinations that they did not reach, once the cause is fixed. Others are left alone.',
    load: async () => (await import('./commands/replay/command.ts')).replay,
  },
  {
    name: 'dismiss',
    argument: '<ids...>',
    description: 'Marks parked, held or rejected chats as seen: they are counted no more, and stay where they are.',
    load: async () => (await import('./commands/dismiss/command.ts')).dismiss,
  },
  {
    name: 'backfill',
    description: 'Sends the stored chats that a new destination has not had, to that destination alone.',
    load: async () => (await import('./commands/backfill/command.ts')).backfill,
  },
  {
    name: 'import',
    argument: '<file>',
    description: 'Brings old chats from a file, one body of the hook a line, as history: without follow-ups.',
    load: async () => (await import('./commands/import/command.ts')).importChats,
  },
  {
    name: 'send',
    argument: '[files...]',
    description: 'Posts chats to the hook just as Smartsupp does, and prints the answers. Without arguments, a sample.',
    load: async () => (await import('./commands/send/command.ts')).send,
  },
  {
    name: 'preview',
    argument: '[files...]',
    description: 'Shows where a chat would go and every request that would be made, and makes none.',
    load: async () => (await import('./commands/preview/command.ts')).preview,
  },
  {
    name: 'export',
    description: 'Writes everything that is stored about one person, as JSON.',
    load: async () => (await import('./commands/export/command.ts')).exportPerson,
  },
  {
    name: 'erase',
    description: 'Erases one person: every chat here, on the queues too, and the notes that were written in the CRMs.',
    load: async () => (await import('./commands/erase/command.ts')).erase,
  },
];

type ProgramOptions = {
  /** The command line: commands named in it are loaded, others only listed. Default: all are loaded. */
  readonly words?: readonly string[];
  readonly prepare?: () => Promise<void>;
};

/** `parseAsync` throws a command's errors, and those that commander has already printed. */
export async function createProgram({ words, prepare }: ProgramOptions = {}): Promise<Command> {
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
  for (const { name, argument, description, load } of entries) {
    const command = program.command(name).description(description);
    if (words !== undefined && !words.includes(name)) {
      if (argument !== undefined) command.argument(argument);
      continue;
    }
    await prepare?.();
    addDefinition(command, argument, await load());
  }
  return program;
}

function addDefinition(command: Command, argument: string | undefined, definition: CommandDefinition): void {
  const { options, notes = [], example, run } = definition;
  if (argument !== undefined) command.argument(argument, definition.argument);
  for (const [name, option] of Object.entries(options)) command.addOption(optionFrom(name, option));
  for (const each of notes) command.addHelpText('after', `\n${fittedNote(each)}`);
  const [line, what] = example;
  command.addHelpText('after', `\nFor example, ${what}:\n  npx forwarder ${line}`);
  command.action(async () => {
    const given = command.opts();
    const values = Object.entries(options).map(([name, option]) => [name, readValue(option, given[name])]);
    const where = whereOf(command);
    // Not an option of the clients: with that, the SDK would not read the endpoints that the profile has.
    if (where.profile !== undefined) process.env['AWS_PROFILE'] = where.profile;
    await run({
      args: command.args,
      options: Object.fromEntries(values),
      where,
      commandLine: commandLineOf(command),
      openDeployment: () => openDeployment(command),
    });
  });
}

/** Default for a flag: false; for a list: empty. */
function readValue({ placeholder, isRepeatable }: CommandOption, given: unknown): unknown {
  if (placeholder === undefined) return given === true;
  return isRepeatable ? (given ?? []) : given;
}

/** A list already has lines. */
const fittedNote = (note: string) => (note.includes('\n') ? note : wrapped(note).join('\n'));

function optionFrom(name: string, option: CommandOption): Option {
  const { placeholder, description, choices, isNegated, isRequired, isRepeatable, parse } = option;
  const written = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const made = new Option(`--${isNegated ? 'no-' : ''}${written}${placeholder ? ` ${placeholder}` : ''}`, description);
  if (isRequired) made.makeOptionMandatory();
  if (choices !== undefined) made.choices(choices);
  if (parse !== undefined) made.argParser((text) => reported(() => parse(text)));
  if (isRepeatable) made.argParser((text, before: readonly string[] = []) => [...before, chosen(text, choices)]);
  if (option.default !== undefined) made.default(option.default);
  return made;
}

/** Lets commander name the option in the message. */
function reported<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}

function chosen(text: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text;
  throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
}

async function openDeployment(command: Command): Promise<Deployment> {
  const where = whereOf(command);
  // Loaded on use, so that a help text does not wait for the clients.
  const parts = where.local
    ? await (await import('./lib/deployment/local.ts')).openLocal()
    : await (await import('./lib/deployment/on-aws.ts')).openOnAws(where);
  return { ...parts, commandLine: commandLineOf(command) };
}
