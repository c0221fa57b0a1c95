import type { Config } from '../config/config.ts';
import { plain } from '../conversation/clean-text.ts';
import { emailsIn, emailsOf, phonesIn, plausiblePhone } from '../conversation/contact-details.ts';
import { type FoundBy, identifyingId, isIdentifying, type MatchKeys } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';

/** Everything that a visitor left to be recognised by. */
export type Identity = MatchKeys & {
  /** The addresses after the first. */
  readonly otherEmails: readonly string[];
  /** A number that cannot be parsed, as typed, if it looks like a number. */
  readonly typedPhone: string | null;
  /** An address or a number was typed, but neither can be parsed. */
  readonly isUnreadable: boolean;
  /** The keys in the visitor's own messages: they count if nothing else identifies the visitor. */
  readonly inWords: MatchKeys;
};

export type IdentityOf = (conversation: Conversation) => Promise<Identity>;

const nothing: MatchKeys = { email: null, phone: null };

/**
 * Reads a visitor's address and number: from the fields, where a pre-chat form leaves them, or else from the visitor's
 * own words. A number without a country's prefix is one of the shop's country, or else of the visitor's.
 */
export const createIdentityOf =
  ({ variables, phoneRegion, contactFromWords }: IdentitySettings): IdentityOf =>
  async (conversation) => {
    const { visitor } = conversation;
    const countries = [phoneRegion ?? null, visitor.countryCode];
    const [email = null, ...otherEmails] = emailsOf(visitor.email);
    const typed = [variables.phone, 'phone']
      .flat()
      .flatMap((name) => visitor.variables.filter(({ key }) => key === name))
      .flatMap(({ value }) => (typeof value === 'boolean' ? [] : String(value)));
    const phone = await firstPhone(typed, countries);
    const isTyped = [visitor.email ?? '', ...typed].some(isSomething);
    const isRead = email !== null || phone !== null;
    return {
      email,
      phone,
      otherEmails,
      typedPhone: phone === null ? (typed.map(plausiblePhone).find((text) => text !== null) ?? null) : null,
      isUnreadable: isTyped && !isRead,
      inWords: contactFromWords && !isRead ? await inWords(conversation, countries) : nothing,
    };
  };

export type IdentitySettings = Pick<Config, 'variables'> & {
  /** The shop's country, such as `CZ`. */
  readonly phoneRegion?: string | undefined;
  readonly contactFromWords: boolean;
};

/** The keys that the table keeps of a chat. */
export const foundBy = ({ email, phone, inWords }: Identity): FoundBy =>
  isIdentifying({ email, phone }) || !isIdentifying(inWords) ? { email, phone } : { ...inWords, isFromWords: true };

/**
 * Identifies a visitor who left no address by the latest one in another of their chats, or else by the latest phone
 * number. Addresses that were only typed in the words of a chat, in this one or else in another, count last.
 */
export async function identifyBy(own: Identity, others: Promise<readonly FoundBy[]>): Promise<Identity> {
  if (own.email !== null) return own;
  const chats = await others;
  const last = (name: 'email' | 'phone', isFromWords: boolean) =>
    chats.findLast((chat) => chat[name] !== null && (chat.isFromWords ?? false) === isFromWords)?.[name] ?? null;
  const email = last('email', false);
  const phone = own.phone ?? (email === null ? last('phone', false) : null);
  if (email !== null || phone !== null) return { ...own, email, phone };
  if (isIdentifying(own.inWords)) return own;
  return { ...own, inWords: { email: last('email', true), phone: last('phone', true) } };
}

async function firstPhone(typed: readonly string[], countries: readonly (string | null)[]): Promise<string | null> {
  for (const text of typed) {
    const [phone] = await phonesIn(text.slice(0, maxFieldLength), countries);
    if (phone !== undefined) return phone;
  }
  return null;
}

/** The first of each in the visitor's messages that nobody else in the chat has written: that could be the shop's. */
async function inWords({ messages }: Conversation, countries: readonly (string | null)[]): Promise<MatchKeys> {
  const said = (isVisitor: boolean) =>
    messages
      .filter(({ speaker }) => speaker !== 'system' && (speaker === 'visitor') === isVisitor)
      .map(({ text }) => text)
      .join('\n');
  const theirs = said(true);
  const others = said(false);
  const emails = new Set(emailsIn(others));
  const email = emailsIn(theirs).find((each) => !emails.has(each)) ?? null;
  const phones = await phonesIn(theirs.slice(0, maxWordsLength), countries);
  const phonesOfOthers = phones.length === 0 ? [] : await phonesIn(others.slice(0, maxWordsLength), countries);
  return { email, phone: phones.find((each) => !phonesOfOthers.includes(each)) ?? null };
}

/** Shops' scripts put placeholders into empty fields. */
const isSomething = (typed: string) => {
  const text = plain(typed).trim();
  return /[\p{L}\p{N}]/u.test(text) && identifyingId(text) !== null && !/^n\/?a$/i.test(text);
};

/** In characters. Looking for numbers takes about a second per megabyte. */
const maxFieldLength = 500;
const maxWordsLength = 20_000;
