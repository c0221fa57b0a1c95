import { randomBytes } from 'node:crypto';
import type { Config, Destination } from '../lambda/config/config.ts';
import { contentHash } from '../lambda/conversation/content-hash.ts';
import type { Conversation } from '../lambda/conversation/model.ts';
import { CrmError } from '../lambda/crm/errors.ts';
import { createHttpClient } from '../lambda/crm/http/http.ts';
import type { SharedToken } from '../lambda/crm/http/oauth.ts';
import { createAdapter, loadRehearsal } from '../lambda/crm/registry.ts';
import { createRehearsal, type RehearsedRequest } from '../lambda/crm/rehearsal.ts';
import type { SecretShape } from '../lambda/crm/secret.ts';
import { secretShapes } from '../lambda/crm/secret-shapes.ts';
import { createDestination } from '../lambda/deliver/destinations.ts';
import { attempt, type Job } from '../lambda/delivery/attempt.ts';
import { createSharedCrm } from '../lambda/delivery/crm.ts';
import { acquireLease, type Delivery } from '../lambda/delivery/delivery.ts';
import type { ContactLocks } from '../lambda/delivery/ports.ts';
import type { RetryPolicy } from '../lambda/delivery/retry-policy.ts';
import { createPhoneOf } from '../lambda/mapping/phone.ts';

/** What would become of a chat at one destination, were the visitor new to it. */
export type Rehearsed = {
  readonly destination: string;
  readonly adapter: Destination['adapter'];
  readonly result: 'delivered' | 'held' | 'skipped' | 'parked';
  /** Why it is held, skipped or parked. */
  readonly reason: string | null;
  readonly requests: readonly Request[];
};

type Request = RehearsedRequest & {
  readonly origin: string;
  /** What makes a difference to the CRM; credentials and signatures are masked. */
  readonly headers: Readonly<Record<string, string>>;
};

type Context = { readonly config: Config; readonly now: () => Date };

/**
 * Takes a delivery's own steps with the real adapter, over a script in place of the network: nothing is sent. What fails
 * on this chat, such as an expression, is a result too: the other destinations' are to be seen all the same.
 */
export async function rehearse(
  settings: Destination,
  conversation: Conversation,
  context: Context,
): Promise<Rehearsed> {
  try {
    return await takeThrough(settings, conversation, context);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const { name: destination, adapter } = settings;
    return { destination, adapter, result: 'parked', reason: error.message, requests: [] };
  }
}

async function takeThrough(
  settings: Destination,
  conversation: Conversation,
  { config, now }: Context,
): Promise<Rehearsed> {
  const requests: Request[] = [];
  const transport = createRehearsal(await loadRehearsal[settings.adapter](), (request) => {
    requests.push({ ...request, headers: masked(request.headers) });
  });
  const { timezone, language } = config;
  const secret = async () => placeholderSecret(secretShapes[settings.adapter]);
  const http = createHttpClient({ now, transport });
  const adapter = await createAdapter(settings, { http, now, timezone, language, secret, token: noToken });
  const { name, plan } = await createDestination(settings, adapter, { config, now });

  const phone = await createPhoneOf(config.variables.phone)(conversation);
  const deadline = new Date(now().getTime() + 60_000);
  const { crm } = createSharedCrm(adapter, { participants: 1, deadline, now });
  const known = { email: null, phone };
  const job = { conversation, contentHash: contentHash(conversation), receivedAt: now(), known, deadline };
  const ended = await attempt(leased(name, job, now()), job, { crm, plan, contactLocks: unlocked, retryPolicy, now });
  const { state, reason } = ended;
  if (state === 'pending') throw new Error('A preview cannot end as pending.');
  return { destination: name, adapter: settings.adapter, result: state, reason, requests };
}

/** A first attempt at its second look, which decides whether the chat is held. */
function leased(destination: string, { contentHash, deadline }: Job, now: Date): Delivery {
  const wanted = { destination, contentHash, revision: '', now, leaseUntil: deadline, isIsolated: false };
  const lease = acquireLease(undefined, wanted);
  if (lease.kind !== 'acquired') throw new Error(`A preview's lease cannot be ${lease.kind}.`);
  return { ...lease.delivery, awaitsSecondLook: true };
}

/** Nothing is tried again: what fails is the result. */
const retryPolicy: RetryPolicy = (error) => {
  if (!(error instanceof CrmError)) throw error;
  return { decision: { kind: 'park' }, reason: error.message, fault: error.fault.kind };
};

const mask = '***';
const plainHeaders = new Set(['content-type', 'idempotency-key']);

/** The usual ones say nothing; of the others only those are shown that hold no secret. */
const masked = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !['host', 'accept', 'user-agent', 'content-length'].includes(name))
      .map(([name, value]) => [name, plainHeaders.has(name) ? value : mask]),
  );

/** Credentials of the right shape that are none. */
function placeholderSecret(shape: SecretShape): string {
  switch (shape.kind) {
    case 'token':
      return mask;
    case 'generated':
      return randomBytes(24).toString('base64');
    case 'fields':
      return JSON.stringify(Object.fromEntries(Object.keys(shape.fields).map((name) => [name, mask])));
  }
}

const noToken: SharedToken = { get: async () => mask, discard: async () => {} };

const unlocked: ContactLocks = {
  acquire: async () => ({ kind: 'acquired', contactId: undefined }),
  release: async () => {},
};
