import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wordsOf } from '../../simulation/adapter.ts';
import type { CrmRecord, Evidence } from '../../simulation/evidence.ts';
import { byChat, type Posted } from '../../simulation/posted.ts';
import type { CrmTraits, Fault, Post } from '../../simulation/script.ts';
import { scriptOf } from '../../simulation/seeds.ts';
import { bodyOf } from '../../simulation/smartsupp.ts';
import { createRandom, type Random } from './random.ts';
import type { Stage } from './stage.ts';
import { allSeen, isAbout, timelineOf } from './timeline.ts';

export type History = ReturnType<typeof createHistory>;

const traits: CrmTraits = { contacts: 'unique', searchLagMs: 0, batchSize: 100, parts: 1, followUps: true, tokenMs: 0 };

/** The posts of simulated scripts, sent to the running stack, and what is seen of them from outside. */
export function createHistory(stage: Stage) {
  const start = Date.now();
  const posted: Posted[] = [];
  const deaths = createRandom('deaths of receive');
  const dies = () => deaths.chance(0.02);

  async function post(one: Post): Promise<void> {
    const at = Date.now();
    const own = { post: one, at, by: Number.POSITIVE_INFINITY, status: undefined };
    posted.push(own);
    const status = await stage.sender.post(bodyOf(one));
    // A hook that is not durable by now is lost.
    if (dies()) stage.stack.signal('receive', 'SIGKILL');
    Object.assign(own, { by: Date.now(), status: status === 0 ? undefined : status });
  }

  async function evidence(): Promise<Evidence> {
    const items = await (await stage.records()).items();
    // Anything may have failed at any time of it.
    const faults = (['aws', 'functions'] as const).map(
      (service): Fault => ({
        service,
        kind: service === 'aws' ? 'refused' : 'killed',
        only: '',
        from: 0,
        lasts: Date.now() - start,
        percent: 100,
      }),
    );
    return {
      start,
      script: { ...scriptOf(0), posts: posted.map(({ post }) => post), faults, staff: [], operators: [] },
      posted,
      crms: [hubspotRecord(stage), receiverRecord(stage)],
      dynamo: { items: new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item])), writes: () => 0 },
      // Nothing may be left on them: the queue is waited for, and a dead letter is a chat that was lost.
      queue: { messages: new Map() },
      deadLetters: { messages: new Map() },
      atSmartsupp: new Map(),
      erased: [],
      steady: new Set(['hubspot', 'webhook']),
      violations: stage.hubspot.violations,
    };
  }

  return {
    /** Sends the posts of a random script, closer together than they are there, as chats and people of their own. */
    plan: (number: number, random: Random) => {
      const posts = scriptOf(Math.floor(random.between(1, 2 ** 31)))
        .posts.map((one) => ofItsOwn(one, number))
        .toSorted((one, other) => one.at - other.at);
      // Another copy may come while the first is being delivered.
      const again = posts.map(() =>
        Array.from({ length: random.pick([0, 0, 1, 2]) }, () => random.between(0, maxPauseMs)),
      );
      return async () => {
        const under: Promise<void>[] = [];
        for (const [index, one] of posts.entries()) {
          await sleep(Math.min(maxPauseMs, one.at - (posts[index - 1]?.at ?? one.at)));
          for (let time = 0; time < one.times; time += 1) under.push(post(one));
          for (const pauseMs of again[index] ?? []) under.push(sleep(pauseMs).then(() => post(one)));
        }
        await Promise.all(under);
      };
    },
    evidence,
    /** Writes down all that was seen; answers where. */
    write: (): string => {
      const file = join(mkdtempSync(join(tmpdir(), 'history-')), 'history.txt');
      writeFileSync(
        file,
        allSeen(stage, posted)
          .map(({ at, what }) => `${at - start} ms ${what}\n`)
          .join(''),
      );
      return file;
    },
    /** What was seen of each chat that a fault names. */
    timelines: ({ dynamo }: Evidence, faults: readonly string[]): readonly string[] => {
      const seen = allSeen(stage, posted);
      return byChat(posted)
        .map((posts) => ({ posts, own: faults.filter((fault) => isAbout(posts, fault)) }))
        .filter(({ own }) => own.length > 0)
        .map(({ posts, own }) => [...own, ...timelineOf(posts, seen, [...dynamo.items.values()])].join('\n'));
    },
  };
}

const maxPauseMs = 3000;

/** The same post as a hook of other people. A CRM and a function that somebody has to repair are for the simulation alone. */
function ofItsOwn(post: Post, number: number): Post {
  const isPlain = post.trait === 'refused' || post.trait === 'deadly';
  return {
    ...post,
    source: 'hook',
    chat: post.chat + 10 * number,
    email: post.email && `${post.email.split('@')[0]}-${number}@history.example`,
    phone: post.phone && `${post.phone.slice(0, -3)}${String(number).padStart(3, '0')}`,
    trait: isPlain ? 'plain' : post.trait,
  };
}

function hubspotRecord({ hubspot }: Stage): CrmRecord {
  const { contacts, notes, tasks } = hubspot.objects;
  const chatOf = (text: string | undefined) =>
    /.*Smartsupp (?:chat|follow-up) (\w+:\w+)/s.exec(text ?? '')?.[1] ?? 'no chat';
  return {
    name: 'hubspot',
    traits,
    touched: new Set(),
    needlessTokens: () => 0,
    contacts: new Map(
      contacts
        .list()
        .map(({ id, properties: { email, phone } }) => [
          id,
          { emails: email ? [email] : [], phones: phone ? [phone] : [] },
        ]),
    ),
    notes: new Map(
      notes
        .list()
        .map(({ id, contactIds: [contactId = ''], properties: { hs_note_body: text = '' } }) => [
          id,
          { chat: chatOf(text), contactId, body: `${wordsIn(text)}\n` },
        ]),
    ),
    tasks: new Map(tasks.list().map(({ id, properties }) => [id, { chat: chatOf(properties['hs_task_body']) }])),
  };
}

/** What a simulated CRM's note would say. */
function wordsIn(text: string): string {
  const messages = text.match(/chat\d+sayswordsofitsown\d+/g) ?? [];
  const rating = /(\d) of 5/.exec(text)?.[1];
  return wordsOf(
    messages.map((text) => ({ text })),
    rating === undefined ? null : Number(rating),
  );
}

/** What the receiver was told of each chat last. */
function receiverRecord({ receiver }: Stage): CrmRecord {
  return {
    name: 'webhook',
    traits: { ...traits, contacts: 'none', followUps: false },
    touched: new Set(),
    needlessTokens: () => 0,
    contacts: new Map(),
    notes: new Map(
      [...receiver.received.values()].map(({ data: { id, messages, rating } }) => [
        id,
        { chat: id, contactId: '', body: `${wordsOf(messages, rating?.score ?? null)}\n` },
      ]),
    ),
    tasks: new Map(),
  };
}
