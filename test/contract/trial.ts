import { afterEach, beforeEach, expect } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../lambda/crm/http/http.ts';
import { createTransport, type Transport } from '../../lambda/crm/http/transport.ts';
import type { CrmAdapter } from '../../lambda/crm/port/adapter.ts';
import type { Fault, Received } from '../support/fake-server.ts';
import { createMemoryToken } from '../support/memory-token.ts';
import type { Changes, Contacts, Files, FollowUps, RunningCrm, Subject } from './subject.ts';

/** An adapter and the server that it talks to. */
export type Trial = {
  readonly crm: RunningCrm;
  readonly adapter: CrmAdapter;
  /** The adapter once more, opened otherwise. */
  readonly open: (options: { readonly secret?: string; readonly changes?: Changes }) => Promise<CrmAdapter>;
  /** How many requests there were, those for an access token not counted. */
  readonly calls: () => number;
  readonly contacts: () => Contacts;
  readonly followUps: () => FollowUps;
  readonly files: () => Files;
  /** Trouble with the next request that changes anything. */
  readonly failWrite: (how: Fault['how'], takesEffect?: boolean) => void;
  /** Trouble with the next request that creates a log. */
  readonly failLog: (how: Fault['how'], takesEffect?: boolean) => void;
};

const now = () => new Date();

/** A new trial for each test of the surrounding `describe`; at its end nothing may have broken the vendor's contract. */
export function useTrial(subject: Subject): () => Trial {
  let trial: Trial | undefined;
  let http: HttpClient | undefined;

  beforeEach(async () => {
    const crm = await subject.start();
    const client = createHttpClient({ now, transport: givesUpOnStall(crm) });
    http = client;
    const open: Trial['open'] = ({ secret = crm.secret, changes = {} }) =>
      crm.open(
        {
          http: client,
          secret: async () => secret,
          token: createMemoryToken(),
          timezone: 'Europe/Prague',
          language: 'en',
          now,
        },
        changes,
      );
    trial = {
      crm,
      open,
      adapter: await open({}),
      calls: () => crm.server.requests.filter((request) => !crm.isTokenRequest?.(request)).length,
      contacts: () => declared(crm.contacts),
      followUps: () => declared(crm.followUps),
      files: () => declared(crm.files),
      failWrite: (how, takesEffect = false) => crm.server.inject({ on: isWrite(crm), how, takesEffect }),
      failLog: (how, takesEffect = false) => crm.server.inject({ on: crm.isLog, how, takesEffect }),
    };
  });
  afterEach(async () => {
    http?.close();
    await trial?.crm.server.close();
    expect(trial?.crm.violations()).toEqual([]);
  });
  return () => declared(trial);
}

function givesUpOnStall({ server }: RunningCrm): Transport {
  const network = createTransport(3000);
  return { ...network, send: (request, signal) => network.send(request, AbortSignal.any([signal, server.stalled()])) };
}

const isWrite = (crm: RunningCrm) => (request: Received) =>
  request.method !== 'GET' && !crm.isRead?.(request) && !crm.isTokenRequest?.(request);

export function declared<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('The subject declares this, and does not have it.');
  return value;
}
