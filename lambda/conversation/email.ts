import { plain } from './clean-text.ts';

/** The first address in an e-mail field, normalised, to recognise the visitor by. Null if there is none. */
export const normaliseEmail = (typed: string | null): string | null => emailsOf(typed)[0] ?? null;

/**
 * Every address in an e-mail field, whatever is written around it: a name, brackets, `mailto:`, another address. None if
 * a space may have got into the address itself (`jan novak@shop.cz`): the rest of it could be somebody else's.
 */
export function emailsOf(typed: string | null): readonly string[] {
  const text = plain(typed ?? '').trim();
  return /^(?!(?:e-?)?mail\s)[\p{Ll}\d._+-]+\s+[^\s@:<]+@\S+$/u.test(text) ? [] : emailsIn(text);
}

/**
 * Every address in a text, normalised (NFKC, lower-case), in order and each once. Only what CRMs take: a dot-atom before
 * the `@` (RFC 5322, 3.2.3), and a host name with a top-level domain after it. Linear in the length of the text.
 */
export function emailsIn(text: string): readonly string[] {
  const words = plain(text).split(/\s+/).map(withoutUrl);
  const parts = words.flatMap((word) => (word.includes('@') ? word.split(separators) : []));
  return [...new Set(parts.flatMap((part) => toAddress(part.toLowerCase()) ?? []))];
}

/** An `@` in a URL is not part of an address; `mailto:` has no slashes. */
const withoutUrl = (word: string) => word.split('://', 1)[0] ?? '';

/** Characters around and between addresses that no real address contains. */
const separators = /[\p{Cc}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{So}<>,;:"\\/|=*`、–—]+/u;

function toAddress(word: string): string | undefined {
  if (word.length > maxWordLength) return undefined;
  const [before = '', after = '', ...more] = word.split('@');
  const local = before.replace(/^[.'!?#&~^$%-]+/, '');
  // No host has one of these, but the query of a `mailto:` begins with one.
  const host = after.replace(/[!?#&].*$/s, '').replace(/[.'~^$%_-]+$/, '');
  const address = `${local}@${host}`;
  const isAddress =
    more.length === 0 && address.length <= maxAddressLength && localPart.test(local) && hostName.test(host);
  return isAddress ? address : undefined;
}

const atom = "[\\p{L}\\p{N}\\p{M}!#$%&'+?^_~-]+";
const localPart = new RegExp(`^(?=.{1,64}$)${atom}(?:\\.${atom})*$`, 'u');
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,61}[\\p{L}\\p{N}\\p{M}])?';
const hostName = new RegExp(`^(?:${label}\\.)+(?:\\p{L}[\\p{L}\\p{M}]{1,62}|xn--[a-z0-9-]{1,59})$`, 'u');

/** RFC 5321, 4.5.3.1.3, without the brackets. */
const maxAddressLength = 254;
/** Including anything that sticks to the address. */
const maxWordLength = 1000;

/** The domain of a normalised address; null if it belongs to a free-mail provider. */
export async function companyDomainOf(email: string): Promise<string | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  // Loaded when needed: the list is half as large as deliver's code.
  const { default: providers } = await import('email-providers/all.json', { with: { type: 'json' } });
  return moreProviders.has(domain) || providers.includes(domain) ? null : domain;
}

/** Free-mail providers in Smartsupp's home markets that the list lacks. */
const moreProviders = new Set(
  (
    'volny.cz atlas.cz tiscali.cz quick.cz iol.cz inmail.cz spoluzaci.cz chello.cz upcmail.cz hotmail.cz azet.sk ' +
    'zoznam.sk stonline.sk email.sk citromail.hu indamail.hu t-email.hu op.pl vp.pl tlen.pl telefonica.net'
  ).split(' '),
);
