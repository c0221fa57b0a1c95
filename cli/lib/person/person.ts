import { plain } from '../../../lambda/conversation/clean-text.ts';
import { emailsIn, normaliseEmail, phonesIn } from '../../../lambda/conversation/contact-details.ts';
import { accountVisitor, visitorKey } from '../../../lambda/conversation/match-keys.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { readSources } from '../../../lambda/smartsupp/body.ts';
import type { PersonContact } from '../../../lambda/store/contacts.ts';
import { UsageError } from '../terminal/errors.ts';
import { plural } from '../terminal/output.ts';
import type { OtherSource } from './other-source.ts';

export type PersonOptions = {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly visitor?: string | undefined;
};

export type PersonQuery = {
  /** `email#…`, `phone#…` or `visitor#…`. */
  readonly personKey: string;
  /**
   * Whether a body names them, in any field or message, in any spelling.
   * @param countries whose a number without a country code may be
   */
  readonly isNamedIn: (body: string, countries: readonly (string | null)[]) => Promise<boolean>;
};

/** Throws UsageError unless exactly one option is given, and well formed. */
export function readPersonQuery({ email, phone, visitor }: PersonOptions): PersonQuery {
  const given = [email, phone, visitor].filter((each) => each !== undefined);
  if (given.length !== 1) throw new UsageError('Name the person by one of --email, --phone and --visitor.');
  if (email !== undefined) return byEmail(email);
  return phone === undefined ? byVisitor(visitor ?? '') : byPhone(phone);
}

function byEmail(typed: string): PersonQuery {
  const email = normaliseEmail(typed);
  if (email === null) throw new UsageError(`${JSON.stringify(typed)} is not an e-mail address.`);
  return {
    personKey: `email#${email}`,
    isNamedIn: async (body) => textsIn(body).some((text) => emailsIn(text).includes(email)),
  };
}

function byPhone(typed: string): PersonQuery {
  const number = typed.replace(/[\s().-]/g, '');
  if (!/^\+\d{6,15}$/.test(number)) throw new UsageError('Give the number with its country, such as +420601123456.');
  /** Enough of it to leave out most texts without reading their numbers. */
  const end = number.slice(-6);
  return {
    personKey: `phone#${number}`,
    isNamedIn: async (body, countries) => {
      for (const text of textsIn(body)) {
        if (!plain(text).replace(/\D/g, '').includes(end)) continue;
        if ((await phonesIn(text, countries)).includes(number)) return true;
      }
      return false;
    },
  };
}

function byVisitor(typed: string): PersonQuery {
  const [, account, id] = /^([^:]+):(.*\S.*)$/s.exec(typed) ?? [];
  if (account === undefined || id === undefined) {
    throw new UsageError(
      "Give the account and the visitor, such as 208:vi7Q: the account is what a chat's id begins with.",
    );
  }
  const visitor = `${account}#${id}`;
  return {
    personKey: visitorKey(visitor),
    isNamedIn: async (body) => [...visitorsIn(body), visitorIn(body, account)].includes(visitor),
  };
}

/** Every text in a body, without the escapes of JSON; a body that is not JSON is one text. */
function textsIn(body: string): readonly string[] {
  const value = parsed(body);
  if (value === undefined) return [body];
  const texts: string[] = [];
  const left: unknown[] = [value];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (typeof each === 'string' || typeof each === 'number') texts.push(String(each));
    else if (typeof each === 'object' && each !== null) left.push(...Object.keys(each), ...Object.values(each));
  }
  return texts;
}

/** The visitor of a chat, as each source that tells of it knows them: ids as `accountVisitor` has them. */
export function visitorsIn(body: string): readonly string[] {
  const { hook, api } = readSources(body) ?? {};
  return [hook, api].flatMap((conversation) => (conversation && accountVisitor(conversation)) ?? []);
}

/** The visitor named in a body that isn't a chat; in this account, if the body names none. */
function visitorIn(body: string, account: string): string | undefined {
  const { accountId, visitor } = Object(parsed(body));
  const id: unknown = Object(visitor).id;
  return id === undefined ? undefined : `${encodeURIComponent(String(accountId ?? account))}#${String(id)}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export type Person = {
  /** They were asked for by this. */
  readonly personKey: string;
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
