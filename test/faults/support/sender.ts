import { setTimeout as sleep } from 'node:timers/promises';
import type { Chat } from './chats.ts';
import type { Random } from './random.ts';

/** What the sender of a chat knows of it. Copies are counted from 0. */
export type Sent = {
  readonly chat: Chat;
  readonly copies: Set<number>;
  readonly acknowledged: Set<number>;
  /** HTTP statuses; 0 where there was no answer. */
  readonly statuses: number[];
  acknowledgedAt: number;
};

export type Sender = {
  /** By conversation. */
  readonly sent: ReadonlyMap<string, Sent>;
  readonly post: (body: string | Uint8Array, headers?: Readonly<Record<string, string>>) => Promise<number>;
  /** Sends a copy, the first unless told otherwise; answers whether it was acknowledged: with 200 and nothing else. */
  readonly send: (chat: Chat, copy?: number) => Promise<boolean>;
  /**
   * Plans to send a visitor's chats at the same moment, each as the hook may come: once, twice at once, twice a second
   * apart; and its further copies. What is refused is sent again for a while, or never again.
   */
  readonly asItComes: (chats: readonly Chat[], random: Random) => () => Promise<void>;
};

/** Longer than the front door keeps anybody waiting. */
const patience = 40_000;
const retries = 15;
const retryAfter = 1500;

/** A real HTTP client, which keeps a journal. */
export function createSender(hookUrl: () => string): Sender {
  const sent = new Map<string, Sent>();

  const post: Sender['post'] = async (body, headers = {}) => {
    try {
      const response = await fetch(hookUrl(), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
        signal: AbortSignal.timeout(patience),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  };

  const entryOf = (chat: Chat): Sent => {
    const entry = sent.get(chat.id) ?? {
      chat,
      copies: new Set(),
      acknowledged: new Set(),
      statuses: [],
      acknowledgedAt: 0,
    };
    sent.set(chat.id, entry);
    return entry;
  };

  const send: Sender['send'] = async (chat, copy = 0) => {
    const entry = entryOf(chat);
    entry.copies.add(copy);
    const status = await post(chat.copies[copy]?.body ?? '');
    entry.statuses.push(status);
    if (status !== 200) return false;
    entry.acknowledged.add(copy);
    entry.acknowledgedAt = Date.now();
    return true;
  };

  const asItComes: Sender['asItComes'] = (chats, random) => {
    const plans = chats.map((chat) => ({
      chat,
      times: random.pick(['once', 'once', 'once', 'at once', 'apart']),
      again: random.chance(0.5) ? retries : 0,
      pauses: chat.copies.map(() => random.between(0, 4000)),
    }));

    const carryOut = async ({ chat, times, again, pauses }: (typeof plans)[number]) => {
      for (const copy of chat.copies.keys()) {
        if (copy > 0) await sleep(pauses[copy]);
        const twin = times === 'at once' ? [send(chat, copy)] : [];
        const [acknowledged] = await Promise.all([send(chat, copy), ...twin]);
        if (times === 'apart') await sleep(1000).then(() => send(chat, copy));
        for (let left = again; left > 0 && !acknowledged; left -= 1) {
          await sleep(retryAfter);
          if (await send(chat, copy)) break;
        }
      }
    };
    return async () => {
      await Promise.all(plans.map(carryOut));
    };
  };

  return { sent, post, send, asItComes };
}

/** Carries out each plan at some time within `period` milliseconds. */
export async function within(
  period: number,
  random: Random,
  plans: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const starts = plans.map((plan) => ({ plan, at: random.between(0, period) }));
  await Promise.all(starts.map(({ plan, at }) => sleep(at).then(plan)));
}
