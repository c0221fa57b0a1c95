import { accountVisitor, isIdentifying, personKeys } from '../../lambda/conversation/match-keys.ts';
import type { Conversation } from '../../lambda/conversation/model.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { createIdentityOf, foundBy, type Identity } from '../../lambda/mapping/identity.ts';
import { createOpenMessage } from '../../lambda/queue/envelope.ts';
import { decodeBody } from '../../lambda/receive/request.ts';
import { readConversation } from '../../lambda/smartsupp/body/read-chat.ts';
import { claimCheckBodies, createGetClaimCheck } from '../../lambda/store/claim-check.ts';
import { createPersons, type PersonContact } from '../../lambda/store/contacts.ts';
import { createReadUnerased } from '../../lambda/store/erasure.ts';
import { rejectedKey } from '../../lambda/store/keys.ts';
import { createRecords, rejectedStates } from '../../lambda/store/records.ts';
import { createRejectedBodies, type RejectedBody } from '../../lambda/store/rejected.ts';
import { createListSpooled } from '../../lambda/store/spool.ts';
import { createChatsOf } from '../../lambda/store/visitors.ts';
import type { Deployment } from './deployment/deployment.ts';
import { visitMessages } from './deployment/queues.ts';
import { createReadOtherSource, type OtherSource } from './other-source.ts';
import { mapInOrder } from './parallel.ts';
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
  /** Chats of other people that name them all the same. */
  readonly mentions: readonly string[];
  readonly looked: LookedThrough;
};

/** How much was read to find them. */
export type LookedThrough = {
  readonly chats: number;
  /** Refused ones, and those that wait for the queue. */
  readonly bodies: number;
  /** On the queues; undefined if these were left alone. */
  readonly messages: number | undefined;
};

export type PersonChat = OtherSource & {
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
  readonly inTable?: { readonly partition: string; readonly remove: () => Promise<void> };
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
  const otherSource = createReadOtherSource(deployment);
  const config = deployment.config();
  const identityOf = createIdentityOf(config);

  const found = new Map<string, PersonChat>();
  const halfErased: string[] = [];
  const keys = new Set([query.personKey]);
  /** A chat without an address belongs to the person if it comes from one of these. */
  const browsers = new Set<string>();
  const mentions: string[] = [];
  const looked = { chats: 0, bodies: 0, messages: 0 };
  const named = [...(await gather('person', records.chatsOf(query.personKey))), ...(await lookThrough())];
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
    mentions,
    looked: { ...looked, messages: queues === 'leave alone' ? undefined : looked.messages },
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
      const identity = conversation && (await identityOf(conversation));
      const own = conversation && keysOf(conversation, identity);
      // The index may still have the key of an earlier copy.
      if (foundBy === 'person' && own?.includes(query.personKey) === false) continue;
      if (foundBy === 'browser' && !isSamePerson(identity)) continue;
      gathered.push(...(await add({ conversationId, foundBy, ...stored }, conversation, own)));
    }
    return gathered;
  }

  async function add(
    chat: Omit<PersonChat, 'deliveries' | keyof OtherSource>,
    conversation: Conversation | undefined,
    own: readonly string[] = [],
  ): Promise<readonly Conversation[]> {
    const deliveries = await records.deliveriesOf(chat.conversationId);
    found.set(chat.conversationId, { ...chat, deliveries, ...(await otherSource(chat)) });
    for (const key of own) keys.add(key);
    return conversation === undefined ? [] : [conversation];
  }

  /** Reads every chat: an address may stand in any field, and in the words. A visitor's id stands only where it is found by. */
  async function lookThrough(): Promise<readonly Conversation[]> {
    if (query.personKey.startsWith('visitor#')) return [];
    const named = mapInOrder(records.chats(), async ({ conversationId }) => {
      if (found.has(conversationId)) return undefined;
      const stored = await readStored(conversationId);
      if (stored === undefined || stored === 'erased') return undefined;
      const conversation = readConversation(stored.body);
      return (await isNamedIn(stored.body, conversation)) ? { conversationId, stored, conversation } : undefined;
    });
    const gathered: Conversation[] = [];
    for await (const each of named) {
      looked.chats += 1;
      if (each === undefined) continue;
      const { conversationId, stored, conversation } = each;
      const identity = conversation && (await identityOf(conversation));
      const own = conversation && keysOf(conversation, identity);
      if (isSomebodyElse(identity)) mentions.push(conversationId);
      else gathered.push(...(await add({ conversationId, foundBy: 'person', ...stored }, conversation, own)));
    }
    return gathered;
  }

  function isNamedIn(body: string, conversation: Conversation | undefined): Promise<boolean> {
    return query.isNamedIn(body, [config.phoneRegion ?? null, conversation?.visitor.countryCode ?? null]);
  }

  /** What the table has a chat under. */
  function keysOf(conversation: Conversation, identity: Identity | undefined): readonly string[] {
    return identity === undefined
      ? []
      : personKeys({ ...identity, ...foundBy(identity) }, accountVisitor(conversation));
  }

  function contactKeys(identity: Identity): readonly string[] {
    return personKeys({ ...identity, ...foundBy(identity) }, null);
  }

  /** Whether it is known who left the chat, and that it is not this person. */
  function isSomebodyElse(identity: Identity | undefined): boolean {
    if (identity === undefined || !isIdentifying(foundBy(identity))) return false;
    return !contactKeys(identity).some((key) => keys.has(key));
  }

  /** Another address from the same browser may be another person. */
  function isSamePerson(identity: Identity | undefined): boolean {
    return identity === undefined || identity.email === null || keys.has(`email#${identity.email}`);
  }

  async function isTheirs(body: string): Promise<boolean> {
    const conversation = readConversation(body);
    const identity = conversation && (await identityOf(conversation));
    if (conversation === undefined || identity === undefined) return isNamedIn(body, undefined);
    if (keysOf(conversation, identity).includes(query.personKey)) return true;
    const isKnown =
      browsers.has(accountVisitor(conversation) ?? '') || contactKeys(identity).some((key) => keys.has(key));
    if (isKnown) return isSamePerson(identity);
    return !isSomebodyElse(identity) && (await isNamedIn(body, conversation));
  }

  async function inTable(): Promise<readonly LooseBody[]> {
    const bodies: LooseBody[] = [];
    const add = async (
      where: LooseBody['where'],
      body: string | undefined,
      inTable: NonNullable<LooseBody['inTable']>,
    ) => {
      looked.bodies += 1;
      if (body !== undefined && (await isTheirs(body))) bodies.push({ where, body, inTable });
    };
    const rejected = createRejectedBodies(table);
    for await (const { id } of records.rejected({ states: rejectedStates })) {
      const { pk: partition } = rejectedKey(id);
      await add('rejected', await textOf(await rejected.read(id)), { partition, remove: () => rejected.remove(id) });
    }
    for (const { id: partition, read, remove } of await createListSpooled(table)(maxSpooled)) {
      await add('spooled', (await read()).body, { partition, remove });
    }
    for await (const { partition, read, remove } of claimCheckBodies(table)) {
      await add('claim check', await read(), { partition, remove });
    }
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
          looked.messages += 1;
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

/** `Looked through 1,200 chats, 3 other bodies and 12 messages on the queues.` */
export const lookedText = ({ chats, bodies, messages }: LookedThrough): string => {
  const parts = [
    plural(chats, 'chat'),
    plural(bodies, 'other body', 'other bodies'),
    ...(messages === undefined ? [] : [plural(messages, 'message on the queues', 'messages on the queues')]),
  ];
  return `Looked through ${new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(parts)}.`;
};

/** What is said of people whom this person's address or number stands with. */
export const mentionLines = (mentions: readonly string[]): readonly string[] =>
  mentions.length === 0
    ? []
    : [
        `Named in ${plural(mentions.length, 'chat')} of somebody else, which ${mentions.length === 1 ? 'stays' : 'stay'}: ${mentions.join(', ')}. Read them with show.`,
      ];
