import { type Command, Option } from 'commander';
import { readSettings } from '../../../local/settings.ts';
import { commandLineOf, whereOf } from '../../lib/deployment/deployment.ts';
import { whenInterruptedSay } from '../../lib/terminal/interrupt.ts';
import { example, remark } from '../../lib/options.ts';
import { changedContent, checkedContent, readConfigFile, writeConfigFile } from './config-file.ts';
import { crms, isOwn } from '../../lib/crms/crms.ts';
import { askGeneral, type GeneralFlags } from './general.ts';
import { nextSteps } from './next-steps.ts';
import { type SetUpFlags, setUpDestination } from './set-up.ts';
import { whereSigningKeyIs } from '../../lib/crms/signing-key.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { note, print } from '../../lib/terminal/output.ts';
import { stepsText } from '../../lib/terminal/steps.ts';
import { noteWrapped, wrapped } from '../../lib/terminal/wrap.ts';

type Options = Omit<SetUpFlags, 'local'> & GeneralFlags & { readonly yes?: true };

const collected = (value: string, before: readonly string[] = []) => [...before, value];

export function init(program: Command): void {
  program
    .command('init')
    .description('Asks which CRM your chats go to, tries it, and writes forwarder.json.')
    .addOption(new Option('--crm <name>', 'which one').choices(crms.map(({ adapter }) => adapter)))
    .option('--name <name>', 'your own name for it')
    .option('--set <name=value>', 'a setting of the CRM; may be repeated', collected)
    .option('--secret-stdin', 'takes the credentials from standard input')
    .option('--no-check', 'does not try them')
    .option('--add', 'beside the destinations that there are')
    .option('--replace <name>', 'in the place of this destination')
    .option('--timezone <name>', 'in which staff read times, such as Europe/Prague')
    .option('--language <code>', 'in which they read transcripts')
    .option('--alarm-email <address>', 'who is told when something is wrong')
    .option('--retention-days <days>', 'how long conversations are kept')
    .option('--yes', 'asks nothing: what is not said has its default')
    .addHelpText('after', example('init --local', 'for the stack that npm start runs'))
    .addHelpText('after', remark('Credentials may be in FORWARDER_SECRET_<NAME>, in the environment or in .env.'))
    .action(async (options: Options, command: Command) => {
      const where = whereOf(command);
      const ask = createAsker(options);
      const file = readConfigFile(readSettings(process.env, process.cwd()).configFile);
      const made = await setUpDestination(file, { ...options, local: where.local }, ask);
      const content = changedContent(file, {
        ...made,
        general: await askGeneral(file, { flags: options, local: where.local }, ask),
      });
      checkedContent(file.path, content);
      writeConfigFile(file.path, content);
      whenInterruptedSay(`Stopped. ${file.path} is written; whether the credentials are stored, doctor tells.`);
      noteWrapped(`✓ ${file.path} is written.`);
      if (file.demo !== undefined)
        noteWrapped(`! Chats go to the demo CRM no more: ${file.demo} is out of that file. All else in it stays.`);
      // AWS's clients are loaded when they are needed.
      const { placeSecret } = await import('./place-secret.ts');
      const placed = await placeSecret(made, where);
      const { name } = made.draft;
      print(stepsText(nextSteps({ name, where, placed, commandLine: commandLineOf(command) })));
      if (isOwn(made.crm)) note(`\n${wrapped(whereSigningKeyIs(name, where)).join('\n')}`);
    });
}
