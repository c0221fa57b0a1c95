/** What an alarm is about. */
export type AlarmDefinition = {
  readonly id: string;
  /** What has happened, in a sentence, for whoever is woken by it. */
  readonly what: string;
  /** Its section in docs/runbook.md. */
  readonly anchor: string;
};

const whatToDo = ' What to do: ';

/** An alarm's description: all that its e-mail and CloudWatch's page say of it. */
export const alarmText = ({ what, anchor }: AlarmDefinition, runbook: string): string =>
  `${what}${whatToDo}${runbook}#${anchor}`;

/** What a description was made of; of one that is not ours there is no runbook. */
export function readAlarmText(text: string): { readonly what: string; readonly runbook: string | undefined } {
  const [what = '', runbook] = text.split(whatToDo);
  return { what, runbook };
}

/** Every alarm there is. A test holds each to its section in docs/runbook.md, and to its place in the stack. */
export const alarmDefinitions = {
  parked: {
    id: 'Parked',
    what: 'Deliveries are parked: these chats reach their CRM only when somebody replays them.',
    anchor: 'parked',
  },
  warned: {
    id: 'Warned',
    what: 'A CRM did not accept a field, an owner or an address: the chats are there, without it.',
    anchor: 'warned',
  },
  deliveriesLate: {
    id: 'DeliveriesLate',
    what: 'A chat has been on its way to a CRM for more than an hour: the CRM is away, slow, or refuses it for now.',
    anchor: 'deliveries-late',
  },
  credentialsRefused: {
    id: 'CredentialsRefused',
    what: 'A CRM refuses our credentials. Its chats wait, and are parked when giveUpAfterHours is over.',
    anchor: 'credentials-refused',
  },
  redirected: {
    id: 'Redirected',
    what: 'A CRM answers with a redirect. Its chats wait, and are parked when giveUpAfterHours is over.',
    anchor: 'redirected',
  },
  deadLetters: {
    id: 'DeadLetters',
    what: 'A message was given up after a thousand tries: something ends the function deliver again and again.',
    anchor: 'dead-letters',
  },
  queueNotEmptied: {
    id: 'QueueNotEmptied',
    what: 'Chats have been lying on the queue for more than 15 minutes: deliver does not come for them.',
    anchor: 'queue-not-emptied',
  },
  hookFailed: {
    id: 'HookFailed',
    what: 'A hook was answered 5xx: unless Smartsupp sends it again, that chat is lost.',
    anchor: 'hook-failed',
  },
  turnedAway: {
    id: 'TurnedAway',
    what: 'A hook was not let in (413: over 6 MB, 429: too many at once): unless it is sent again, that chat is lost.',
    anchor: 'turned-away',
  },
  wrongKey: {
    id: 'WrongKey',
    what: 'Somebody posts to the hook with a wrong key. If that is Smartsupp, its chats are being lost.',
    anchor: 'wrong-key',
  },
  refusedBurst: {
    id: 'RefusedBurst',
    what: 'More than 100 requests in five minutes were refused (4xx): somebody tries keys or floods the hook.',
    anchor: 'refused-burst',
  },
  rejected: {
    id: 'Rejected',
    what: 'A body with the right key was no chat and was refused. It is kept: perhaps Smartsupp has changed its format.',
    anchor: 'rejected',
  },
  rejectedNotKept: {
    id: 'RejectedNotKept',
    what: 'A refused body was not kept: either too much was refused today, or the table is away.',
    anchor: 'rejected-not-kept',
  },
  setAside: {
    id: 'SetAside',
    what: 'A chat that was answered 200 is none to the function deliver, and reaches no CRM until somebody replays it.',
    anchor: 'set-aside',
  },
  swept: {
    id: 'Swept',
    what: 'Chats waited in the table because the queue was away; the sweep has put them on the queue.',
    anchor: 'swept',
  },
  sweepStopped: {
    id: 'SweepStopped',
    what: 'The sweep has not run for ten minutes: what waits for another attempt gets none.',
    anchor: 'sweep-stopped',
  },
  functionErrors: {
    id: 'Errors',
    what: 'A function ended with an error, was out of time, or died.',
    anchor: 'errors',
  },
  functionThrottles: {
    id: 'Throttles',
    what: 'A function was not started: the account had no room for it.',
    anchor: 'throttles',
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;
