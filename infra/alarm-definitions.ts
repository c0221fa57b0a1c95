export type AlarmDefinition = {
  readonly id: string;
  readonly what: string;
  /** Replaces `what` if reconcile fetches lost chats. */
  readonly whatIfHealed?: string;
  /** Its section in docs/runbook.md. */
  readonly anchor: string;
};

const whatToDo = ' What to do: ';

export const alarmText = (
  { what, whatIfHealed = what, anchor }: AlarmDefinition,
  runbook: string,
  { heals = false }: { readonly heals?: boolean } = {},
): string => `${heals ? whatIfHealed : what}${whatToDo}${runbook}#${anchor}`;

/** Splits a description; the runbook is undefined if the alarm is not ours. */
export function readAlarmText(text: string): { readonly what: string; readonly runbook: string | undefined } {
  const [what = '', runbook] = text.split(whatToDo);
  return { what, runbook };
}

/** A test checks that each has a section in docs/runbook.md and a place in the stack. */
export const alarmDefinitions = {
  parked: {
    id: 'Parked',
    what: 'Deliveries were parked: these chats reach their CRM only if somebody replays them.',
    anchor: 'parked',
  },
  warned: {
    id: 'Warned',
    what: 'A CRM did not accept a field, an owner or an address: the chats are there, without it.',
    anchor: 'warned',
  },
  deliveriesLate: {
    id: 'DeliveriesLate',
    what: 'A chat has been on its way to a CRM for more than an hour: the CRM is down, slow, or refuses it for now.',
    anchor: 'deliveries-late',
  },
  credentialsRefused: {
    id: 'CredentialsRefused',
    what: 'A CRM refuses our credentials. Its chats wait, and are parked after giveUpAfterHours.',
    anchor: 'credentials-refused',
  },
  redirected: {
    id: 'Redirected',
    what: 'A CRM answers with a redirect. Its chats wait, and are parked after giveUpAfterHours.',
    anchor: 'redirected',
  },
  deadLetters: {
    id: 'DeadLetters',
    what: 'A message was given up after fifty attempts: it crashes the function deliver every time.',
    anchor: 'dead-letters',
  },
  queueNotEmptied: {
    id: 'QueueNotEmptied',
    what: 'Chats have been on the queue for 15 minutes, and deliver does not receive them.',
    anchor: 'queue-not-emptied',
  },
  messagesFailed: {
    id: 'MessagesFailed',
    what: 'Deliver itself fails, not a CRM: usually the table is unavailable. Its chats are tried again, less and less often.',
    anchor: 'messages-failed',
  },
  nothingDelivered: {
    id: 'NothingDelivered',
    what: 'Chats have come in for half an hour, and none was brought to a CRM, held, skipped or parked.',
    anchor: 'nothing-delivered',
  },
  hookFailed: {
    id: 'HookFailed',
    what: 'A hook was answered with 5xx: that chat is lost unless Smartsupp sends it again.',
    whatIfHealed:
      'A hook was answered with 5xx. Reconcile heals that: the chat comes within half an hour all the same.',
    anchor: 'hook-failed',
  },
  turnedAway: {
    id: 'TurnedAway',
    what: 'A hook was rejected (413: over 6 MB, 429: too many requests): that chat is lost unless it is sent again.',
    whatIfHealed:
      'A hook was rejected (413: over 6 MB, 429: too many requests). Reconcile heals that: the chat comes within half an hour.',
    anchor: 'turned-away',
  },
  wrongKey: {
    id: 'WrongKey',
    what: 'Somebody posts to the hook with a wrong key. If it is Smartsupp, chats are being lost.',
    anchor: 'wrong-key',
  },
  refusedBurst: {
    id: 'RefusedBurst',
    what: 'More than 100 requests in five minutes were refused (4xx): somebody is guessing keys or flooding the hook.',
    anchor: 'refused-burst',
  },
  rejected: {
    id: 'Rejected',
    what: 'A body with the right key is not a chat and was refused. It is kept: Smartsupp may have changed its format.',
    anchor: 'rejected',
  },
  rejectedNotKept: {
    id: 'RejectedNotKept',
    what: 'A refused body was not kept: too much was refused today, or the table is unavailable.',
    anchor: 'rejected-not-kept',
  },
  setAside: {
    id: 'SetAside',
    what: 'The function deliver cannot read a chat that was answered with 200: it reaches no CRM until somebody replays it.',
    anchor: 'set-aside',
  },
  formatChanged: {
    id: 'FormatChanged',
    what: 'A hook deviates from the documented format in a new way. Its chat was accepted, and read as well as possible.',
    anchor: 'format-changed',
  },
  wrongSignature: {
    id: 'WrongSignature',
    what: 'A webhook with the right key was not signed with the shared secret, and answered 401. If it is from Smartsupp, chats come late.',
    anchor: 'wrong-signature',
  },
  tokenRefused: {
    id: 'TokenRefused',
    what: "Smartsupp's REST API refuses our token. Chats wait on the fetch queue.",
    anchor: 'token-refused',
  },
  fetchLate: {
    id: 'FetchLate',
    what: "A chat has waited for more than an hour to be fetched: Smartsupp's REST API does not answer, or limits us.",
    anchor: 'fetch-late',
  },
  notFetched: {
    id: 'NotFetched',
    what: "Smartsupp's REST API does not give us a conversation, such as one that was deleted. It is kept as rejected, with the reason.",
    anchor: 'not-fetched',
  },
  fetchFailed: {
    id: 'FetchFailed',
    what: 'Fetch itself fails, not Smartsupp: usually a queue or the table is unavailable. Its conversations are tried again, less and less often.',
    anchor: 'fetch-failed',
  },
  fetchDeadLetters: {
    id: 'FetchDeadLetters',
    what: 'A conversation was given up after 200 attempts to fetch it, about eight days.',
    anchor: 'fetch-dead-letters',
  },
  swept: {
    id: 'Swept',
    what: 'Chats waited in the table because the queue was unavailable; the sweep has put them on the queue.',
    anchor: 'swept',
  },
  silent: {
    id: 'Silent',
    what: 'No chat has come for longer than silentAfterHours: perhaps Smartsupp does not send them any more.',
    anchor: 'silent',
  },
  sweepStopped: {
    id: 'SweepStopped',
    what: 'The sweep has not run for ten minutes: nothing that waits is attempted again.',
    anchor: 'sweep-stopped',
  },
  reconcileLate: {
    id: 'ReconcileLate',
    what: 'Reconcile has not looked through Smartsupp for an hour: chats that were lost on their way are not found.',
    anchor: 'reconcile-late',
  },
  healed: {
    id: 'Healed',
    what: 'Chats came only because reconcile found them: their hook or event was lost. They are healed; find out why.',
    anchor: 'healed',
  },
  functionErrors: {
    id: 'Errors',
    what: 'A function failed, timed out, or crashed.',
    anchor: 'errors',
  },
  functionThrottles: {
    id: 'Throttles',
    what: 'A function was not started: the account has reached its limit of concurrent executions.',
    anchor: 'throttles',
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;
