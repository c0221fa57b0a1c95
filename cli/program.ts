import { Command, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { backfill } from './commands/backfill/command.ts';
import { doctor } from './commands/doctor/command.ts';
import { erase } from './commands/erase/command.ts';
import { exportPerson } from './commands/export/command.ts';
import { init } from './commands/init/command.ts';
import { list } from './commands/list/command.ts';
import { preview } from './commands/preview/command.ts';
import { replay } from './commands/replay/command.ts';
import { rotateKey } from './commands/rotate-key/command.ts';
import { secret } from './commands/secret/command.ts';
import { send } from './commands/send/command.ts';
import { show } from './commands/show/command.ts';
import { status } from './commands/status/command.ts';
import { url } from './commands/url/command.ts';
import { columns, fitted } from './lib/terminal/wrap.ts';

/**
 * Adds one command to the program. Its action gets its own options; `openDeployment(command)` gives it the parts that
 * it works on. What it throws is told by `explain`.
 */
export type AddCommand = (program: Command) => void;

/** In the order in which the help lists them. */
const commands: readonly AddCommand[] = [
  init,
  secret,
  doctor,
  url,
  rotateKey,
  status,
  list,
  show,
  replay,
  backfill,
  send,
  preview,
  exportPerson,
  erase,
];

/** The whole command line. `parseAsync` throws what a command throws, and what commander has already told. */
export function createProgram(): Command {
  const program = new Command('forwarder')
    .description('Looks after the chats that go from Smartsupp to your CRM.')
    .version(manifest.version)
    .addOption(
      new Option('--local', 'the local stack (npm start) instead of AWS').conflicts(['stage', 'region', 'profile']),
    )
    .option('--stage <name>', 'which deployment', 'prod')
    .option('--region <name>', 'AWS region, where your profile does not say')
    .option('--profile <name>', 'AWS profile')
    .configureHelp({ showGlobalOptions: true, helpWidth: columns() })
    .configureOutput({ outputError: (text, write) => write(fitted(text)) })
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
