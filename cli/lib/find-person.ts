import { accountVisitor, contactKeys, normaliseEmail, personKeys } from '../../lambda/conversation/match-keys.ts';
import type { Conversation } from '../../lambda/conversation/model.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { createPhoneOf } from '../../lambda/mapping/phone.ts';
import { createOpenMessage } from '../../lambda/queue/envelope.ts';
import { decodeBody } from '../../lambda/receive/request.ts';
import { readConversation } from '../../lambda/smartsupp/to-conversation.ts';
import { claimCheckBodies, createGetClaimCheck } from '../../lambda/store/claim-check.ts';
import { createPersons, type PersonContact } from '../../lambda/store/contacts.ts';
import { createReadUnerased } from '../../lambda/store/erasure.ts';
import { createRecords } from '../../lambda/store/records.ts';
import { createRejectedBodies, type RejectedBody } from '../../lambda/store/rejected.ts';
import { createListSpooled } from '../../lambda/store/spool.ts';
import { createChatsOf } from '../../lambda/store/visitors.ts';
import type { Deployment } from './deployment/deployment.ts';
import { visitMessages } from './deployment/queues.ts';
import type { PersonQuery } from './person-query.ts';
import { plural } from './terminal/output.ts';

export type Person = {
  readonly chats: readonly PersonChat[];
  /** Chats whose erasure crashed: their bodies are deleted, but not yet their keys. */
  readonly halfErased: readonly string[];
  /** In the CRMs, found by every key in the chats. */
  readonly contacts: readonly PersonContact[];
  readonly personKeys: readonly string[];
  readonly bodies: readonly LooseBody[];
};

export type PersonChat = {
  readonly conversationId: string;
  /** Chats found by `browser` can only be found through the person's others. */
  readonly foundBy: 'person' | 'browser';
  readonly receivedAt: Date;
  readonly body: string;
  /** The newest, which may be from another copy than the body. */
  readonly rating: Conversation['rating'];
  readonly deliveries: readonly Delivery[];
};

export type LooseBody = {
  readonly where: 'rejected' | 'spooled' | 'claim check' | 'queue' | 'dead letters';
  readonly body: string;
  /** Absent for queues, whose messages are deleted during the visit. */
  readonly remove?: () => Promise<void>;
};

/** More than the sweep leaves behind. */
const maxSpooled = 10_000;

/**
 * Finds a person, and the chats of the same browser without another address. A visitor's id identifies a browser only
 * within its account, and only if few chats share it.
 * @param queues whether to look at the queues, and to delete the person's messages at once, since a later visit might
 * miss them
 */
export async function findPerson(
  deployment: Pick<Deployment, 'table' | 'sqs' | 'outputs' | 'config'>,
  query: PersonQuery,
  { queues }: { readonly queues: 'leave alone' | 'look' | 'take off' },
): Promise<Person> {
  const { table, sqs, outputs } = deployment;
  const records = createRecords(table);
  const readStored = createReadUnerased(table);
  const persons = createPersons(table);
  const chatsOf = createChatsOf(table);
  const phoneOf = createPhoneOf(deployment.config().variables.phone);

  const found = new Map<string, PersonChat>();
  const halfErased: string[] = [];
  const keys = new Set([query.personKey]);
  /** A chat without an address belongs to the person if it comes from one of these. */
  const browsers = new Set<string>();
  const named = await gather('person', records.chatsOf(query.personKey));
  for (const browser of new Set(named.map(accountVisitor))) {
    const chats = browser === null ? [] : await chatsOf(browser);
    if (browser !== null && chats.length > 0) browsers.add(browser);
    await gather(
      'browser',
      chats.map(({ conversationId }) => conversationId),
    );
  }

  return {
    chats: [...found.values()],
    halfErased,
    contacts: await contacts(),
    personKeys: [...keys],
    bodies: [...(await inTable()), ...(queues === 'leave alone' ? [] : await inQueues())],
  };

  async function contacts(): Promise<readonly PersonContact[]> {
    const kept = await Promise.all(
      [...keys].map(async (key) => ((await isShared(key)) ? [] : persons.contactsOf(key))),
    );
    const deliveries = [...found.values()].flatMap((chat) => chat.deliveries);
    const met = deliveries.flatMap(({ destination, contactId }) =>
      contactId === null ? [] : { destination, contactId },
    );
    const all = [...kept.flat(), ...met].map((one) => [`${one.destination} ${one.contactId}`, one] as const);
    return [...new Map(all).values()];
  }

  /** Whether others share the key, so that its contacts may be theirs. */
  async function isShared(key: string): Promise<boolean> {
    if (!key.startsWith('visitor#')) return false;
    for await (const conversationId of records.chatsOf(key)) if (!found.has(conversationId)) return true;
    return false;
  }

  async function gather(
    foundBy: PersonChat['foundBy'],
    conversationIds: AsyncIterable<string> | Iterable<string>,
  ): Promise<readonly Conversation[]> {
    const gathered: Conversation[] = [];
    for await (const conversationId of conversationIds) {
      if (found.has(conversationId)) continue;
      const stored = await readStored(conversationId);
      if (stored === 'erased') halfErased.push(conversationId);
      if (stored === undefined || stored === 'erased') continue;
      const conversation = readConversation(stored.body);
      const own = conversation && personKeys(conversation, await phoneOf(conversation));
      // The index may still have the key of an earlier copy.
      if (foundBy === 'person' && own?.includes(query.personKey) === false) continue;
      if (foundBy === 'browser' && !isSamePerson(conversation)) continue;
      const deliveries = await records.deliveriesOf(conversationId);
      found.set(conversationId, { conversationId, foundBy, ...stored, deliveries });
      if (conversation !== undefined) gathered.push(conversation);
      for (const key of own ?? []) keys.add(key);
    }
    return gathered;
  }

  /** Another address from the same browser may be another person. */
  function isSamePerson(conversation: Conversation | undefined): boolean {
    const email = normaliseEmail(conversation?.visitor.email ?? null);
    return email === null || keys.has(`email#${email}`);
  }

  async function isTheirs(body: string): Promise<boolean> {
    const conversation = readConversation(body);
    if (conversation === undefined) return query.isNamedIn(body);
    const phone = await phoneOf(conversation);
    if (query.isIn({ conversation, phone })) return true;
    const isKnown =
      browsers.has(accountVisitor(conversation) ?? '') ||
      contactKeys(conversation.visitor, phone).some((key) => keys.has(key));
    return isKnown && isSamePerson(conversation);
  }

  async function inTable(): Promise<readonly LooseBody[]> {
    const bodies: LooseBody[] = [];
    const add = async (where: LooseBody['where'], body: string | undefined, remove: () => Promise<void>) => {
      if (body !== undefined && (await isTheirs(body))) bodies.push({ where, body, remove });
    };
    const rejected = createRejectedBodies(table);
    for await (const { id } of records.rejected()) {
      await add('rejected', await textOf(await rejected.read(id)), () => rejected.remove(id));
    }
    for (const { read, remove } of await createListSpooled(table)(maxSpooled)) {
      await add('spooled', (await read()).body, remove);
    }
    for await (const { read, remove } of claimCheckBodies(table)) await add('claim check', await read(), remove);
    return bodies;
  }

  async function inQueues(): Promise<readonly LooseBody[]> {
    const bodies: LooseBody[] = [];
    const open = createOpenMessage(createGetClaimCheck(table));
    const look = (where: 'queue' | 'dead letters', queueUrl: string) =>
      visitMessages({
        sqs,
        queueUrl,
        visit: async (message) => {
          const opened = await open(message);
          // A reference holds no text of the chat.
          if (opened.kind === 'chat') return false;
          const body = opened.kind === 'hook' ? opened.body : message;
          if (!(await isTheirs(body))) return false;
          bodies.push({ where, body });
          return queues === 'take off';
        },
      });
    await look('queue', outputs.QueueUrl);
    await look('dead letters', outputs.DeadLetterQueueUrl);
    return bodies;
  }
}

/** The body may be compressed. */
async function textOf(rejected: RejectedBody | undefined): Promise<string | undefined> {
  if (rejected === undefined) return undefined;
  const decoded = await decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
  return 'text' in decoded ? decoded.text : Buffer.from(decoded.bytes).toString();
}

/** `1 chat, 1 refused body, 2 bodies still on the queue`; `nothing`. */
export const counted = ({ chats, bodies }: Pick<Person, 'chats' | 'bodies'>): string =>
  [...(chats.length > 0 ? [plural(chats.length, 'chat')] : []), ...bodiesCounted(bodies)].join(', ') || 'nothing';

export function bodiesCounted(bodies: readonly Pick<LooseBody, 'where'>[]): readonly string[] {
  const refused = bodies.filter(({ where }) => where === 'rejected').length;
  const queued = bodies.length - refused;
  return [
    ...(refused > 0 ? [plural(refused, 'refused body', 'refused bodies')] : []),
    ...(queued > 0 ? [plural(queued, 'body still on the queue', 'bodies still on the queue')] : []),
  ];
}
