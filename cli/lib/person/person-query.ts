import { plain } from '../../../lambda/conversation/clean-text.ts';
import { emailsIn, normaliseEmail, phonesIn } from '../../../lambda/conversation/contact-details.ts';
import { accountVisitor, visitorKey } from '../../../lambda/conversation/match-keys.ts';
import { readSources } from '../../../lambda/smartsupp/body/body.ts';
import { UsageError } from '../terminal/errors.ts';

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
