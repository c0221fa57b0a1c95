/** What happens to the forwarder in one simulated history. All times are milliseconds from its start. */
export type Script = {
  /** Seeds every latency and every chance; 0: nothing varies. */
  readonly noise: number;
  readonly crms: readonly CrmTraits[];
  readonly stack: StackTraits;
  readonly posts: readonly Post[];
  readonly faults: readonly Fault[];
  readonly staff: readonly StaffAct[];
  readonly operators: readonly OperatorAct[];
};

export type CrmTraits = {
  /** What it keeps: contacts with one address each, contacts that may share one, or no contacts at all. */
  readonly contacts: 'unique' | 'any' | 'none';
  /** How long what is new is not found by a search. */
  readonly searchLagMs: number;
  /** How many items it takes in a call; 1: it has no batches. */
  readonly batchSize: number;
  /** How many notes a chat takes. */
  readonly parts: number;
  readonly followUps: boolean;
  /** How long an access token of its own is valid; 0: it wants none. */
  readonly tokenMs: number;
};

export type StackTraits = {
  /** Whether Smartsupp's REST API tells of the chats, too. */
  readonly api: boolean;
  readonly concurrency: number;
  readonly batchSize: number;
  readonly maxReceiveCount: number;
  readonly indexLagMs: number;
  /** Messages that may be in flight at a time. */
  readonly maxInFlight: number;
  readonly giveUpAfterHours?: number;
};

/** A copy of a chat, as Smartsupp posts it, or as its REST API has it from then on. Of one source's, a longer one is newer. */
export type Post = {
  readonly source: 'hook' | 'api';
  readonly at: number;
  readonly chat: number;
  readonly messages: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly rating: number | null;
  readonly outcome: 'answered' | 'missed' | 'automatic';
  /** `refused`: by the CRMs, until somebody sees to it. `deadly`: whoever writes its note dies, until then. `heavy` and `huge`: too large for the queue. */
  readonly trait: 'plain' | 'heavy' | 'huge' | 'refused' | 'rubbish' | 'deadly';
  /** How often it is sent, or its event. */
  readonly times: number;
};

export const awsFaults = ['refused', 'lost', 'repeated', 'slow'] as const;
export const crmFaults = [
  'refused',
  'rate limited',
  'credentials',
  'redirected',
  'broken before',
  'lost',
  'late',
  'bug',
  'slow',
] as const;
export type FaultKind = (typeof awsFaults)[number] | (typeof crmFaults)[number] | 'killed';

/** A time in which calls fail. */
export type Fault = {
  /** `table`, `queue`, `secrets`, all of `aws`, `functions`, `smartsupp`, or the name of a CRM: `crm-0`. */
  readonly service: string;
  readonly kind: FaultKind;
  /** Only calls whose names have this word: one of a CRM's endpoints fails, and another does not. */
  readonly only: string;
  readonly from: number;
  readonly lasts: number;
  /** How many of the calls. */
  readonly percent: number;
};

export type StaffAct = {
  readonly at: number;
  readonly crm: number;
  readonly act: 'delete a note' | 'delete a contact' | 'merge contacts' | 'revoke the tokens';
  readonly which: number;
};

export const operatorActs = [
  'replay',
  'erase',
  'dismiss',
  'undo the dismissals',
  'remove a destination',
  'restore the destinations',
  'backfill',
] as const;

export type OperatorAct = {
  readonly at: number;
  readonly act: (typeof operatorActs)[number];
  readonly which: number;
};

export const emails = ['eva@example.com', 'adam@example.com', 'jana@example.com'];

/** Whether a service's calls may fail at some time. */
export const mayFail = ({ service }: Fault, asked: string): boolean =>
  service === asked || (service === 'aws' && ['table', 'queue', 'secrets'].includes(asked));
