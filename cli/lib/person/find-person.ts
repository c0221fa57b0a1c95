import { isIdentifying, personKeys, visitorKey } from '../../../lambda/conversation/match-keys.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { createIdentityOf, foundBy, type Identity } from '../../../lambda/mapping/identity.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createPersons, type PersonContact } from '../../../lambda/store/contacts.ts';
import { createReadUnerased } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { type Deployment, depthOf } from '../deployment/deployment.ts';
import { mapInOrder } from '../parallel.ts';
import { findLooseBodies, type Queues } from './loose-bodies.ts';
import { createReadOtherSource, type OtherSource } from './other-source.ts';
import { type Person, type PersonChat, type PersonQuery, visitorsIn } from './person.ts';

/**
 * Finds a person, and the chats of the same browser without another address. A visitor's id identifies a browser only
 * within its account, and only if few chats share it.
 * @param queues whether to look at the queues, and to delete the person's messages at once, since a later visit might
 * miss them
 */
export async function findPerson(
  deployment: Pick<Deployment, 'table' | 'sqs' | 'outputs' | 'config'>,
  query: PersonQuery,
  { queues }: { readonly queues: Queues },
): Promise<Person> {
  const { table } = deployment;
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
  let looked = 0;
  // Before the chats are read: one that is stored later is on the queue now.
  const { QueueUrl, DeadLetterQueueUrl } = deployment.outputs;
  const asked = queues === 'leave alone' ? [] : [QueueUrl, DeadLetterQueueUrl];
  const depths = await Promise.all(asked.map((queueUrl) => depthOf(deployment, queueUrl)));
  const queued = depths.reduce((sum, { messages }) => sum + messages, 0);
  const inFlight = depths.reduce((sum, depth) => sum + depth.inFlight, 0);
  // The index may still have the key of an earlier copy.
  const listed = await gather(records.chatsOf(query.personKey), (_, own) => own.includes(query.personKey));
  const named = [...listed, ...(await lookThrough())];
  for (const browser of new Set(named.flatMap(visitorsIn))) {
    const chats = await chatsOf(browser);
    if (chats.length > 0) browsers.add(browser);
    await gather(
      chats.map(({ conversationId }) => conversationId),
      isSamePerson,
    );
  }

  const loose = await findLooseBodies(deployment, { queues, isTheirs });
  return {
    personKey: query.personKey,
    chats: [...found.values()],
    halfErased,
    contacts: await contacts(),
    personKeys: [...keys],
    bodies: loose.bodies,
    mentions,
    looked: {
      chats: looked,
      ...loose.looked,
      inFlight: inFlight + Math.max(0, queued - (loose.looked.messages ?? 0)),
    },
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
    conversationIds: AsyncIterable<string> | Iterable<string>,
    isTheirs: (identity: Identity, own: readonly string[]) => boolean,
  ): Promise<readonly string[]> {
    const gathered: string[] = [];
    for await (const conversationId of conversationIds) {
      if (found.has(conversationId)) continue;
      const stored = await readStored(conversationId);
      if (stored === undefined || stored === 'erased') continue;
      const conversation = readConversation(stored.body);
      const identity = conversation && (await identityOf(conversation));
      const own = keysOf(stored.body, identity);
      if (identity !== undefined && !isTheirs(identity, own)) continue;
      await add({ conversationId, ...stored }, own);
      gathered.push(stored.body);
    }
    return gathered;
  }

  async function add(chat: Omit<PersonChat, 'deliveries' | keyof OtherSource>, own: readonly string[]): Promise<void> {
    const deliveries = await records.deliveriesOf(chat.conversationId);
    found.set(chat.conversationId, { ...chat, deliveries, ...(await otherSource(chat)) });
    for (const key of own) keys.add(key);
  }

  /** Reads every chat: an address may be in any field, and in the words; a chat of both sources is indexed by one visitor's id. */
  async function lookThrough(): Promise<readonly string[]> {
    const named = mapInOrder(records.chats(), async ({ conversationId }) => {
      if (found.has(conversationId)) return undefined;
      const stored = await readStored(conversationId);
      // Its erasure crashed, whoever it was for.
      if (stored === 'erased') halfErased.push(conversationId);
      if (stored === undefined || stored === 'erased') return undefined;
      const conversation = readConversation(stored.body);
      const isTheirs = stored.erasingFor === query.personKey || (await isNamedIn(stored.body, conversation));
      return isTheirs ? { conversationId, stored, conversation } : undefined;
    });
    const gathered: string[] = [];
    for await (const each of named) {
      looked += 1;
      if (each === undefined) continue;
      const { conversationId, stored, conversation } = each;
      const identity = conversation && (await identityOf(conversation));
      const own = keysOf(stored.body, identity);
      const isTheirs = own.includes(query.personKey) || !isSomebodyElse(identity);
      if (!isTheirs && stored.erasingFor !== query.personKey) mentions.push(conversationId);
      else {
        await add({ conversationId, ...stored }, isTheirs ? own : []);
        gathered.push(stored.body);
      }
    }
    return gathered;
  }

  function isNamedIn(body: string, conversation: Conversation | undefined): Promise<boolean> {
    return query.isNamedIn(body, [config.phoneRegion ?? null, conversation?.visitor.countryCode ?? null]);
  }

  /** What identifies a chat as theirs: its addresses, and the visitor's id in each source. Empty if nothing is known of the visitor. */
  function keysOf(body: string, identity: Identity | undefined): readonly string[] {
    return identity === undefined ? [] : [...contactKeys(identity), ...visitorsIn(body).map(visitorKey)];
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
  function isSamePerson(identity: Identity): boolean {
    return identity.email === null || keys.has(`email#${identity.email}`);
  }

  async function isTheirs(body: string): Promise<boolean> {
    const conversation = readConversation(body);
    const identity = conversation && (await identityOf(conversation));
    if (conversation === undefined || identity === undefined) return isNamedIn(body, undefined);
    if (keysOf(body, identity).includes(query.personKey)) return true;
    const isKnown =
      visitorsIn(body).some((visitor) => browsers.has(visitor)) || contactKeys(identity).some((key) => keys.has(key));
    if (isKnown) return isSamePerson(identity);
    return !isSomebodyElse(identity) && (await isNamedIn(body, conversation));
  }
}
