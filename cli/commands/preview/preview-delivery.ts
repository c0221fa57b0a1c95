import { randomBytes } from 'node:crypto';
import type { Config } from '../../../lambda/config/config.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { contentHash } from '../../../lambda/conversation/revision.ts';
import { type Destination, secretShapes } from '../../../lambda/crm/catalogue.ts';
import { fileNameOf } from '../../../lambda/crm/files/file.ts';
import type { SharedToken } from '../../../lambda/crm/http/adapter-deps.ts';
import type { SecretShape } from '../../../lambda/crm/http/credentials.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { createDestination } from '../../../lambda/deliver/destinations.ts';
import { attempt, type Job } from '../../../lambda/delivery/attempt.ts';
import { createSharedCrm, type FetchFile } from '../../../lambda/delivery/crm.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { RetryPolicy } from '../../../lambda/delivery/failures.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import type { ContactLocks } from '../../../lambda/delivery/ports.ts';
import { createIdentityOf } from '../../../lambda/mapping/identity.ts';
import { cannedResponses, createCannedTransport, type PreviewedRequest } from './canned-responses.ts';

/** The delivery of a chat by a new visitor to one destination. */
export type PreviewedDelivery = {
  readonly destination: string;
  readonly adapter: Destination['adapter'];
  readonly result: 'delivered' | 'held' | 'skipped' | 'parked';
  readonly reason: string | null;
  readonly requests: readonly Request[];
};

type Request = PreviewedRequest & {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
};

type Context = { readonly config: Config; readonly now: () => Date };

/** Runs a delivery with the real adapter and canned responses. A CRM error is a result too. */
export async function previewDelivery(
  settings: Destination,
  conversation: Conversation,
  context: Context,
): Promise<PreviewedDelivery> {
  try {
    return await deliver(settings, conversation, context);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const { name: destination, adapter } = settings;
    return { destination, adapter, result: 'parked', reason: error.message, requests: [] };
  }
}

async function deliver(
  settings: Destination,
  conversation: Conversation,
  { config, now }: Context,
): Promise<PreviewedDelivery> {
  const requests: Request[] = [];
  const transport = createCannedTransport(cannedResponses[settings.adapter], (request) => {
    requests.push({ ...request, headers: masked(request.headers) });
  });
  const { timezone, language } = config;
  const secret = async () => placeholderSecret(secretShapes[settings.adapter]);
  const http = createHttpClient({ now, transport });
  const adapter = await createAdapter(settings, { http, now, timezone, language, secret, token: noToken });
  const { name, plan } = await createDestination(settings, adapter, { config, now });

  const identity = await createIdentityOf(config)(conversation);
  const deadline = new Date(now().getTime() + 60_000);
  const { crm } = createSharedCrm(adapter, { participants: 1, deadline, fetchFile, now });
  const job = { conversation, contentHash: contentHash(conversation), receivedAt: now(), identity, deadline };
  const ended = await attempt(leased(name, job, now()), job, { crm, plan, contactLocks: unlocked, retryPolicy, now });
  const { state, reason } = ended;
  if (state === 'pending') throw new Error('A preview cannot end as pending.');
  return { destination: name, adapter: settings.adapter, result: state, reason, requests };
}

/** A first attempt at its second look, which decides whether the chat is held. */
function leased(destination: string, { contentHash, deadline, identity }: Job, now: Date): Delivery {
  const wanted = {
    destination,
    contentHash,
    revision: '',
    person: { email: identity.email, phone: identity.phone },
    now,
    leaseUntil: deadline,
    isIsolated: false,
  };
  const lease = acquireLease(undefined, wanted);
  if (lease.kind !== 'acquired') throw new Error(`A preview's lease cannot be ${lease.kind}.`);
  return { ...lease.delivery, awaitsSecondLook: true };
}

/** Nothing is fetched: the bytes are only counted where they are shown. */
const fetchFile: FetchFile = async (conversationId, file) => {
  const mediaType = file.mediaType ?? 'application/octet-stream';
  return { name: fileNameOf(conversationId, file, mediaType), mediaType, bytes: new Uint8Array(file.size ?? 0) };
};

/** A failure is the result. */
const retryPolicy: RetryPolicy = (error) => {
  if (!(error instanceof CrmError)) throw error;
  return { decision: { kind: 'park' }, reason: error.message, fault: error.fault.kind };
};

const mask = '***';
const plainHeaders = new Set(['content-type', 'idempotency-key']);

/** Omits common headers, and masks those that may hold a secret. */
const masked = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !['host', 'accept', 'user-agent', 'content-length'].includes(name))
      .map(([name, value]) => [name, plainHeaders.has(name) ? value : mask]),
  );

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
