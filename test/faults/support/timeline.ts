import type { Item } from '../../../lambda/store/table.ts';
import { firstOf, type Posted } from '../../simulation/posted.ts';
import type { Post } from '../../simulation/script.ts';
import { chatId, markOf } from '../../simulation/smartsupp.ts';
import type { Call, Trouble } from './bad-line.ts';
import type { Stage } from './stage.ts';

export type Seen = { readonly at: number; readonly what: string };

/** Before a broken promise. */
export const brokenMark = '✗';

/** What client and HubSpot saw, what died, and what the functions logged, in its order. */
export function allSeen({ calls, stack }: Stage, posted: readonly Posted[]): readonly Seen[] {
  return [
    ...posted.map(({ at, post }) => ({ at, what: `client posts ${told(post)}` })),
    ...posted.map(({ by, post, status }) => ({
      at: by,
      what: `client is answered ${status ?? 'not at all'} for ${told(post)}`,
    })),
    ...calls.map(({ at, call, trouble }) => ({ at, what: `HubSpot ${inWords(call, trouble)}` })),
    ...stack.killed.map(({ at, part }) => ({ at, what: `${part} is killed` })),
    ...stack.logs().flatMap(logged),
  ].toSorted((one, other) => one.at - other.at);
}

/** Those of one chat, with whatever died meanwhile, and what is left of it in the table. */
export function timelineOf(posts: readonly Posted[], seen: readonly Seen[], items: readonly Item[]): readonly string[] {
  const own = seen.filter(({ what }) => isAbout(posts, what));
  const isNear = (death: Seen) => own.some(({ at }) => at <= death.at && death.at < at + nearMs);
  const lines = seen.filter((each) => own.includes(each) || (isDeath(each) && isNear(each)));
  const from = own[0]?.at ?? 0;
  const left = items
    .filter(({ pk, sk }) => isAbout(posts, String(pk)) && String(sk).startsWith('DELIVERY#'))
    .map(({ sk, delivery }) => {
      const { state, reason, contactId, logId, inDoubt, attempts, revision } = Object(delivery);
      return `in the table, ${sk}: ${JSON.stringify({ state, reason, contactId, logId, inDoubt, attempts, revision })}`;
    });
  return [...lines.map(({ at, what }) => `${String(at - from).padStart(7)} ms ${shortened(what)}`), ...left];
}

/** Whether a text names a chat, or an address of it. */
export function isAbout(posts: readonly Posted[], text: string): boolean {
  const { chat } = firstOf(posts);
  const keys = [markOf({ chat }), ...posts.flatMap(({ post: { email, phone } }) => [email ?? [], phone ?? []].flat())];
  return keys.some((key) => text.includes(key)) || new RegExp(`\\b1[:#]${chat}\\b`).test(text);
}

/** A death matters so long after something of the chat. */
const nearMs = 2000;
const isDeath = ({ what }: Seen) => what.endsWith(' is killed');

/** A batch is long, and the file has all of it. */
const shortened = (what: string) => (what.length > maxLength ? `${what.slice(0, maxLength)}…` : what);
const maxLength = 300;

/** A copy, by what tells it from others. */
function told(post: Post): string {
  const { messages, outcome, rating, email, phone, trait } = post;
  const parts = [`${messages} messages`, outcome, rating === null ? [] : `rated ${rating}`, email ?? [], phone ?? []];
  return `${chatId(post)} (${[...parts, trait === 'plain' ? [] : trait].flat().join(', ')})`;
}

function inWords({ method, path, text }: Call, { delayMs = 0, refused, spoilt }: Trouble): string {
  const answer = (what: string | { readonly status: number }) => (typeof what === 'object' ? what.status : what);
  const how = [
    delayMs > 0 ? `${Math.round(delayMs)} ms on its way` : [],
    refused === undefined ? [] : `not done, answered ${answer(refused)}`,
    spoilt === undefined ? [] : `done, answered ${answer(spoilt)}`,
  ].flat();
  return `${[`is sent ${method} ${decodeURIComponent(path)}`, ...how].join(', ')} ${text}`;
}

/** A line of a function's log. Others, and half a line of one that died, tell nothing. */
function logged(line: string): readonly Seen[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [];
  const {
    service,
    message,
    timestamp,
    level: _,
    version: __,
    requestId: ___,
    coldStart: ____,
    ...about
  } = JSON.parse(line);
  return timestamp === undefined
    ? []
    : [{ at: Date.parse(timestamp), what: `${service} logs "${message}" ${JSON.stringify(about)}` }];
}
