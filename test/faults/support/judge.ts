import { partIn } from '../../../lambda/crm/notes/entry.ts';
import type { FakeHubspot } from '../../support/fake-hubspot.ts';
import type { FakeWebhookReceiver } from '../../support/fake-webhook-receiver.ts';
import { marksIn, scenarioOf } from './chats.ts';
import type { DeliveryRecord } from './records.ts';
import type { Sent } from './sender.ts';

/** What became of a scenario's chats. Counts, and the ids of whatever must not be. */
export type Verdict = {
  readonly chats: number;
  readonly acknowledged: number;
  /** Never acknowledged, however often they were sent. */
  readonly refused: number;
  /** What those were answered: status (0 for no answer) to how often. */
  readonly refusals: Readonly<Record<number, number>>;
  /** Refused, and in the CRM all the same: allowed, since it may have come so far. */
  readonly refusedYetThere: number;
  readonly inCrm: number;
  readonly parked: number;
  readonly held: number;
  /** Acknowledged, and neither whole in the CRM, in its newest copy, nor listed with a reason why not. */
  readonly lost: readonly string[];
  /** Acknowledged, and not at the webhook's receiver in its newest copy. */
  readonly lostToWebhook: readonly string[];
  readonly doubledNotes: readonly string[];
  readonly doubledContacts: readonly string[];
  /** Notes and contacts of nothing that was sent, or of somebody else. */
  readonly strangers: readonly string[];
  /** The longest that a whole chat took from its acknowledgement to HubSpot, in milliseconds. */
  readonly slowest: number;
};

/** What must be so of every scenario. */
export const nothingAmiss = { lost: [], lostToWebhook: [], doubledNotes: [], doubledContacts: [], strangers: [] };

export type Evidence = {
  readonly sent: ReadonlyMap<string, Sent>;
  readonly deliveries: readonly DeliveryRecord[];
  readonly hubspot: FakeHubspot;
  readonly receiver: FakeWebhookReceiver;
};

/** Compares what was sent with what the CRMs hold and what the ledger says. */
export function judge(scenario: string, { sent, deliveries, hubspot, receiver }: Evidence): Verdict {
  const ours = [...sent.values()].filter(({ chat }) => chat.scenario === scenario);
  const ids = (chats: readonly Sent[]) => chats.map(({ chat }) => chat.id);
  const stateOf = (id: string, state: string) =>
    deliveries.some(
      ({ conversationId, delivery, listed }) =>
        conversationId === id &&
        delivery.destination === 'hubspot' &&
        delivery.state === state &&
        // In words, and where people look for it.
        Boolean(delivery.reason) &&
        listed === state,
    );

  const notes = notesBy(scenario, hubspot);
  const isThere = ({ chat, copies, acknowledged }: Sent) => {
    const words = wordsOf(notes.get(chat.id) ?? []);
    return [...copies].some((copy) => copy >= newest(acknowledged) && isSame(words, chat.copies[copy]?.marks));
  };
  const received = wordsReceived(receiver);
  const wasReceived = ({ chat, copies, acknowledged }: Sent) =>
    [...copies].some(
      (copy) =>
        copy >= newest(acknowledged) &&
        received.get(chat.id)?.some((words) => isSame(words.toSorted(), chat.copies[copy]?.marks.toSorted())),
    );

  const acknowledged = ours.filter((entry) => entry.acknowledged.size > 0);
  const refused = ours.filter((entry) => entry.acknowledged.size === 0);
  const parked = ours.filter(({ chat }) => stateOf(chat.id, 'parked'));
  const held = ours.filter(({ chat }) => chat.email === null && stateOf(chat.id, 'held'));
  const kept = new Set([...parked, ...held]);
  const addresses = [...hubspot.contacts.values()]
    .map(({ properties }) => properties['email'] ?? '')
    .filter((email) => scenarioOf(email) === scenario);

  return {
    chats: ours.length,
    acknowledged: acknowledged.length,
    refused: refused.length,
    refusals: counts(refused.flatMap(({ statuses }) => statuses)),
    refusedYetThere: refused.filter(({ chat }) => notes.has(chat.id)).length,
    inCrm: ours.filter(isThere).length,
    parked: parked.length,
    held: held.length,
    lost: ids(acknowledged.filter((entry) => !isThere(entry) && !kept.has(entry))),
    lostToWebhook: ids(acknowledged.filter((entry) => !wasReceived(entry))),
    doubledNotes: [...notes].filter(([, parts]) => hasDoubles(parts.map(({ part }) => part))).map(([id]) => id),
    doubledContacts: [...new Set(addresses.filter((email, index) => addresses.indexOf(email) !== index))],
    strangers: [
      ...[...notes]
        .filter(([id, parts]) => parts.some(({ address }) => address !== sent.get(id)?.chat.email))
        .map(([id]) => id),
      ...addresses.filter((email) => !ours.some(({ chat }) => chat.email === email)),
    ],
    slowest: Math.max(
      0,
      ...[...notes].flatMap(([id, parts]) =>
        parts.map(({ createdAt }) => createdAt - (sent.get(id)?.acknowledgedAt ?? Date.now())),
      ),
    ),
  };
}

type Note = { readonly part: number; readonly text: string; readonly address: string; readonly createdAt: number };

/** The notes on the scenario's contacts, by conversation, or by a name of their own where they are of none. */
function notesBy(scenario: string, hubspot: FakeHubspot): ReadonlyMap<string, readonly Note[]> {
  const notes = new Map<string, Note[]>();
  for (const { id, properties, contactIds, createdAt } of hubspot.notes.values()) {
    const address = hubspot.contacts.get(contactIds[0] ?? '')?.properties['email'] ?? '';
    if (scenarioOf(address) !== scenario) continue;
    const text = properties['hs_note_body'] ?? '';
    const conversationId = /.*Smartsupp chat (\w+:\w+)/s.exec(text)?.[1] ?? '';
    const part = partIn(text, conversationId);
    const key = part === undefined ? `note ${id}` : conversationId;
    notes.set(key, [...(notes.get(key) ?? []), { part: part ?? 0, text, address, createdAt: Date.parse(createdAt) }]);
  }
  return notes;
}

/** A part that is there twice is another matter, and counts once here. */
const wordsOf = (notes: readonly Note[]): readonly string[] =>
  [...new Map(notes.map((note) => [note.part, note])).values()]
    .toSorted((a, b) => a.part - b.part)
    .flatMap(({ text }) => marksIn(text));

/** What the webhook's receiver got of each conversation: the words of each copy. */
function wordsReceived({ received }: FakeWebhookReceiver): ReadonlyMap<string, readonly (readonly string[])[]> {
  const copies = new Map<string, (readonly string[])[]>();
  for (const { data } of received.values()) {
    copies.set(data.id, [...(copies.get(data.id) ?? []), marksIn(JSON.stringify(data))]);
  }
  return copies;
}

const newest = (copies: ReadonlySet<number>) => Math.max(-1, ...copies);

const isSame = (words: readonly string[], marks: readonly string[] | undefined) =>
  marks !== undefined && words.join() === marks.join();

const hasDoubles = (parts: readonly number[]) => new Set(parts).size !== parts.length;

function counts(statuses: readonly number[]): Readonly<Record<number, number>> {
  const result: Record<number, number> = {};
  for (const status of statuses) result[status] = (result[status] ?? 0) + 1;
  return result;
}
