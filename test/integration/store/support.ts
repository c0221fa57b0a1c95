import { contentHash } from '../../../lambda/conversation/content-hash.ts';
import { revisionOf } from '../../../lambda/conversation/revision.ts';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import type { ProbedTable } from '../../support/probed-table.ts';

/** A part of the store's tests, run on each DynamoDB that there is. */
export type StoreTests = (table: () => ProbedTable) => void;

export const retention = { retentionDays: 30 };

export type Clock = { readonly now: () => Date; readonly pass: (seconds: number) => void };

export function createClock(start = '2026-05-01T08:00:00Z'): Clock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}

let lastChannel = 0;
/** Every test has a chat of its own. */
export const newChannel = () => {
  lastChannel += 1;
  return lastChannel;
};

type Parts = {
  readonly rating?: number | null;
  readonly receivedAt?: string;
  readonly visitorId?: number | string | null;
  readonly email?: string | null;
};

/** A copy of a chat as it is recorded. */
export function copyOf(channelId: number, words: readonly string[], parts: Parts = {}): Recording {
  const { rating = null, receivedAt = '2026-05-01T08:00:00Z', visitorId = 7, email = 'Eva@Example.com' } = parts;
  const body = JSON.stringify({
    accountId: 208,
    channel: { id: channelId, rating },
    visitor: { id: visitorId, email },
    messages: words.map((content) => ({ type: 'visitor', content })),
  });
  return recordingOf(body, new Date(receivedAt));
}

export function recordingOf(body: string, receivedAt: Date): Recording {
  const conversation = readConversation(body);
  if (conversation === undefined) throw new Error('the fixture is no chat');
  const revision = revisionOf(conversation, receivedAt);
  return {
    conversation,
    contentHash: contentHash(conversation),
    revision,
    phone: null,
    body,
    receivedAt,
    firstAttempts: { by: 'somebody', destinations: [], at: receivedAt.toISOString(), until: receivedAt.toISOString() },
    isLikelyKept: false,
  };
}
