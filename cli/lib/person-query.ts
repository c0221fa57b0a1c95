import { accountVisitor, normaliseEmail, visitorKey } from '../../lambda/conversation/match-keys.ts';
import type { Conversation } from '../../lambda/conversation/model.ts';
import { text, type ValuesOf } from './define-command.ts';
import { UsageError } from './terminal/errors.ts';

export const personOptions = {
  email: text('<address>', 'the person who left this address'),
  phone: text('<number>', 'with its country: +420601123456'),
  visitor: text('<account:visitor>', "Smartsupp's ids of the account and the visitor"),
};

export type PersonQuery = {
  /** `email#…`, `phone#…` or `visitor#…`. */
  readonly personKey: string;
  readonly isIn: (chat: { readonly conversation: Conversation; readonly phone: string | null }) => boolean;
  /** Whether a body that is not a chat names the person. */
  readonly isNamedIn: (body: string) => boolean;
};

/** Throws UsageError unless exactly one option is given, and well formed. */
export function readPersonQuery({ email, phone, visitor }: Partial<ValuesOf<typeof personOptions>>): PersonQuery {
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
    isIn: ({ conversation }) => normaliseEmail(conversation.visitor.email) === email,
    isNamedIn: (body) => body.toLowerCase().includes(email),
  };
}

function byPhone(typed: string): PersonQuery {
  const number = typed.replace(/[\s().-]/g, '');
  if (!/^\+\d{6,15}$/.test(number)) throw new UsageError('Give the number with its country, such as +420601123456.');
  // A body may have the number in any notation, and without the country.
  const significant = number.slice(-8);
  return {
    personKey: `phone#${number}`,
    isIn: ({ phone }) => phone === number,
    isNamedIn: (body) => body.replace(/[\s().-]/g, '').includes(significant),
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
    isIn: ({ conversation }) => accountVisitor(conversation) === visitor,
    isNamedIn: (body) => visitorIn(body, account) === visitor,
  };
}

/** The visitor whom a body that is no chat names, in this account if it names none. */
function visitorIn(body: string, account: string): string | undefined {
  try {
    const { accountId, visitor } = Object(JSON.parse(body));
    const id: unknown = Object(visitor).id;
    return id === undefined ? undefined : `${encodeURIComponent(String(accountId ?? account))}#${String(id)}`;
  } catch {
    return undefined;
  }
}
