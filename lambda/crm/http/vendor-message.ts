const maxReadLength = 2000;
const maxQuoteLength = 300;
/** A fragment of this length that was also sent is not a coincidence. */
const echoLength = 8;

/**
 * A vendor's message, safe to log: one line, cut short, without anything that we sent, since vendors quote it.
 * @param body the answer, parsed if it was JSON
 * @param sent every text in the request: body values, path segments, query values
 */
export function safeVendorMessage(body: unknown, sent: readonly string[]): string {
  const message = (typeof body === 'string' ? body : messageOf(body)).slice(0, 8 * maxReadLength);
  const words = hideEchoes(plainText(message).slice(0, maxReadLength), sent.map(plainText));
  const quote = words.length <= maxQuoteLength ? words : `${words.slice(0, maxQuoteLength).toWellFormed()}…`;
  const scopes = scopesIn(body).filter((scope) => !sent.includes(scope));
  if (scopes.length === 0) return quote;
  return [quote.replace(/\.$/, ''), `Scopes: ${scopes.join(', ')}`].filter(isText).join('. ');
}

/** Characters to scan for one answer: about a second of CPU. */
const maxWork = 20_000_000;

/** Scans equal bodies once. If all differ and the request was large, the last ones get no message. */
export function createSafeVendorMessage(sentTexts: () => readonly string[]): (body: unknown) => string {
  const known = new Map<string, string>();
  let sent: readonly string[] | undefined;
  return (body) => {
    sent ??= sentTexts();
    const key = JSON.stringify(body) ?? '';
    const work = (known.size + 1) * sent.reduce((length, text) => length + text.length, 0);
    const words = known.get(key) ?? (known.size > 0 && work > maxWork ? '' : safeVendorMessage(body, sent));
    known.set(key, words);
    return words;
  };
}

/** Fields with the message, the most specific first: RFC 9457, OAuth, and the CRMs here. */
const messageFields = ['message', 'error_description', 'detail', 'title', 'error', 'description'];
const codeFields = ['category', 'errorType', 'errorCode', 'code', 'policyName'];
/** Fields with the message about a single field, as in Zendesk and Freshdesk. */
const innerFields = ['details', 'errors'];

function messageOf(body: unknown): string {
  if (Array.isArray(body)) return messageOf(body[0]);
  if (typeof body !== 'object' || body === null) return '';
  const fields = new Map<string, unknown>(Object.entries(body));
  const textsOf = (names: readonly string[]) => names.map((name) => fields.get(name)).filter(isText);
  const [first = '', ...others] = textsOf(messageFields).map(withoutJson);
  // Zendesk may send a code here; a message has spaces.
  const general = [first, ...others].find((text) => text.includes(' ')) ?? first;
  const inner = innerFields.map((name) => messageOf(fields.get(name))).find(isText) ?? '';
  const told = general.includes(inner) ? general : [general, inner].filter(isText).join(separator(general));
  const words = told || ([...fields.values()].map(messageOf).find(isText) ?? '');
  const [code] = textsOf(codeFields);
  return code === undefined || words.includes(code) ? words : `${words.replace(/\.$/, '')} (${code})`.trim();
}

const separator = (general: string) => (/[.!?:]$/.test(general) ? ' ' : ': ');

/** HubSpot appends its property errors as JSON, each twice: keeps the readable part with the property names. */
function withoutJson(text: string): string {
  const start = text.search(/[[{]\s*[{"]/);
  if (start < 0) return text;
  try {
    const parsed: unknown = JSON.parse(text.slice(start));
    const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    const said = [...new Set(items.map(itemMessage).filter(isText))].join('; ');
    return said === '' ? text : text.slice(0, start) + said;
  } catch {
    return text;
  }
}

function itemMessage(item: unknown): string {
  const { name, message } = fieldsOf(item);
  if (!isText(message)) return '';
  return isText(name) && !message.includes(name) ? `${name}: ${message}` : message;
}

/** The scopes that HubSpot requires. They are shown unchanged, although a path may contain the same word. */
function scopesIn(body: unknown): readonly string[] {
  const { errors } = fieldsOf(body);
  const contexts = [body, ...(Array.isArray(errors) ? errors : [])].map((each) => fieldsOf(fieldsOf(each).context));
  const lists = contexts.map(({ requiredGranularScopes, requiredScopes }) => requiredGranularScopes ?? requiredScopes);
  const scopes = lists.flat().filter((scope): scope is string => isText(scope) && /^[a-z][\w.-]{1,79}$/.test(scope));
  return [...new Set(scopes)].slice(0, 10);
}

type Fields = Readonly<
  Partial<Record<'name' | 'message' | 'errors' | 'context' | 'requiredGranularScopes' | 'requiredScopes', unknown>>
>;

const fieldsOf = (value: unknown): Fields => Object(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function plainText(text: string): string {
  return text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Replaces with `…` every value that we sent, every long fragment of one, and every e-mail address. */
function hideEchoes(words: string, sent: readonly string[]): string {
  const hidden = new Array<boolean>(words.length).fill(false);
  const hide = (start: number, length: number) => hidden.fill(true, start, start + length);
  for (const { index, 0: address } of words.matchAll(/[^\s"'<>()[\]{},:;=]+@[^\s"'<>()[\]{},:;=]+/g)) {
    hide(index, address.length);
  }
  const haystack = foldCase(words);
  const fragments = fragmentsOf(haystack);
  for (const value of sent.map(foldCase)) {
    for (const at of wholeMatches(haystack, value)) hide(at, value.length);
    for (let at = 0; at + echoLength <= value.length; at += 1) {
      const fragment = value.slice(at, at + echoLength);
      for (const start of fragments.get(fragment) ?? []) hide(start, echoLength);
      // Once is enough: a text of one repeated letter has the same fragment everywhere.
      fragments.delete(fragment);
    }
  }
  const kept = [...hidden.keys()].map((at) => (hidden[at] ? '\0' : words.charAt(at)));
  return kept.join('').replace(/\0+/g, '…');
}

/** Every fragment with its positions, so that megabytes of sent text are scanned once. */
function fragmentsOf(text: string): Map<string, readonly number[]> {
  const positions = Array.from({ length: Math.max(text.length - echoLength + 1, 0) }, (_, at) => at);
  return Map.groupBy(positions, (at) => text.slice(at, at + echoLength));
}

/** Lower case without moving any character: `İ` would become two, and `Σ` depends on its neighbours. */
const foldCase = (text: string) => text.replaceAll('İ', 'I').toLowerCase().replaceAll('ς', 'σ');

function wholeMatches(haystack: string, value: string): readonly number[] {
  const found: number[] = [];
  if (value.length < 2) return found;
  for (let at = haystack.indexOf(value); at >= 0; at = haystack.indexOf(value, at + 1)) {
    if (!isWordCharacter(haystack[at - 1]) && !isWordCharacter(haystack[at + value.length])) found.push(at);
  }
  return found;
}

const isWordCharacter = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
