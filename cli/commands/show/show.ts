import { readVisitors, type Visitor } from '../../../inspector/forwarder/visitors.ts';
import { fold, wordsOf } from '../../../inspector/views/text.ts';
import type { Config } from '../../../lambda/config/config.ts';
import { normaliseEmail, phonesIn } from '../../../lambda/conversation/contact-details.ts';
import { withRating } from '../../../lambda/conversation/revision.ts';
import { linkTo } from '../../../lambda/crm/links.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createLoadChat } from '../../../lambda/store/conversations.ts';
import { createReadErasure, erasureDays } from '../../../lambda/store/erasure.ts';
import { createRecords, type Records } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import { collect } from '../../../lambda/store/table.ts';
import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { groupsOf } from '../../lib/parallel.ts';
import { createReadOtherSource } from '../../lib/person/other-source.ts';
import { findRejected, rejectedWith } from '../../lib/rejected.ts';
import { CliError } from '../../lib/terminal/errors.ts';
import { note, print, printable, printableLines, printJson } from '../../lib/terminal/output.ts';
import { createTimes, timezoneOf } from '../../lib/time.ts';
import { chatText, type LinkedDelivery, rejectedText } from './text.ts';

type Options = { readonly body: boolean; readonly json: boolean };

const chatId = /^[^\s:@]+:[^\s:@]+$/;
const rejectedId = /^[0-9a-f]{4,32}$/;

export async function show({ args, options, openDeployment }: Invocation<Options>): Promise<void> {
  const deployment = await openDeployment();
  const who = args.join(' ').trim();
  if (chatId.test(who)) return showChat(deployment, who, options);
  if (rejectedId.test(who) && (await rejectedWith(createRecords(deployment.table), who)).length > 0) {
    return showRejected(deployment, who, options);
  }
  const [newest, ...others] = await findChats(deployment, who);
  if (newest === undefined) throw new CliError(noneText(deployment, who));
  await showChat(deployment, newest.conversationId, options);
  if (others.length > 0) note(othersText(deployment, others));
}

const noneText = ({ commandLine }: Deployment, who: string) =>
  `There is nothing under ${JSON.stringify(who)}: no id, and no visitor of that address, number or name. ${commandLine('list')} shows what there is.`;

function othersText(deployment: Deployment, others: readonly Visitor[]): string {
  const { short } = createTimes(timezoneOf(deployment), new Date());
  const lines = others.map(
    ({ name, outcome, conversationId, receivedAt }) =>
      `  ${short(receivedAt)}  ${printable(conversationId)}  ${printable(name ?? '')}, ${outcome}`,
  );
  return ['', 'Earlier chats that match:', ...lines].join('\n');
}

async function showChat(deployment: Deployment, asked: string, options: Options): Promise<void> {
  const { table, commandLine } = deployment;
  const stored = await createLoadChat(table)(asked);
  if (typeof stored !== 'object') throw new CliError(await whyMissing(deployment, asked));
  // The one that the other source's conversation is stored with.
  const { conversationId: id } = stored;
  const body = await stored.readBody();
  if (options.body) return writeBytes(Buffer.from(body));
  const config = deployment.config();
  const deliveries = (await createRecords(table).deliveriesOf(id)).map((delivery) => linked(delivery, config));
  const translated = readConversation(body, config.platform);
  const conversation = translated && withRating(translated, stored.rating);
  const receivedAt = stored.receivedAt.toISOString();
  const page = deployment.pageOf?.(id);
  const { alsoAs, maybeAlsoAs } = await createReadOtherSource(deployment)({ conversationId: id, body });
  const ids = { id, alsoAs, maybeAlsoAs };
  if (options.json) {
    const linked = deliveries.map(forScripts);
    return printJson({
      ...ids,
      receivedAt,
      page: page ?? null,
      deliveries: linked,
      conversation: conversation ?? null,
    });
  }
  const visitor = (await readVisitors(table, [id])).get(id)?.name ?? null;
  print(chatText({ ...ids, visitor, receivedAt, page, deliveries, conversation }, { config, commandLine }));
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

/** Names are in no index, so a name is looked for in this many of the newest chats. */
const maxRead = 2000;
const maxFound = 20;
const perRead = 40;

/** The chats of a visitor, by their address, number or a part of their name; newest first. */
async function findChats(
  { table, config }: Pick<Deployment, 'table' | 'config'>,
  who: string,
): Promise<readonly Visitor[]> {
  const records = createRecords(table);
  const email = normaliseEmail(who);
  if (email !== null) return byKey(`email#${email}`);
  const [phone] = /^[+\d][\d\s().-]{5,}$/.test(who) ? await phonesIn(who, [config().phoneRegion ?? null]) : [];
  if (phone !== undefined) return byKey(`phone#${phone}`);
  return byName(records, who);

  async function byKey(key: string): Promise<readonly Visitor[]> {
    return newestFirst([...(await readVisitors(table, await collect(records.chatsOf(key)))).values()]);
  }

  async function byName({ chats }: Pick<Records, 'chats'>, name: string): Promise<readonly Visitor[]> {
    const words = wordsOf(name);
    const found: Visitor[] = [];
    let read = 0;
    for await (const group of groupsOf(chats(), perRead)) {
      const visitors = await readVisitors(
        table,
        group.map(({ conversationId }) => conversationId),
      );
      found.push(
        ...[...visitors.values()].filter((visitor) => words.every((word) => fold(visitor.name ?? '').includes(word))),
      );
      read += group.length;
      if (found.length >= maxFound || read >= maxRead) break;
    }
    return newestFirst(found);
  }
}

const newestFirst = (visitors: readonly Visitor[]) =>
  visitors.toSorted((one, other) => other.receivedAt.localeCompare(one.receivedAt));
