import { type Evidence, wordsIn } from './evidence.ts';
import type { Erased } from './operators.ts';
import { byChat, firstOf, idsOf, isAcknowledged, keyOf, type Posted } from './posted.ts';
import { markOf, visitorIdOf } from './smartsupp.ts';

/** Whether an erasure may take such a chat away. */
export const mayConcern = ({ email, visitor }: Erased['who'], posts: readonly Posted[]) =>
  posts.some(
    ({ post }) =>
      (visitor === undefined ? post.email === email || post.email === null : true) ||
      `1:${visitorIdOf(post)}` === visitor,
  );

/** Receive may take so long until a chat is on the queue, and fetch. */
const receiveMs = { hook: 20_000, api: 60_000 };

/** Nothing is left of a chat that was there, and was named, when its erasure began. */
export function faultsOfErasures(world: Evidence): readonly string[] {
  return world.erased.flatMap(({ who, runs, endedAt }) => {
    const last = runs.at(-1);
    if (endedAt === undefined || last === undefined) return ['An erasure does not end.'];
    const startedAt = last.at;
    const isTheirs = ({ post }: Posted) =>
      who.email === undefined ? `1:${visitorIdOf(post)}` === who.visitor : post.email === who.email;
    // An index may not have what came just before.
    const isKnown = ({ at, post }: Posted) =>
      at < startedAt - receiveMs[post.source] - world.script.stack.indexLagMs || at > startedAt;
    // Copies that come while it is erased are dropped if it is in the table, and else may be a chat of their own.
    const isDue = (posts: readonly Posted[]) =>
      isRecognised(posts) &&
      !isIn(last.unindexed, posts) &&
      (runs.some(({ stored }) => isIn(stored, posts)) ||
        (posts.some((each) => isAcknowledged(each) && each.at < startedAt) &&
          posts.every(({ at }) => at < startedAt || at > endedAt)));
    // A source that tells of an erased chat for the first time tells of a new chat: nothing is left to recognise it by.
    const isRecognised = (posts: readonly Posted[]) =>
      posts.every(
        (later) =>
          later.at < startedAt || posts.some(({ at, post }) => at < startedAt && post.source === later.post.source),
      );
    const chats = byChat(world.posted).filter((posts) => posts.every(isKnown) && isDue(posts));
    const theirs = chats.filter((posts) => posts.every(isTheirs));
    // Of the same browser, and nothing says that it is somebody else's.
    const nameless = chats.filter(
      (posts) =>
        posts.every(({ post }) => post.email === null && post.phone === null) &&
        theirs.some(
          (others) =>
            visitorIdOf(firstOf(others)) === visitorIdOf(firstOf(posts)) &&
            runs.some((run) => [posts, others].every((each) => isFound(run, each))),
        ),
    );
    return [...theirs, ...nameless].flatMap((posts) => faultsOfErased(world, posts));
  });
}

const isIn = (keys: ReadonlySet<string>, posts: readonly Posted[]) =>
  idsOf(posts).some((id) => keys.has(`${keyOf(id)}CHAT`));

const isFound = ({ stored, unindexed }: Erased['runs'][number], posts: readonly Posted[]) =>
  isIn(stored, posts) && !isIn(unindexed, posts);

function faultsOfErased({ dynamo, queue, deadLetters, crms, erased }: Evidence, posts: readonly Posted[]) {
  // By this run of the command or an earlier one.
  const left = erased.map((each) => each.left).join();
  const post = firstOf(posts);
  const ids = idsOf(posts);
  const id = ids.join();
  const faults: string[] = [];
  for (const [key, item] of dynamo.items) {
    if (!ids.some((each) => key.startsWith(keyOf(each)))) continue;
    if (!key.endsWith(' CHAT') || item['email'] !== undefined || item['body'] !== undefined)
      faults.push(`${id} was erased, and the table has ${key}.`);
  }
  for (const message of [...queue.messages.values(), ...deadLetters.messages.values()]) {
    if (wordsIn(message, dynamo).includes(markOf(post))) faults.push(`${id} was erased, and a queue has its words.`);
  }
  for (const crm of crms) {
    const hasNote = [...crm.notes.values()].some(({ body }) => body.includes(markOf(post)));
    if (hasNote && !ids.some((each) => left.includes(each)))
      faults.push(`${id} was erased, and ${crm.name} has its words.`);
  }
  return faults;
}
