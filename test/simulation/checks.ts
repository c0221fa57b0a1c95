import { hash } from 'node:crypto';
import { contentHash } from '../../lambda/conversation/revision.ts';
import { referenceOf } from '../../lambda/crm/notes/reference.ts';
import { type Delivery, isLeased } from '../../lambda/delivery/delivery.ts';
import { readConversation } from '../../lambda/smartsupp/body/read-chat.ts';
import type { Contact, Crm } from './crm.ts';
import type { Post } from './script.ts';
import { accountVisitorOf, bodyOf, chatId, lengthOf, markOf, noteOf, visitorIdOf } from './smartsupp.ts';
import { type Posted, start, type World } from './world.ts';

/** What is wrong with a history at a quiet end, a line each; none if all promises were kept. */
export function faultsOf(world: World, isRepaired: boolean): readonly string[] {
  const chats = [...Map.groupBy(world.posted.filter(isAChat), ({ post }) => post.chat).values()];
  return [
    ...world.violations,
    ...chats.flatMap((posts) => faultsOfChat(world, posts, isRepaired)),
    ...world.crms.flatMap((crm) => faultsOfContacts(world, crm)),
    ...faultsOfQueues(world, isRepaired),
    ...faultsOfRejected(world),
    ...faultsOfErasures(world),
    ...faultsOfCost(world),
    ...faultsOfAnswers(world),
    ...faultsOfWaiting(world),
  ];
}

function firstOf([first]: readonly Posted[]): Post {
  if (first === undefined) throw new Error('Nothing was posted.');
  return first.post;
}

const isAChat = ({ post }: Posted) => post.trait !== 'rubbish';
const isAcknowledged = ({ status }: Posted) => status === 200;

/** Everything of one chat. */
function faultsOfChat(world: World, posts: readonly Posted[], isRepaired: boolean): readonly string[] {
  const id = chatId(firstOf(posts));
  const item = world.dynamo.items.get(`CHAT#${id.replace(':', '#')} CHAT`);
  if (world.erased.some((each) => mayConcern(each.who, posts))) return [];
  const deadLetters = [...world.deadLetters.messages.values()];
  const isDeadLetter = deadLetters.some(({ body }) => body.includes(markOf(firstOf(posts))));
  if (item === undefined)
    return posts.some(isAcknowledged) && !isDeadLetter ? [`${id} is acknowledged, and lost.`] : [];
  const stored = storedCopy(item, posts);
  if (typeof stored === 'string') return isDeadLetter ? [] : [`${id}: ${stored}`];
  const contentHash = hashOf(stored);
  return world.crms.flatMap((crm) =>
    faultsAt(world, crm, { id, newest: stored, posts, contentHash, isRepaired }).map(
      (fault) => `${id} at ${crm.name}: ${fault}`,
    ),
  );
}

/**
 * The chat as it is stored, with the words of one copy and the rating of another; or what is wrong with it. A copy that
 * was acknowledged counts, one that was not may.
 */
function storedCopy(item: Readonly<Record<string, unknown>>, posts: readonly Posted[]): Post | string {
  const [words = ''] = String(item['revision']).split('/');
  const sources = posts.filter(({ post }) => words.endsWith(hash('sha256', bodyOf(post)).slice(0, 8)));
  const source = sources.at(-1);
  if (source === undefined) return 'nobody posted what is stored.';
  const isNewer = (one: Posted, other: Posted) =>
    lengthOf(one.post) > lengthOf(other.post) || (lengthOf(one.post) === lengthOf(other.post) && one.at > other.at);
  const acknowledged = posts.filter(isAcknowledged);
  if (acknowledged.some((each) => !sources.includes(each) && isNewer(each, source))) return 'newer words came.';
  const rated = posts.filter(({ post }) => post.rating !== null);
  const lastAt = Math.max(0, ...rated.filter(isAcknowledged).map(({ at }) => at));
  const rating = Number(Object(item['rating']).score ?? Number.NaN) || null;
  if (rating === null && lastAt > 0) return 'its rating is lost.';
  if (rating !== null && !rated.some(({ post, at }) => post.rating === rating && at >= lastAt))
    return 'a newer rating came.';
  return { ...source.post, rating };
}

const hashOf = (post: Post) => {
  const conversation = readConversation(bodyOf(post));
  return conversation === undefined ? '' : contentHash(conversation);
};

type AtCrm = {
  readonly id: string;
  readonly newest: Post;
  readonly posts: readonly Posted[];
  readonly contentHash: string;
  readonly isRepaired: boolean;
};

function faultsAt(world: World, crm: Crm, { id, newest, posts, contentHash, isRepaired }: AtCrm): readonly string[] {
  const delivery = world.dynamo.items.get(`CHAT#${id.replace(':', '#')} DELIVERY#${crm.name}`)?.['delivery'] as
    | Delivery
    | undefined;
  // A dead letter waits for an operator, with an alarm.
  const isDeadLetter = [...world.deadLetters.messages.values()].some(({ body }) => body.includes(markOf(newest)));
  const isSteady = world.steady.has(crm.name) && !isDeadLetter;
  if (delivery === undefined) return isSteady ? ['there is no delivery.'] : [];
  const faults: string[] = [];
  const { state, reason } = delivery;
  const isNewest = delivery.contentHash === contentHash;
  if (!isNewest && isSteady) faults.push('the newest copy was not brought.');
  if (state !== 'delivered' && !reason) faults.push(`it is ${state} without a reason.`);
  if (state === 'held' && isSteady && isKnown(world, newest)) faults.push('it is held, and its visitor is known.');
  if (state === 'held' && crm.traits.contacts === 'none') faults.push('it is held where nobody needs a contact.');
  if (state === 'skipped' && isNewest && newest.outcome !== 'automatic') faults.push('it is skipped without a rule.');
  if (state === 'parked' && isRepaired) faults.push(`it is parked after all was repaired: ${reason}`);
  if (state === 'parked' && !mayBeParked(world, crm, posts)) faults.push(`it is parked without need: ${reason}`);

  const notes = [...crm.notes.values()].filter(({ body }) => body.includes(`${referenceOf(id)}`));
  const isTouched = crm.touched.has(id);
  const { parts } = crm.traits;
  if (notes.length > parts) faults.push(`it has ${notes.length} notes, and not ${parts}.`);
  if (new Set(notes.map(({ contactId }) => contactId)).size > 1) faults.push('its notes are on several contacts.');
  for (const { contactId } of notes) {
    const contact = crm.contacts.get(contactId);
    const isWho = contact === undefined || posts.some(({ post }) => isContactOf(world, contact, post));
    if (!isWho) faults.push(`its words are on another's contact, ${contactId}.`);
  }
  const tasks = [...crm.tasks.values()].filter(({ chat }) => chat === id);
  if (tasks.length > 1) faults.push(`it has ${tasks.length} tasks.`);
  if (state !== 'delivered' || !isNewest) return faults;

  if (notes.length < parts && !isTouched) faults.push(`it is delivered, and has ${notes.length} notes.`);
  const words = noteOf(newest, newest.rating);
  if (notes.some(({ body }) => !body.startsWith(`${words}\n`))) faults.push('its note does not say the newest words.');
  const isFollowedUp = newest.outcome === 'missed' || (newest.rating ?? 5) <= 2;
  if (isFollowedUp && crm.traits.followUps && tasks.length === 0) faults.push('nobody is to follow it up.');
  for (const { contactId } of notes) {
    const contact = crm.contacts.get(contactId);
    if (contact !== undefined && !isContactOf(world, contact, newest)) {
      faults.push(`its note is on the contact of ${[...contact.emails, ...contact.phones].join()}.`);
    }
  }
  return faults;
}

/** Whether a contact has the chat's own address; failing that, one that belongs to somebody with the same number. */
function isContactOf(
  { posted }: World,
  { emails, phones }: Pick<Contact, 'emails' | 'phones'>,
  { chat, email, phone }: Post,
) {
  const own = new Set([email, phone].filter((key) => key !== null));
  if (email === null) {
    // It has its visitor's.
    const chats = posted.filter(({ post }) => accountVisitorOf(post) === accountVisitorOf({ chat }));
    for (const { post } of chats) for (const key of [post.email, post.phone]) if (key !== null) own.add(key);
  }
  for (let size = 0; size < own.size; ) {
    size = own.size;
    for (const { post } of posted) {
      // A chat without an address has its visitor's.
      const mates = posted.filter(({ post: mate }) => accountVisitorOf(mate) === accountVisitorOf(post));
      const keys = [post.email, post.phone, ...(post.email === null ? mates.map((mate) => mate.post.email) : [])];
      if (post.phone === null || !keys.some((key) => key !== null && own.has(key))) continue;
      for (const key of keys) if (key !== null) own.add(key);
    }
  }
  return [...emails, ...phones].some((key) => own.has(key));
}

/** Whether a chat of the same visitor identifies them. */
const isKnown = ({ dynamo }: World, { chat }: Post) =>
  [...dynamo.items.values()].some(
    ({ visitor, email, phone }) =>
      visitor === accountVisitorOf({ chat }) && (typeof email === 'string' || typeof phone === 'string'),
  );

/** Whether something has happened for which a delivery may be parked. */
const mayBeParked = ({ script, steady }: World, { name }: Crm, posts: readonly Posted[]) =>
  !steady.has(name) ||
  posts.some(({ post }) => post.trait === 'refused' || post.trait === 'deadly') ||
  script.staff.some(({ crm, act }) => `crm-${crm}` === name && act !== 'delete a note') ||
  script.faults.some(
    ({ service, kind, lasts }) =>
      kind === 'killed' ||
      (service !== 'table' && service !== 'queue' && service !== 'functions' && lasts > 23 * 3_600_000),
  );

/** One contact a person. An erasure forgets which one it was, and a search may be behind. */
function faultsOfContacts({ erased }: World, { name, contacts }: Crm): readonly string[] {
  if (erased.length > 0) return [];
  const all = [...contacts.values()].flatMap(({ emails: [email], phones: [phone] }) => email ?? phone ?? []);
  const twice = all.filter((key, at) => all.indexOf(key) !== at);
  return [...new Set(twice)].map((key) => `${name} has several contacts of ${key}.`);
}

function faultsOfQueues({ dynamo, queue, deadLetters }: World, isRepaired: boolean): readonly string[] {
  const faults: string[] = [];
  if (queue.messages.size > 0) faults.push(`${queue.messages.size} messages are left on the queue.`);
  if (isRepaired && deadLetters.messages.size > 0) faults.push(`${deadLetters.messages.size} dead letters are left.`);
  for (const [key, { listed, delivery }] of dynamo.items) {
    if (listed === 'spooled' || listed === 'pending') faults.push(`${key} is ${listed}.`);
    if (delivery !== undefined && isLeased(delivery as Delivery, new Date())) faults.push(`${key} is leased.`);
  }
  return faults;
}

/** What was refused is kept, and nothing else is. */
function faultsOfRejected({ posted, dynamo }: World): readonly string[] {
  const kept = [...dynamo.items.values()].filter(({ listed }) => listed === 'rejected').length;
  const refused = new Set(posted.filter(({ status }) => status === 400).map(({ post }) => markOf(post))).size;
  const sent = new Set(posted.filter((each) => !isAChat(each)).map(({ post }) => markOf(post))).size;
  const wrong = posted.filter((each) => isAChat(each) && each.status === 400);
  return [
    ...(kept < refused || kept > sent ? [`${kept} bodies are kept as rejected, and ${refused} were refused.`] : []),
    ...wrong.map(({ post }) => `${chatId(post)} was refused.`),
  ];
}

type Erased = World['erased'][number];

/** Whether an erasure may take such a chat away. */
const mayConcern = ({ email, visitor }: Erased['who'], posts: readonly Posted[]) =>
  posts.some(
    ({ post }) =>
      (visitor === undefined ? post.email === email || post.email === null : true) ||
      `1:${visitorIdOf(post)}` === visitor,
  );

/** A process that has a chat in its hands when the erasure begins ends within this. */
const underWayMs = 2 * 60_000;

/** Nothing is left of a chat that was there, and was named, when its erasure began. */
function faultsOfErasures(world: World): readonly string[] {
  return world.erased.flatMap((erased) => {
    const { who, startedAt, endedAt } = erased;
    if (endedAt === undefined) return ['An erasure does not end.'];
    const chats = [...Map.groupBy(world.posted.filter(isAChat), ({ post }) => post.chat).values()];
    return chats
      .filter((posts) =>
        posts.every(
          (each) =>
            (who.email === undefined ? `1:${visitorIdOf(each.post)}` === who.visitor : each.post.email === who.email) &&
            (each.at + underWayMs < startedAt || each.at > endedAt),
        ),
      )
      .filter((posts) => posts.some((each) => isAcknowledged(each) && each.at < startedAt))
      .flatMap((posts) => faultsOfErased(world, posts));
  });
}

function faultsOfErased({ dynamo, queue, deadLetters, crms, erased }: World, posts: readonly Posted[]) {
  // By this run of the command or an earlier one.
  const left = erased.map((each) => each.left).join();
  const [{ post }] = posts as readonly [Posted];
  const id = chatId(post);
  const faults: string[] = [];
  for (const [key, item] of dynamo.items) {
    if (!key.startsWith(`CHAT#${id.replace(':', '#')} `)) continue;
    if (!key.endsWith(' CHAT') || item['email'] !== undefined || item['body'] !== undefined)
      faults.push(`${id} was erased, and the table has ${key}.`);
  }
  for (const { body } of [...queue.messages.values(), ...deadLetters.messages.values()]) {
    if (body.includes(markOf(post))) faults.push(`${id} was erased, and a queue has its words.`);
  }
  for (const crm of crms) {
    const hasNote = [...crm.notes.values()].some(({ body }) => body.includes(markOf(post)));
    if (hasNote && !left.includes(id)) faults.push(`${id} was erased, and ${crm.name} has its words.`);
  }
  return faults;
}

/** Only if neither the queue nor the table could be asked is a chat not taken. */
const faultsOfAnswers = ({ script, posted }: World) =>
  posted
    .filter(({ status }) => status === 503)
    .filter(({ at, post }) => {
      const fails = (service: string) =>
        script.faults.some(
          (fault) =>
            fault.service === service && start + fault.from < at + 20_000 && at <= start + fault.from + fault.lasts,
        );
      return !fails('table') || (post.trait !== 'rubbish' && !fails('queue'));
    })
    .map(({ post }) => `${chatId(post)} was answered 503 without need.`);

const isUndisturbed = ({ faults, operators, staff, stack, posts }: World['script']) =>
  faults.length + operators.length + staff.length === 0 &&
  stack.maxReceiveCount === 50 &&
  posts.every(({ trait }) => trait === 'plain');

/** With indexes that are five seconds behind, and nothing that fails. */
const maxWaitMs = 45_000;

/** Nothing waits for long that nothing holds up. */
function faultsOfWaiting({ script, posted, dynamo }: World): readonly string[] {
  if (!isUndisturbed(script) || script.stack.indexLagMs > 5_000 || script.stack.maxInFlight < 100) return [];
  return [...dynamo.items].flatMap(([key, { delivery }]) => {
    if (delivery === undefined) return [];
    const { state, updatedAt } = delivery as Delivery;
    const chat = Number(key.split(/[# ]/)[2]);
    const last = posted.filter(({ post }) => accountVisitorOf(post) === accountVisitorOf({ chat })).map(({ at }) => at);
    const waitedMs = Date.parse(updatedAt) - Math.max(...last);
    return waitedMs > maxWaitMs ? [`${key} is ${state} only after ${Math.round(waitedMs / 1000)} s.`] : [];
  });
}

/** What a history without a fault may cost: writes to the table, a copy and its deliveries. */
function faultsOfCost({ script, posted, dynamo, crms }: World): readonly string[] {
  if (!isUndisturbed(script)) return [];
  const most = posted.length * (1 + crms.length * 12);
  return dynamo.writes() > most ? [`${dynamo.writes()} writes are more than ${most}.`] : [];
}
