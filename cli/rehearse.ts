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
import { createTarget } from '../lambda/crm/targets.ts';
import { createGathering } from '../lambda/delivering/gathering.ts';
import type { Contacts } from '../lambda/delivering/ports.ts';
import { takeSteps } from '../lambda/delivering/steps.ts';
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
  const { name, plan } = await createTarget(settings, adapter, { config, now });

  const phone = await createPhoneOf(config.variables.phone)(conversation);
  const planned = await plan(conversation, { email: null, phone });
  const deadline = new Date(now().getTime() + 60_000);
  const { crm } = createGathering(adapter, { size: 1, deadline, now }).join();
  const steps = {
    crm,
    contactsFor: () => nobodyKnown,
    destination: name,
    now,
    soFar: () => nothingDelivered,
    learned: () => {},
  };
  const job = { conversation, contentHash: contentHash(conversation), deadline };
  const { state, reason = null } = await takeSteps(job, planned, steps);
  if (state === 'pending' || state === 'parked') throw new Error(`A rehearsal cannot end as ${state}.`);
  return { destination: name, adapter: settings.adapter, result: state, reason, requests };
}

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

const nobodyKnown: Contacts = {
  claim: async () => ({ kind: 'claimed' }),
  remember: async () => {},
  forget: async () => {},
  release: async () => {},
};

const nothingDelivered = {
  attempts: 1,
  inDoubt: false,
  contactId: null,
  contactOf: null,
  told: null,
  logId: null,
  loggedHash: null,
  followUpId: null,
} as const;
