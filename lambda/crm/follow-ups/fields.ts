import type { Instant } from '../../conversation/model.ts';
import { partEndingIn } from '../notes/reference.ts';
import type { FollowUpRequest } from '../port/adapter.ts';

/** The last line, by which a follow-up is found. Differs from that of transcripts: in some CRMs both are tasks. */
export const followUpReference = ({ conversation, followUp }: FollowUpRequest) =>
  `Smartsupp follow-up ${conversation.id} (${followUp.reason})`;

/** @param description as the CRM returns it, in HTML, Markdown or plain text */
export const hasReference = (description: unknown, request: FollowUpRequest) =>
  typeof description === 'string' && partEndingIn(followUpReference(request), description) !== undefined;

/** For CRMs in which tasks are due on a day: `2026-05-04`. */
export function localDay(instant: Instant | Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(instant))
    .map(({ type, value }) => [type, value] as const);
  const part = new Map<string, string>(parts);
  return `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
}
