import type { Config } from '../../../lambda/config/config.ts';
import { withRating } from '../../../lambda/conversation/revision.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/body/read-chat.ts';
import { createLoadChat } from '../../../lambda/store/conversations.ts';
import { createReadErasure, erasureDays } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import { linkTo } from '../../lib/crms/links.ts';
import { defineCommand, flag, json } from '../../lib/define-command.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { findRejected, isRejectedId } from '../../lib/rejected.ts';
import { CliError } from '../../lib/terminal/errors.ts';
import { print, printableLines, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';
import { chatText, type LinkedDelivery, rejectedText } from './text.ts';

export const show = defineCommand({
  argument: 'of a chat (208:55039), or of a rejected body or its beginning; see list',
  options: { body: flag('only the body, unchanged'), json },
  example: ['show 208:55039', 'a chat'],
  handler: async ({ args: [id = ''], options, openDeployment }) => {
    const deployment = await openDeployment();
    await (isRejectedId(id) ? showRejected : showChat)(deployment, id, options);
  },
});

type Options = { readonly body: boolean; readonly json: boolean };

async function showChat(deployment: Deployment, id: string, options: Options): Promise<void> {
  const { table, commandLine } = deployment;
  const stored = await createLoadChat(table)(id);
  if (typeof stored !== 'object') throw new CliError(await whyMissing(deployment, id));
  const body = await stored.readBody();
  if (options.body) return writeBytes(Buffer.from(body));
  const config = deployment.config();
  const deliveries = (await createRecords(table).deliveriesOf(id)).map((delivery) => linked(delivery, config));
  const translated = readConversation(body);
  const conversation = translated && withRating(translated, stored.rating);
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

async function whyMissing(deployment: Deployment, id: string): Promise<string> {
  const { table, commandLine } = deployment;
  const erasedAt = await createReadErasure(table)(id);
  if (erasedAt !== undefined) {
    const { short, timezone } = createTimes(timezoneOf(deployment), new Date());
    const when = `${short(erasedAt)} (${timezone})`;
    return `The chat ${JSON.stringify(id)} was erased at ${when}. Copies of it that come in the ${erasureDays} days after that are discarded, though the hook answers "accepted".`;
  }
  const spooled = await createListSpooled(table)(1);
  const may = `${commandLine('list')} shows what there is; one that has just come may be on the queue still`;
  const where = spooled.length === 0 ? may : `${may}, or wait for it in the table`;
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

/** Written unchanged to a file or pipe; escaped for a terminal. */
function writeBytes(bytes: Buffer): void {
  if (process.stdout.isTTY) print(printableLines(bytes.toString()).join('\n'));
  else process.stdout.write(bytes);
}
