import { createHmac, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import type { MetricName, Metrics } from '../platform/metrics.ts';
import { writeFetchRequest } from '../smartsupp/fetch-request.ts';
import { type Fields, isFields, toFields, toText } from '../smartsupp/lenient.ts';
import { answer, type KeepRejected, noHook, problem, refuse, unavailable } from './answers.ts';
import { decodeBody, type EncodedBody } from './request.ts';

type EventReceiverDependencies = {
  readonly accountId: string;
  readonly isAuthentic: (key: string | undefined) => boolean;
  /** The secret's text. */
  readonly readSecrets: () => Promise<string>;
  /** Puts a request on the fetch queue. Durable once the promise resolves. */
  readonly requestFetch: (message: string) => Promise<void>;
  readonly keepRejected: KeepRejected;
  /** Notes when a signed webhook came, for `doctor`. */
  readonly noteEvent: () => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
};

type Request = EncodedBody & Pick<APIGatewayProxyEventV2, 'pathParameters'>;

/**
 * Answers one of Smartsupp's signed webhooks: 200 once what it leads to is durable, and at once if it leads to nothing; 401
 * without a valid signature, 404 for a wrong key, 400 once a signed body that isn't an event is kept as rejected, and 503 if
 * nothing could be stored: Smartsupp sends it again. Metric filters in `infra/smartsupp-api.ts` match the log
 * messages.
 */
export function createEventReceiver(dependencies: EventReceiverDependencies) {
  const { isAuthentic, log, metrics } = dependencies;

  const handle = async (request: Request): Promise<APIGatewayProxyStructuredResultV2> => {
    if (!isAuthentic(request.pathParameters?.['key'])) return noHook;
    const secrets = await dependencies.readSecrets().catch((error: unknown) => {
      log.error('the shared secret cannot be read', errorFields(error));
    });
    if (secrets === undefined) return unavailable;
    // The signature covers the bytes as they came, compressed or not.
    const bytes = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
    if (!isSigned(bytes, request.headers?.['x-smartsupp-hmac'], sharedSecretsIn(secrets))) {
      log.warn('wrong signature', { bytes: bytes.length });
      return wrongSignature;
    }
    await dependencies.noteEvent().catch((error: unknown) => log.warn('an event was not noted', errorFields(error)));
    const decoded = await decodeBody(request);
    if (!decoded.ok) {
      const { reason, detail } = decoded;
      return refuse(dependencies, bytes, { ok: false, reason, detail, faults: [] }, noEvent);
    }
    const event = readEvent(parsed(decoded.text));
    if (event === undefined) return refuse(dependencies, bytes, notAnEvent, noEvent);
    return take(event, bytes);
  };

  async function take(event: SmartsuppEvent, bytes: Uint8Array): Promise<APIGatewayProxyStructuredResultV2> {
    const { accountId } = dependencies;
    const { name, wanted, id } = event;
    if (event.accountId !== null && event.accountId !== accountId) {
      log.warn('event of another account', { event: name });
      metrics.count('EventsOfOthers');
      return ignored;
    }
    if (wanted === undefined) {
      log.info('event counted', { event: name });
      metrics.count(name === 'unknown' ? 'EventsUnknown' : 'EventsIgnored');
      return ignored;
    }
    if (id === undefined) return refuse(dependencies, bytes, aboutNobody, noEvent);
    const asked = wanted.fetches === 'contact' ? { contactId: id } : { conversationId: id };
    try {
      await dependencies.requestFetch(writeFetchRequest({ accountId, why: name, ...asked }));
    } catch (error) {
      log.error('event not accepted: the queue did not take it', { event: name, ...errorFields(error) });
      return unavailable;
    }
    log.info('event accepted', { event: name, ...asked });
    metrics.count(wanted.metric);
    return answer(200, 'application/json', { status: 'accepted' });
  }

  return async (request: Request): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      return await handle(request);
    } finally {
      metrics.flush();
    }
  };
}

type Wanted = { readonly fetches: 'conversation' | 'contact'; readonly metric: MetricName };

/** The vendor's events, and what each makes us fetch. `null`: it is only counted. */
const events: Readonly<Record<string, Wanted | null>> = {
  'conversation.closed': { fetches: 'conversation', metric: 'EventsClosed' },
  'conversation.closed_by_contact': { fetches: 'conversation', metric: 'EventsClosedByContact' },
  'conversation.rated': { fetches: 'conversation', metric: 'EventsRated' },
  // A contact who leaves an address may have chats that are held.
  'contact.updated': { fetches: 'contact', metric: 'EventsContactUpdated' },
  'conversation.opened': null,
  'conversation.agent_assigned': null,
  'conversation.agent_unassigned': null,
  'conversation.agent_joined': null,
  'conversation.agent_left': null,
  'conversation.agent_replied': null,
  'conversation.contact_replied': null,
  'conversation.bot_replied': null,
  'conversation.message_delivered': null,
  'conversation.message_delivery_failed': null,
  'contact.created': null,
  'contact.acquired': null,
  'contact.banned': null,
  'contact.unbanned': null,
};

type SmartsuppEvent = {
  /** From the vendor's list, or `unknown`, because it is logged. */
  readonly name: string;
  /** Null if the event does not say. */
  readonly accountId: string | null;
  /** Undefined if the event leads to nothing. */
  readonly wanted: Wanted | undefined;
  /** Of what is wanted; undefined if the event has no usable one. */
  readonly id: string | undefined;
};

/** Reads an event, whatever its values' types; undefined if it is not an object. */
function readEvent(value: unknown): SmartsuppEvent | undefined {
  if (!isFields(value)) return undefined;
  const given = toText(value['event']) ?? '';
  const [, group = ''] = /^(visitor|app)\./.exec(given) ?? [];
  const known = Object.hasOwn(events, given) ? events[given] : undefined;
  const name = known === undefined ? (group === '' ? 'unknown' : `${group}.*`) : given;
  const wanted = known ?? undefined;
  const id = wanted && idIn(toFields(value['data']), wanted.fetches);
  return { name, accountId: toText(value['account_id']), wanted, id };
}

function idIn(data: Fields, kind: Wanted['fetches']): string | undefined {
  const own = data[kind];
  return [isFields(own) ? own['id'] : own, data[`${kind}_id`], data['id']]
    .flatMap((id) => (typeof id === 'string' || typeof id === 'number' ? (toText(id) ?? []) : []))
    .at(0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ignored = answer(200, 'application/json', { status: 'ignored' });

/** Smartsupp sends it again, so nothing is lost if the secret is stored late. */
const wrongSignature = problem({
  status: 401,
  title: 'Wrong signature',
  detail: 'X-Smartsupp-Hmac is not the HMAC-SHA256 of the body with a valid shared secret.',
});

const noEvent = 'Not an event of a chat';

const notAnEvent = { ok: false, reason: 'not-an-event', detail: 'The body is not a JSON object.', faults: [] } as const;

const aboutNobody = {
  ok: false,
  reason: 'no-id',
  detail: 'The event names no conversation and no contact by an id.',
  faults: [],
} as const;

/** The form of `X-Smartsupp-Hmac`: an HMAC-SHA256 in hex. */
const hex = /^[0-9a-f]{64}$/i;

/** Whether one of the shared secrets signed this body, in constant time: two are valid during a rotation. */
function isSigned(body: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  const text = signature?.trim() ?? '';
  if (!hex.test(text)) return false;
  const given = Buffer.from(text, 'hex');
  const signs = (secret: string) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given);
  // Compare with every secret, even after a match.
  return secrets.filter(signs).length > 0;
}

/** The secrets in the text that is stored: one, or two with a space or a line between them. */
export const sharedSecretsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((each) => each !== '');
