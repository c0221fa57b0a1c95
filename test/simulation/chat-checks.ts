import { hash } from 'node:crypto';
import { contentHash } from '../../lambda/conversation/revision.ts';
import { referenceOf } from '../../lambda/crm/notes/reference.ts';
import { type Delivery, shownState } from '../../lambda/delivery/delivery.ts';
import { readConversation } from '../../lambda/smartsupp/body/body.ts';
import type { Contact, Crm } from './crm.ts';
import { mayConcern } from './erasure-checks.ts';
import { chatKeyOf, firstOf, isAcknowledged, type Posted } from './posted.ts';
import type { Post } from './script.ts';
import { accountVisitorOf, bodyOf, chatId, lengthOf, markOf, noteOf } from './smartsupp.ts';
import type { World } from './world.ts';

/** Everything of one chat. */
export function faultsOfChat(world: World, posts: readonly Posted[], isRepaired: boolean): readonly string[] {
  const id = chatId(firstOf(posts));
  const item = world.dynamo.items.get(chatKeyOf(posts));
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
  if (delivery === undefined) return isSteady || (isRepaired && !isDeadLetter) ? ['there is no delivery.'] : [];
  const faults: string[] = [];
  const { state, reason } = delivery;
  const isNewest = delivery.contentHash === contentHash;
  if (!isNewest && isSteady) faults.push('the newest copy was not brought.');
  if (state !== 'delivered' && !reason) faults.push(`it is ${state} without a reason.`);
  // What an operator dismissed stays as it is.
  const isHeld = shownState(delivery) === 'held';
  if (isHeld && isSteady && isKnown(world, newest)) faults.push('it is held, and its visitor is known.');
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
  if (isFollowedUp && delivery.isHistory !== true && crm.traits.followUps && tasks.length === 0)
    faults.push('nobody is to follow it up.');
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
      kind === 'killed' || (!['aws', 'table', 'queue', 'functions'].includes(service) && lasts > 23 * 3_600_000),
  );

/** One contact a person. An erasure forgets which one it was, and a search may be behind. */
export function faultsOfContacts({ erased }: World, { name, contacts }: Crm): readonly string[] {
  if (erased.length > 0) return [];
  const all = [...contacts.values()].flatMap(({ emails: [email], phones: [phone] }) => email ?? phone ?? []);
  const twice = all.filter((key, at) => all.indexOf(key) !== at);
  return [...new Set(twice)].map((key) => `${name} has several contacts of ${key}.`);
}
