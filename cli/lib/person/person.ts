import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { PersonContact } from '../../../lambda/store/contacts.ts';
import { plural } from '../terminal/output.ts';
import type { OtherSource } from './other-source.ts';

export type Person = {
  readonly chats: readonly PersonChat[];
  /** Chats whose erasure crashed: their bodies are deleted, but not yet their keys. */
  readonly halfErased: readonly string[];
  /** In the CRMs, found by every key in the chats. */
  readonly contacts: readonly PersonContact[];
  readonly personKeys: readonly string[];
  readonly bodies: readonly LooseBody[];
  /** Other people's chats that mention them. */
  readonly mentions: readonly string[];
  readonly looked: LookedThrough;
};

/** How much was read to find them. */
export type LookedThrough = {
  readonly chats: number;
  /** Refused ones, and those that wait for the queue. */
  readonly bodies: number;
  /** On the queues; undefined if these were left alone. */
  readonly messages: number | undefined;
  /** On the queue, but in the hands of a function or hidden until later. */
  readonly inFlight: number;
};

export type PersonChat = OtherSource & {
  readonly conversationId: string;
  /** Chats found by `browser` can only be found through the person's others. */
  readonly foundBy: 'person' | 'browser';
  readonly receivedAt: Date;
  readonly body: string;
  /** The newest, which may be from another copy than the body. */
  readonly rating: Conversation['rating'];
  readonly deliveries: readonly Delivery[];
};

export type LooseBody = {
  readonly where: 'rejected' | 'spooled' | 'claim check' | 'queue' | 'dead letters';
  readonly body: string;
  /** Absent for queues, whose messages are deleted during the visit. */
  readonly inTable?: { readonly partition: string; readonly remove: () => Promise<void> };
};

/** `1 chat, 1 refused body, 2 bodies still on the queue`; `nothing`. */
export const counted = ({ chats, bodies }: Pick<Person, 'chats' | 'bodies'>): string =>
  [...(chats.length > 0 ? [plural(chats.length, 'chat')] : []), ...bodiesCounted(bodies)].join(', ') || 'nothing';

export function bodiesCounted(bodies: readonly Pick<LooseBody, 'where'>[]): readonly string[] {
  const refused = bodies.filter(({ where }) => where === 'rejected').length;
  const queued = bodies.length - refused;
  return [
    ...(refused > 0 ? [plural(refused, 'refused body', 'refused bodies')] : []),
    ...(queued > 0 ? [plural(queued, 'body still on the queue', 'bodies still on the queue')] : []),
  ];
}

/** Longer than a message whose function died stays hidden. */
const hiddenMinutes = 7;

/** `Looked through 1,200 chats, 3 other bodies and 12 messages on the queues.` */
export const lookedText = ({ chats, bodies, messages, inFlight }: LookedThrough): string => {
  const parts = [
    plural(chats, 'chat'),
    plural(bodies, 'other body', 'other bodies'),
    ...(messages === undefined ? [] : [plural(messages, 'message on the queues', 'messages on the queues')]),
  ];
  const text = `Looked through ${new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(parts)}.`;
  if (inFlight === 0) return text;
  const these = inFlight === 1 ? 'it is' : 'they are';
  return `${text} ${plural(inFlight, 'more message')} could not be read, as ${these} being delivered: run the same command again in ${hiddenMinutes} minutes.`;
};

/** Names the chats of other people that hold this person's address or number. */
export const mentionLines = (mentions: readonly string[]): readonly string[] =>
  mentions.length === 0
    ? []
    : [
        `Named in ${plural(mentions.length, 'chat')} of somebody else, which ${mentions.length === 1 ? 'stays' : 'stay'}: ${mentions.join(', ')}. Read them with show.`,
      ];
