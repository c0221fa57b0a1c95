import type { Command } from 'commander';
import type { Config } from '../../../lambda/config/config.ts';
import { linkTo } from '../../../lambda/crm/links.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { createLoadChat } from '../../../lambda/store/conversations.ts';
import { createReadErasure, erasureDays } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected-bodies.ts';
import { createListWaiting } from '../../../lambda/store/waiting.ts';
import { type Deployment, openDeployment } from '../../lib/deployment/deployment.ts';
import { CliError } from '../../lib/terminal/errors.ts';
import { findRejected, isRejectedId } from '../../lib/rejected.ts';
import { example, jsonOption } from '../../lib/options.ts';
import { chatText, type LinkedDelivery, rejectedText } from './text.ts';
import { printableLines } from '../../lib/terminal/escape.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';

type Options = { readonly body?: true; readonly json?: true };

export function show(program: Command): void {
  program
    .command('show')
    .description('Shows a chat: where it stands, every attempt, and what was said. Or why a body was rejected.')
    .argument('<id>', 'of a chat (208:55039), or of a rejected body or its beginning; see list')
    .option('--body', 'the body as it came, and nothing else')
    .addOption(jsonOption())
    .addHelpText('after', example('show 208:55039', 'a chat'))
    .action(async (id: string, options: Options, command: Command) => {
      const deployment = await openDeployment(command);
      await (isRejectedId(id) ? showRejected : showChat)(deployment, id, options);
    });
}

async function showChat(deployment: Deployment, id: string, options: Options): Promise<void> {
  const { table, commandLine } = deployment;
  const stored = await createLoadChat(table)(id);
  if (stored === undefined || stored === 'erased') throw new CliError(await whyNot(deployment, id));
  const body = await stored.readBody();
  if (options.body) return writeBytes(Buffer.from(body));
  const config = deployment.config();
  const deliveries = (await createRecords(table).deliveriesOf(id)).map((delivery) => linked(delivery, config));
  const conversation = readConversation(body);
  const receivedAt = stored.receivedAt.toISOString();
  if (options.json)
    return printJson({ id, receivedAt, deliveries: deliveries.map(forScripts), conversation: conversation ?? null });
  print(chatText({ id, receivedAt, deliveries, conversation }, { config, commandLine }));
}

function linked(delivery: Delivery, { destinations }: Config): LinkedDelivery {
  const settings = destinations.find(({ name }) => name === delivery.destination);
  return { delivery, link: (settings && linkTo(settings, delivery)) ?? null };
}

const forScripts = ({ delivery, link }: LinkedDelivery) => ({ ...delivery, link });

/** Of an erased chat nothing is left to show; another may be new. */
async function whyNot(deployment: Deployment, id: string): Promise<string> {
  const { table, commandLine } = deployment;
  const erasedAt = await createReadErasure(table)(id);
  if (erasedAt !== undefined) {
    const { short, timezone } = createTimes(timezoneOf(deployment), new Date());
    const when = `${short(erasedAt)} (${timezone})`;
    return `The chat ${JSON.stringify(id)} was erased at ${when}. Copies of it that come in the ${erasureDays} days after that are thrown away, though the hook answers "accepted".`;
  }
  const waiting = await createListWaiting(table)(1);
  const may = `${commandLine('list')} shows what there is; one that has just come may be on the queue still`;
  const where = waiting.length === 0 ? may : `${may}, or wait for it in the table`;
  return `There is no chat ${JSON.stringify(id)}. ${where}.`;
}

async function showRejected(deployment: Deployment, id: string, options: Options): Promise<void> {
  const { table, commandLine } = deployment;
  const rejected = await findRejected(createRecords(table), id, commandLine);
  if (options.json && !options.body) return printJson(rejected);
  if (!options.body) {
    const times = createTimes(timezoneOf(deployment), new Date());
    return print(rejectedText(rejected, { times, commandLine }));
  }
  const stored = await createRejectedBodies(table).read(rejected.id);
  if (stored !== undefined) writeBytes(Buffer.from(stored.body));
}

/** As it came, into a file or a pipe; a terminal gets it so that it cannot act on it. */
function writeBytes(bytes: Buffer): void {
  if (process.stdout.isTTY) print(printableLines(bytes.toString()).join('\n'));
  else process.stdout.write(bytes);
}
