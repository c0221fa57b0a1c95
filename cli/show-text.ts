import type { Config } from '../lambda/config/config.ts';
import type { Conversation } from '../lambda/conversation/model.ts';
import { renderText } from '../lambda/conversation/transcript/text.ts';
import { buildTranscript } from '../lambda/conversation/transcript/transcript.ts';
import type { Delivery } from '../lambda/delivering/ledger.ts';
import type { RejectedRecord } from '../lambda/store/records.ts';
import { attemptLines } from './attempts-text.ts';
import { printable, printableLines } from './terminal/escape.ts';
import { bold, dim, stateText } from './terminal/output.ts';
import { shortTime } from './terminal/time.ts';
import { wrapped } from './terminal/wrap.ts';

type Chat = {
  readonly id: string;
  readonly receivedAt: string;
  readonly deliveries: readonly LinkedDelivery[];
  /** Undefined where this release cannot read what is stored. */
  readonly conversation: Conversation | undefined;
};

/** A delivery, and where a browser finds it in the CRM. */
export type LinkedDelivery = { readonly delivery: Delivery; readonly link: string | null };

/** A chat for the terminal: nothing in it that somebody typed acts on that. */
export function chatText({ id, receivedAt, deliveries, conversation }: Chat, config: Config): string {
  const now = new Date();
  return [
    `${bold(printable(id))}  received ${shortTime(receivedAt, now)}`,
    '',
    ...(deliveries.length === 0 ? ['No destination has had it yet.'] : deliveries.flatMap((each) => lines(each, now))),
    '',
    ...(conversation === undefined ? [unreadable] : transcriptLines(conversation, config)),
  ].join('\n');
}

const unreadable = 'This release cannot read what is stored. show --body writes it as it came.';

function transcriptLines(conversation: Conversation, config: Config): readonly string[] {
  const transcript = buildTranscript(conversation, config);
  const [text = ''] = renderText(transcript, { limit: Number.POSITIVE_INFINITY, footer: '' });
  return printableLines(text.trimEnd());
}

function lines({ delivery, link }: LinkedDelivery, now: Date): readonly string[] {
  const { destination, state, attempts, since, updatedAt, reason, nextAttemptAt } = delivery;
  const tries = `${attempts} ${attempts === 1 ? 'attempt' : `attempts since ${shortTime(since, now)}`}`;
  const when = `${shortTime(updatedAt, now)}${attempts === 0 ? '' : `, after ${tries}`}`;
  const next = state === 'pending' && nextAttemptAt !== null ? [`next attempt ${shortTime(nextAttemptAt, now)}`] : [];
  return [
    `${printable(destination)}: ${stateText(state)}  ${dim(when)}`,
    ...[
      ...(reason === null ? [] : [printable(reason)]),
      ...next,
      ...crmLine(delivery),
      ...(link === null ? [] : [printable(link)]),
      ...doubt(delivery),
    ].flatMap(indented),
    ...attemptLines(delivery, now),
  ];
}

const indented = (text: string) => wrapped(text, { first: '  ', next: '  ' });

function crmLine({ contactId, logId, followUpId }: Delivery): readonly string[] {
  const ids = Object.entries({ contact: contactId, note: logId, 'follow-up': followUpId });
  const known = ids.flatMap(([what, id]) => (id === null ? [] : [`${what} ${printable(id)}`]));
  return known.length === 0 ? [] : [`in the CRM: ${known.join(', ')}`];
}

const doubt = ({ inDoubt }: Delivery) =>
  inDoubt ? ['An attempt may have written something whose id we never saw: the next one looks for it first.'] : [];

/** Why a body was rejected, without a word of it. */
export function rejectedText({ id, reason, detail, faults, receivedAt, copies }: RejectedRecord): string {
  const often = copies > 1 ? `, and ${copies - 1} times more` : '';
  return [
    `${bold(id)}  received ${shortTime(receivedAt, new Date())}${often}`,
    '',
    `${stateText('rejected')} (${printable(reason)}): ${printable(detail)}`,
    ...faults.map((fault) => `  ${printable(fault.pointer || '/')}: ${printable(fault.detail)}`),
    '',
    dim('show --body writes the body as it came; replay puts it through again, for a release that takes it.'),
  ].join('\n');
}
