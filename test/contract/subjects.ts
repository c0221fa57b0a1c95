import type { Destination } from '../../lambda/config/config.ts';
import { startFakeHubspot } from '../support/fake-hubspot.ts';
import type { FakeServer, Received } from '../support/fake-server.ts';
import { startFakeWebhookReceiver } from '../support/fake-webhook-receiver.ts';

/** One kind of CRM as the contract suite sees it. A new adapter joins by an entry in `subjects`. */
export type Subject = {
  readonly start: () => Promise<RunningCrm>;
  readonly keepsContacts: boolean;
  /** How a visitor's words look in it: `html` escaped, `verbatim` as they came. */
  readonly words: 'html' | 'verbatim';
  /** Whether a success has to be read; otherwise any 2xx will do. */
  readonly readsAnswers: boolean;
  /** Calls for a chat of an unknown visitor, and for one of a known visitor of whom nothing new is to be learned. */
  readonly calls: { readonly newVisitor: number; readonly returningVisitor: number };
};

export type RunningCrm = {
  readonly server: FakeServer;
  readonly settings: Destination;
  readonly secret: string;
  /** The request that creates a log. */
  readonly isLog: (request: Received) => boolean;
  /** What people read in the CRM, oldest first: one text for each log. */
  readonly logs: () => readonly string[];
  /** Somebody deletes every log. Absent where that cannot be seen. */
  readonly removeLogs?: () => void;
  readonly contacts?: Contacts;
  /** Breaches of the vendor's contract, in words. */
  readonly violations: () => readonly string[];
};

export type Contacts = {
  readonly all: () => readonly Contact[];
  readonly add: (contact: Contact) => void;
  /** The requests that find and that create one. */
  readonly isLookup: (request: Received) => boolean;
  readonly isCreate: (request: Received) => boolean;
};

export type Contact = { readonly email: string; readonly first?: string; readonly last?: string };

/** An adapter without an entry does not compile. */
export const subjects: Readonly<Record<Destination['adapter'], Subject>> = {
  webhook: {
    start: startWebhook,
    keepsContacts: false,
    words: 'verbatim',
    readsAnswers: false,
    calls: { newVisitor: 1, returningVisitor: 1 },
  },
  hubspot: {
    start: startHubspot,
    keepsContacts: true,
    words: 'html',
    readsAnswers: true,
    calls: { newVisitor: 3, returningVisitor: 2 },
  },
};

async function startWebhook(): Promise<RunningCrm> {
  const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const receiver = await startFakeWebhookReceiver(secret);
  return {
    server: receiver,
    settings: { name: 'shop', adapter: 'webhook', url: `${receiver.url}/chats?source=smartsupp` },
    secret,
    isLog: ({ method }) => method === 'POST',
    // A receiver replaces what it holds under the same data.id.
    logs: () => [
      ...new Map([...receiver.received.values()].map(({ data }) => [data.id, JSON.stringify(data)])).values(),
    ],
    violations: () => [],
  };
}

async function startHubspot(): Promise<RunningCrm> {
  const hubspot = await startFakeHubspot();
  const isContacts = ({ path }: Received) => path.includes('/contacts');
  return {
    server: hubspot,
    settings: { name: 'hubspot', adapter: 'hubspot', baseUrl: hubspot.url },
    secret: hubspot.token,
    isLog: ({ method, path }) => method === 'POST' && path.endsWith('/notes'),
    logs: () => [...hubspot.notes.values()].map(({ properties }) => properties['hs_note_body'] ?? ''),
    removeLogs: () => hubspot.notes.clear(),
    contacts: {
      all: () =>
        [...hubspot.contacts.values()].map(({ properties: { email = '', firstname, lastname } }) => ({
          email,
          ...(firstname !== undefined && { first: firstname }),
          ...(lastname !== undefined && { last: lastname }),
        })),
      add: ({ email, first, last }) => {
        hubspot.addContact({
          email,
          ...(first && { firstname: first }),
          ...(last && { lastname: last }),
          country: 'Austria',
        });
      },
      isLookup: (request) => request.method === 'GET' && isContacts(request),
      isCreate: (request) => request.method === 'POST' && isContacts(request),
    },
    violations: () => hubspot.violations,
  };
}
