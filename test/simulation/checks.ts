import { type Delivery, isLeased } from '../../lambda/delivery/delivery.ts';
import { faultsOfChat, faultsOfContacts } from './chat-checks.ts';
import { faultsOfErasures } from './erasure-checks.ts';
import type { Evidence } from './evidence.ts';
import { byChat, isAChat } from './posted.ts';
import { mayFail } from './script.ts';
import { accountVisitorOf, chatId, markOf } from './smartsupp.ts';
import { isPending } from './transitions.ts';

/** What is wrong with a history at a quiet end, a line each; none if all promises were kept. */
export function faultsOf(world: Evidence, isRepaired: boolean): readonly string[] {
  return [
    ...world.violations,
    ...byChat(world.posted).flatMap((posts) => faultsOfChat(world, posts, isRepaired)),
    ...world.crms.flatMap((crm) => faultsOfContacts(world, crm)),
    ...faultsOfQueues(world, isRepaired),
    ...faultsOfRejected(world),
    ...faultsOfErasures(world),
    ...faultsOfFetching(world),
    ...faultsOfAnswers(world),
    ...(isRepaired ? [] : [...faultsOfCost(world), ...faultsOfWaiting(world)]),
    ...faultsOfTokens(world),
  ];
}

function faultsOfQueues({ dynamo, queue, deadLetters }: Evidence, isRepaired: boolean): readonly string[] {
  const faults: string[] = [];
  if (queue.messages.size > 0) faults.push(`${queue.messages.size} messages are left on the queue.`);
  if (isRepaired && deadLetters.messages.size > 0) faults.push(`${deadLetters.messages.size} dead letters are left.`);
  for (const [key, { listed, delivery }] of dynamo.items) {
    if (listed === 'spooled' || isPending(listed)) faults.push(`${key} is ${listed}.`);
    if (delivery !== undefined && isLeased(delivery as Delivery, new Date())) faults.push(`${key} is leased.`);
  }
  return faults;
}

/** What was refused is kept, and nothing else is. */
function faultsOfRejected({ posted, dynamo }: Evidence): readonly string[] {
  const kept = [...dynamo.items.values()].filter(({ listed }) => listed === 'rejected').length;
  const refused = new Set(posted.filter(({ status }) => status === 400).map(({ post }) => markOf(post))).size;
  const sent = new Set(posted.filter((each) => !isAChat(each)).map(({ post }) => markOf(post))).size;
  const wrong = posted.filter((each) => isAChat(each) && each.status === 400);
  return [
    ...(kept < refused || kept > sent ? [`${kept} bodies are kept as rejected, and ${refused} were refused.`] : []),
    ...wrong.map(({ post }) => `${chatId(post)} was refused.`),
  ];
}

/** Only if neither the queue nor the table could be asked is a chat not taken. */
const faultsOfAnswers = ({ script, start, posted }: Evidence) =>
  posted
    .filter(({ status }) => status === 503)
    .filter(({ at, post }) => {
      const fails = (service: string) =>
        script.faults.some(
          (fault) =>
            mayFail(fault, service) && start + fault.from < at + 20_000 && at <= start + fault.from + fault.lasts,
        );
      // What is refused, or too large for the queue, goes to the table.
      const needsTable = post.trait === 'rubbish' || post.trait === 'huge';
      return !fails('table') || !(needsTable || fails('queue'));
    })
    .map(({ post }) => `${chatId(post)} was answered 503 without need.`);

/** Whatever became of its event, each conversation was fetched as it is at Smartsupp in the end. */
const faultsOfFetching = ({ atSmartsupp, posted }: Evidence) =>
  [...atSmartsupp.values()].flatMap(({ post: { chat, messages, rating } }) => {
    const copies = posted.filter(({ post }) => post.chat === chat && post.source === 'api');
    // The rating of the latest copy is what counts.
    const rated = copies.filter(({ post }) => post.rating !== null).toSorted((one, other) => one.at - other.at);
    return [
      ...(copies.some(({ post }) => post.messages === messages) ? [] : [`chat ${chat} of Smartsupp was not fetched.`]),
      ...((rated.at(-1)?.post.rating ?? null) === rating ? [] : [`the last rating of chat ${chat} was not fetched.`]),
    ];
  });

/** @param isAnother whether it is another CRM's trouble, which is its own unless it takes long */
const isUndisturbed = (
  { faults, operators, staff, stack, posts }: Evidence['script'],
  isAnother: (crm: string) => boolean = () => false,
) =>
  operators.length === 0 &&
  staff.every(({ crm }) => isAnother(`crm-${crm}`)) &&
  faults.every(({ service, kind }) => isAnother(service) && kind !== 'slow' && kind !== 'late') &&
  stack.maxReceiveCount === 50 &&
  posts.every(({ trait }) => trait === 'plain');

/** With indexes that are five seconds behind, and nothing that fails. */
const maxWaitMs = 45_000;
/** The end of a hold is seen by the next sweep. */
const sweepMs = 60_000;

/** Nothing waits for long that nothing holds up. */
function faultsOfWaiting({ script, posted, dynamo }: Evidence): readonly string[] {
  if (script.stack.indexLagMs > 5_000 || script.stack.maxInFlight < 100) return [];
  return [...dynamo.items].flatMap(([key, { delivery }]) => {
    if (delivery === undefined) return [];
    const { destination, state, updatedAt, holdUntil } = delivery as Delivery;
    if (!isUndisturbed(script, (service) => /^crm-/.test(service) && service !== destination)) return [];
    const chat = Number(key.split(/[# ]/)[2]?.replace('co', ''));
    const last = posted.filter(({ post }) => accountVisitorOf(post) === accountVisitorOf({ chat })).map(({ at }) => at);
    const heldUntil = holdUntil === null ? 0 : Date.parse(holdUntil) + sweepMs;
    const waitedMs = Date.parse(updatedAt) - Math.max(...last, heldUntil);
    return waitedMs > maxWaitMs ? [`${key} is ${state} only after ${Math.round(waitedMs / 1000)} s.`] : [];
  });
}

/** What a history without a fault may cost: writes to the table, a copy and its deliveries. */
function faultsOfCost({ script, posted, dynamo, crms }: Evidence): readonly string[] {
  if (!isUndisturbed(script)) return [];
  // The first sweep notes that it has run.
  const most = 1 + posted.length * ((script.stack.api ? 6 : 1) + crms.length * 13);
  return dynamo.writes() > most ? [`${dynamo.writes()} writes are more than ${most}.`] : [];
}

/** Functions share a CRM's token, however many of them want one at once. */
const faultsOfTokens = ({ script, crms }: Evidence) =>
  crms
    .filter(({ name, needlessTokens }) => {
      const mayFailToShare = script.faults.some(
        (fault) =>
          ['table', 'secrets', 'functions'].some((service) => mayFail(fault, service)) ||
          (mayFail(fault, name) && ['lost', 'late', 'slow', 'bug'].includes(fault.kind)),
      );
      return needlessTokens() > 0 && !mayFailToShare && script.posts.every(({ trait }) => trait !== 'deadly');
    })
    .map(({ name, needlessTokens }) => `${name} was asked for ${needlessTokens()} tokens without need.`);
