import { type Delivery, shownState } from '../../lambda/delivery/delivery.ts';
import { mayConcern } from './erasure-checks.ts';
import { type ContactRecord, type CrmRecord, type Evidence, wordsIn } from './evidence.ts';
import { firstOf, idsOf, isAcknowledged, keyOf, type Posted } from './posted.ts';
import { mayFail, type Post } from './script.ts';
import { accountVisitorOf, isNamed, markOf, noteOf } from './smartsupp.ts';
import { type Stored, storedCopy } from './stored-copy.ts';

/** Everything of one chat. */
export function faultsOfChat(world: Evidence, posts: readonly Posted[], isRepaired: boolean): readonly string[] {
  const all = idsOf(posts);
  const { items } = world.dynamo;
  if (world.erased.some((each) => mayConcern(each.who, posts))) return [];
  const [id, ...others] = all.filter((each) => items.get(`${keyOf(each)}CHAT`)?.['revision'] !== undefined);
  const isDeadLetter = deadLettersSay(world, markOf(firstOf(posts)));
  if (id === undefined)
    return posts.some(isAcknowledged) && !isDeadLetter ? [`${all.join()} is acknowledged, and lost.`] : [];
  // While a copy is missing, nothing may tell that they are one.
  if (others.length > 0) return isDeadLetter ? [] : [`${all.join()} are one chat, and stored twice.`];
  const stored = storedCopy(id, Object(items.get(`${keyOf(id)}CHAT`)), posts);
  if (typeof stored === 'string') return isDeadLetter ? [] : [`${id}: ${stored}`];
  return world.crms.flatMap((crm) =>
    faultsAt(world, crm, { id, ids: new Set(all), ...stored, posts, isRepaired }).map(
      (fault) => `${id} at ${crm.name}: ${fault}`,
    ),
  );
}

const deadLettersSay = ({ deadLetters, dynamo }: Evidence, mark: string) =>
  [...deadLetters.messages.values()].some((message) => wordsIn(message, dynamo).includes(mark));

type AtCrm = Stored & {
  readonly id: string;
  /** Those of the other source, too. */
  readonly ids: ReadonlySet<string>;
  readonly posts: readonly Posted[];
  readonly isRepaired: boolean;
};

function faultsAt(
  world: Evidence,
  crm: CrmRecord,
  { id, ids, newest, posts, contentHash, revision, isRepaired }: AtCrm,
): readonly string[] {
  const delivery = world.dynamo.items.get(`${keyOf(id)}DELIVERY#${crm.name}`)?.['delivery'] as Delivery | undefined;
  // A dead letter waits for an operator, with an alarm.
  const isDeadLetter = deadLettersSay(world, markOf(newest));
  const isSteady = world.steady.has(crm.name) && !isDeadLetter;
  if (delivery === undefined) return isSteady || (isRepaired && !isDeadLetter) ? ['there is no delivery.'] : [];
  const faults: string[] = [];
  const { state, reason } = delivery;
  const isNewest = delivery.contentHash === contentHash;
  if (!isNewest && isSteady) faults.push('the newest copy was not brought.');
  // Else a copy in between would count as newer.
  if (delivery.revision !== revision && isSteady) faults.push('it does not know which copy is the newest.');
  if (state !== 'delivered' && !reason) faults.push(`it is ${state} without a reason.`);
  // A dismissed delivery stays as it is.
  const isHeld = shownState(delivery) === 'held';
  if (isHeld && isSteady && isKnown(world, newest)) faults.push('it is held, and its visitor is known.');
  if (state === 'held' && crm.traits.contacts === 'none') faults.push('it is held where nobody needs a contact.');
  if (state === 'skipped' && isNewest && newest.outcome !== 'automatic') faults.push('it is skipped without a rule.');
  if (state === 'parked' && isRepaired) faults.push(`it is parked after all was repaired: ${reason}`);
  if (state === 'parked' && !mayBeParked(world, crm, posts)) faults.push(`it is parked without need: ${reason}`);

  const notes = [...crm.notes.values()]
    .filter(({ chat }) => ids.has(chat))
    .filter(({ contactId }) => contactId === delivery.contactId || !mayBeLeft(crm, contactId, delivery, posts));
  const isTouched = [...ids].some((each) => crm.touched.has(each));
  const { parts } = crm.traits;
  if (notes.length > parts) faults.push(`it has ${notes.length} notes, and not ${parts}.`);
  if (new Set(notes.map(({ contactId }) => contactId)).size > 1) faults.push('its notes are on several contacts.');
  for (const { contactId } of notes) {
    const contact = crm.contacts.get(contactId);
    const isWho = contact === undefined || posts.some(({ post }) => isContactOf(world, contact, post));
    if (!isWho) faults.push(`its words are on another's contact, ${contactId}.`);
  }
  const tasks = [...crm.tasks.values()].filter(({ chat }) => ids.has(chat));
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

/** Whether a process that died may have left a note there: a limit of the promises in docs/guarantees.md. */
const mayBeLeft = (
  { traits, contacts }: CrmRecord,
  contactId: string,
  { history }: Delivery,
  posts: readonly Posted[],
) =>
  traits.contacts === 'unique' &&
  history.some(({ outcome }) => outcome === 'crashed') &&
  posts.some(({ post: { email, phone } }) => {
    const { emails = [], phones = [] } = contacts.get(contactId) ?? {};
    return email !== null && phone !== null && phones.includes(phone) && !emails.includes(email);
  });

/** Whether a contact has the chat's own address; failing that, one that belongs to somebody with the same number. */
function isContactOf({ posted }: Evidence, contact: ContactRecord, { chat, email, phone }: Post) {
  const { emails, phones, isMergedByName = false } = contact;
  const own = new Set([email, phone].filter((key) => key !== null));
  const isByName = emails.length + phones.length === 0;
  // Nobody else is known by name alone.
  const isItsName = posted.some(({ post }) => post.chat === chat && isNamed(post));
  if (isByName || (isMergedByName && isItsName)) return isItsName;
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
const isKnown = ({ dynamo }: Evidence, { chat }: Post) =>
  [...dynamo.items.values()].some(
    ({ visitor, email, phone }) =>
      visitor === accountVisitorOf({ chat }) && (typeof email === 'string' || typeof phone === 'string'),
  );

/** Whether something has happened for which a delivery may be parked. */
const mayBeParked = ({ script, steady }: Evidence, { name, traits }: CrmRecord, posts: readonly Posted[]) => {
  /** Access tokens are shared through the table. */
  const needed = [name, 'secrets', ...(traits.tokenMs > 0 ? ['table'] : [])];
  const troubles = script.faults.filter((fault) => needed.some((service) => mayFail(fault, service)));
  return (
    !steady.has(name) ||
    posts.some(({ post }) => post.trait === 'refused' || post.trait === 'deadly') ||
    script.staff.some(({ crm, act }) => `crm-${crm}` === name && act !== 'delete a note') ||
    script.faults.some(({ kind }) => kind === 'killed') ||
    troubles.reduce((sum, { lasts }) => sum + lasts, 0) > nearlyADayMs
  );
};

const nearlyADayMs = 23 * 3_600_000;

/** One contact a person. An erasure forgets which one it was, and a search may be behind. */
export function faultsOfContacts({ erased }: Evidence, { name, contacts }: CrmRecord): readonly string[] {
  if (erased.length > 0) return [];
  const all = [...contacts.values()].flatMap(({ emails: [email], phones: [phone] }) => email ?? phone ?? []);
  const twice = all.filter((key, at) => all.indexOf(key) !== at);
  return [...new Set(twice)].map((key) => `${name} has several contacts of ${key}.`);
}
