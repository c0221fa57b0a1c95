import { hash } from 'node:crypto';
import { plain } from './clean-text.ts';
import type { Conversation, Instant } from './model.ts';

/**
 * Recognises one source's copy of a chat in the other's, since they share no id. Digests only: it holds no address,
 * name or words.
 */
export type Fingerprint = {
  readonly startedAt: Instant | null;
  /** When the visitor first wrote. */
  readonly wroteAt: Instant | null;
  /** The visitor's first lines, each as `<number of letters>|<digest>`. */
  readonly lines: readonly string[];
  /** Every address and number of the visitor. */
  readonly addresses: readonly string[];
  readonly name: string | null;
  /** More than a first name, which many people share. */
  readonly hasFullName: boolean;
};

/** `maybe`: nothing tells them apart, and too little shows that they are the same. */
export type Likeness = 'same' | 'maybe' | 'another';

const maxApartMs = 10_000;
/** If only a name and the words match. */
const maxApartByNameMs = 3_000;
/** Shorter texts are greetings, which people write alike. */
const minDistinctiveLetters = 20;
const maxLines = 5;

/**
 * Undefined if there is nothing to recognise the chat by.
 * @param addresses from `personKeys`
 */
export function fingerprintOf(
  { accountId, startedAt, visitor, messages }: Conversation,
  addresses: readonly string[],
): Fingerprint | undefined {
  const digest = (kind: string, text: string) =>
    hash('sha256', [accountId, kind, text].join('\0'), 'base64url').slice(0, 16);
  const written = messages.flatMap(({ speaker, text, sentAt }) => {
    // The sources describe files in different words.
    const words = speaker !== 'visitor' || text.includes('://') ? '' : comparable(text);
    return words === '' ? [] : [{ words, sentAt }];
  });
  const wroteAt = written[0]?.sentAt ?? null;
  if ((wroteAt ?? startedAt) === null || written.length + addresses.length === 0) return undefined;
  const name = comparable(visitor.name ?? '');
  return {
    startedAt,
    wroteAt,
    lines: written.slice(0, maxLines).map(({ words }) => `${words.length}|${digest('line', words)}`),
    addresses: addresses.map((address) => digest('address', address)),
    name: name === '' ? null : digest('name', name),
    hasFullName: /\S\s+\S/.test(visitor.name?.trim() ?? ''),
  };
}

/**
 * Only letters and digits, because the sources may differ in markup, spaces and signs. If there are none, the whole
 * text.
 */
function comparable(text: string): string {
  const words = plain(text).toLowerCase();
  return words.replace(/[^\p{L}\p{N}]/gu, '') || words.trim();
}

/** Compares one source's chat with a chat of the same account by the other source. */
export function likenessOf(one: Fingerprint, other: Fingerprint): Likeness {
  const apart = timesApart(one, other);
  const [firstLine, otherFirstLine] = [one.lines[0], other.lines[0]];
  if (!apart.some((ms) => ms <= maxApartMs)) return 'another';
  const hasSameAddress = one.addresses.some((address) => other.addresses.includes(address));
  // A copy with only a rating has no words.
  if (firstLine === undefined || otherFirstLine === undefined) return hasSameAddress ? 'same' : 'another';
  if (firstLine !== otherFirstLine) return 'another';
  if (hasSameAddress) return 'same';
  if (one.addresses.length > 0 && other.addresses.length > 0) return 'another';
  if (one.name !== null && other.name !== null && one.name !== other.name) return 'another';

  const hasSameName = one.name !== null && one.name === other.name;
  const hasSameFullName = hasSameName && one.hasFullName;
  const isDistinctive = lettersInCommon(one, other) >= minDistinctiveLetters;
  const isSameMoment = one.wroteAt !== null && one.wroteAt === other.wroteAt;
  // A time in whole seconds proves less.
  const isSameMillisecond = isSameMoment && !one.wroteAt.endsWith('.000Z');
  const isAtOnce = apart.every((ms) => ms <= maxApartByNameMs);
  const hasNoAddress = one.addresses.length + other.addresses.length === 0;
  const isSame =
    (isSameMillisecond && (hasSameName || isDistinctive)) ||
    (isSameMoment && hasSameFullName) ||
    (isAtOnce && hasSameFullName && isDistinctive && hasNoAddress);
  return isSame ? 'same' : 'maybe';
}

/** Between the starts, and between the first messages, if both have them. */
const timesApart = (one: Fingerprint, other: Fingerprint): readonly number[] =>
  [
    [one.startedAt, other.startedAt],
    [one.wroteAt, other.wroteAt],
  ].flatMap(([a, b]) => (a == null || b == null ? [] : [Math.abs(Date.parse(a) - Date.parse(b))]));

/** Counts the lines that both have; 0 if one of them differs. */
function lettersInCommon({ lines }: Fingerprint, other: Fingerprint): number {
  const common = lines.slice(0, other.lines.length);
  if (common.some((line, at) => line !== other.lines[at])) return 0;
  return common.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
}

/** The hook's ids are integers, the REST API's are not. */
export const isOfApi = (conversationId: string): boolean => !/:\d+$/.test(conversationId);
