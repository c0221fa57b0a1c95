import type { Config } from '../../../lambda/config/config.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { renderText } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import {
  type Delivery,
  type Dismissal,
  isLeased,
  maxHistory,
  type PastAttempt,
  shownState,
} from '../../../lambda/delivery/delivery.ts';
import type { RejectedRecord } from '../../../lambda/store/records.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import type { OtherSource } from '../../lib/person/other-source.ts';
import { canReplay } from '../../lib/rejected.ts';
import { bold, columns, dim, printable, printableLines, stateText, wrapped } from '../../lib/terminal/output.ts';
import { createTimes, type Times } from '../../lib/time.ts';

type Chat = Pick<OtherSource, 'alsoAs' | 'maybeAlsoAs'> & {
  readonly id: string;
  /** The visitor's name, address or number. */
  readonly visitor: string | null;
  readonly receivedAt: string;
  /** Its page's address; undefined if there is no page. */
  readonly page: string | undefined;
  readonly deliveries: readonly LinkedDelivery[];
  /** Undefined if this release cannot read the body. */
  readonly conversation: Conversation | undefined;
};

type Context = {
  readonly config: Config;
  readonly commandLine: Deployment['commandLine'];
};

export type LinkedDelivery = { readonly delivery: Delivery; readonly link: string | null };

/** A chat for the terminal, with all visitor texts escaped. */
export function chatText(chat: Chat, { config, commandLine }: Context): string {
  const { id, visitor, receivedAt, page, deliveries, conversation } = chat;
  const now = new Date();
  const times = createTimes(config.timezone, now);
  const isParked = deliveries.some(({ delivery }) => shownState(delivery) === 'parked');
  return [
    `${visitor === null ? '' : `${bold(printable(visitor))}  `}${headLine(id, receivedAt, times)}`,
    ...(page === undefined ? [] : [page]),
    ...otherSourceLines(chat),
    '',
    ...(deliveries.length === 0
      ? ['No destination has received it yet.']
      : deliveries.flatMap((each) => lines(each, now, times))),
    ...(isParked
      ? [
          '',
          ...hint(`Once that is fixed, ${commandLine(`replay ${printable(id)}`)} sends it again.`),
          ...hint('After a change to forwarder.json, look at npx forwarder preview, then deploy.'),
        ]
      : []),
    '',
    ...(conversation === undefined
      ? wrapped(
          `This release cannot read what is stored. ${commandLine(`show ${printable(id)} --body`)} writes it as it came.`,
        )
      : transcriptLines(conversation, config)),
  ].join('\n');
}

const headLine = (id: string, receivedAt: string, { short, timezone }: Times) =>
  `${bold(printable(id))}  received ${short(receivedAt)} (${timezone})`;

const otherSourceLines = ({ alsoAs, maybeAlsoAs }: Chat): readonly string[] => [
  ...alsoAs.flatMap((id) => indented(`and ${printable(id)}, the same chat by Smartsupp's other source`)),
  ...maybeAlsoAs.flatMap((id) =>
    indented(
      `maybe the same chat as ${printable(id)}, which Smartsupp's other source brought: too little tells, so both stay`,
    ),
  ),
];

const hint = (text: string) => wrapped(text).map(dim);

function transcriptLines(conversation: Conversation, config: Config): readonly string[] {
  const transcript = buildTranscript(conversation, config);
  const [text = ''] = renderText(transcript, { limit: Number.POSITIVE_INFINITY, reference: '' });
  return printableLines(text.trimEnd()).flatMap(fittedLine);
}

/** Indents continuation lines, so that no visitor text starts a line. */
function fittedLine(line: string): readonly string[] {
  if (line.length <= columns()) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  return wrapped(line.trim(), { first: indent, next: indent || '  ' });
}

function lines({ delivery, link }: LinkedDelivery, now: Date, times: Times): readonly string[] {
  const { destination, state, updatedAt, reason, dismissal, nextAttemptAt } = delivery;
  const when = `${times.short(updatedAt)}${triesText(delivery, times)}`;
  const next = state === 'pending' && nextAttemptAt !== null ? [`next attempt ${times.short(nextAttemptAt)}`] : [];
  return [
    `${printable(destination)}: ${stateText(shownState(delivery))}  ${dim(when)}`,
    ...dismissalLines(dismissal, times),
    ...(reason === null ? [] : wrapped(printable(reason), { first: '  ', next: '  ', breaksWords: true })),
    ...warningLines(delivery),
    ...(delivery.isHistory === true ? indented('imported as history: it gets no follow-up') : []),
    ...[...next, ...crmLine(delivery), ...(link === null ? [] : [printable(link)]), ...doubt(delivery)].flatMap(
      indented,
    ),
    ...attemptLines(delivery, now, times),
  ];
}

/** Counts the listed attempts, since a replay resets the delivery's own count. */
function triesText(delivery: Delivery, { short }: Times): string {
  const listed = delivery.history;
  const count = Math.max(delivery.attempts, listed.length);
  if (count === 0) return '';
  const since = listed.length < delivery.attempts ? delivery.since : (listed[0]?.startedAt ?? delivery.since);
  return count === 1 ? ', after 1 attempt' : `, after ${count} attempts since ${short(since)}`;
}

const dismissalLines = (dismissal: Dismissal | null, times: Times) =>
  dismissal === null
    ? []
    : indented(
        `dismissed by ${printable(dismissal.by)} at ${times.short(dismissal.at)}: ${printable(dismissal.reason)}`,
      );

const indented = (text: string) => wrapped(text, { first: '  ', next: '  ' });

const warningLines = ({ warnings }: Delivery): readonly string[] =>
  warnings.length === 0 ? [] : indented(`the CRM did not accept: ${printable(warnings.join(', '))}`);

function crmLine({ contactId, logId, followUpId, files }: Delivery): readonly string[] {
  const copied = files.map(({ id }) => id).join(', ') || null;
  const ids = Object.entries({ contact: contactId, note: logId, 'follow-up': followUpId, files: copied });
  const known = ids.flatMap(([what, id]) => (id === null ? [] : [`${what} ${printable(id)}`]));
  return known.length === 0 ? [] : [`in the CRM: ${known.join(', ')}`];
}

const doubt = ({ inDoubt }: Delivery) =>
  inDoubt ? ['An attempt may have written something whose id we never saw: the next one looks for it first.'] : [];

type RejectedContext = Pick<Context, 'commandLine'> & { readonly times: Times };

/** Shows no text of the body. */
export function rejectedText(rejected: RejectedRecord, { times, commandLine }: RejectedContext): string {
  const { id, reason, detail, faults, receivedAt, copies, dismissal } = rejected;
  const often = copies > 1 ? `, and ${copies - 1} more times` : '';
  return [
    `${headLine(id, receivedAt, times)}${often}`,
    '',
    ...wrapped(`${stateText('rejected')} (${printable(reason)}): ${printable(detail)}`),
    ...dismissalLines(dismissal, times),
    ...faults.flatMap((fault) => indented(`${printable(fault.pointer || '/')}: ${printable(fault.detail)}`)),
    '',
    ...hint(`${commandLine(`show ${id} --body`)} writes the body as it came.`),
    ...hint(
      canReplay(rejected)
        ? `${commandLine(`replay ${id}`)} sends it again, once a release accepts it.`
        : 'No release accepts such a body: it is deleted when its retention ends.',
    ),
  ].join('\n');
}

/** The attempts, newest first, each with its reason unless it is the one above. */
export function attemptLines(delivery: Delivery, now: Date, times: Times): readonly string[] {
  const past = delivery.history.toReversed();
  const lines = past.flatMap((attempt, index) => [
    `${attemptLine(attempt, times)}${isAsAbove(attempt, past[index - 1]) ? '  for the same reason' : ''}`,
    ...reasonLines(attempt, past[index - 1] ?? delivery),
  ]);
  return [
    ...underWay(delivery, now, times),
    ...lines,
    ...(past.length < maxHistory ? [] : [dim('  Earlier attempts are not kept.')]),
  ];
}

/** An expired lease belonged to an attempt that crashed. */
function underWay(delivery: Delivery, now: Date, times: Times): readonly string[] {
  if (delivery.leaseUntil === null) return [];
  const outcome = isLeased(delivery, now) ? 'under way' : 'crashed';
  return [attemptLine({ startedAt: delivery.updatedAt, durationMs: null, outcome }, times)];
}

type Head = Pick<PastAttempt, 'startedAt' | 'durationMs'> & { readonly outcome: PastAttempt['outcome'] | 'under way' };

function attemptLine(attempt: Head, times: Times): string {
  const { outcome } = attempt;
  const padding = ' '.repeat('delivered'.length - outcome.length);
  const duration = durationOf(attempt).padStart(7);
  return `  ${times.exact(attempt.startedAt)}  ${stateText(outcome)}${padding}  ${duration}`.trimEnd();
}

const durationOf = ({ durationMs }: Head) => {
  if (durationMs === null) return '';
  return durationMs < 10_000 ? `${durationMs} ms` : `${Math.round(durationMs / 1000)} s`;
};

const isAsAbove = ({ reason }: PastAttempt, above: PastAttempt | undefined) =>
  reason !== null && reason === above?.reason;

function reasonLines({ reason }: PastAttempt, above: Pick<PastAttempt, 'reason'>): readonly string[] {
  if (reason === null || reason === above.reason) return [];
  return wrapped(printable(reason), { first: '    ', next: '    ', breaksWords: true });
}
