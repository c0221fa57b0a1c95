import { erasureDays } from '../../../lambda/store/erasure.ts';
import { bodiesCounted, counted, lookedText, mentionLines } from '../../lib/person/person.ts';
import { plural, printable } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';
import type { Erasable, Erased } from './erase.ts';
import type { NotesAt } from './unconfirmed-notes.ts';

export function foundText({ person, notes, left }: Erasable, timezone: string): string {
  const times = createTimes(timezone, new Date());
  const chats = person.chats.map(
    ({ conversationId, receivedAt }) =>
      `${printable(conversationId)}  received ${times.short(receivedAt.toISOString())}`,
  );
  const removed = notes
    .filter(({ isRemovable }) => isRemovable)
    .map((each) => `${each.destination}: ${noteCount(each)}`);
  return [
    `Found: ${counted(person)}. Nothing was changed.`,
    lookedText(person.looked),
    ...mentionLines(person.mentions),
    ...section(`Chats here (times are those of ${timezone}):`, chats),
    ...section('Would be removed from the CRMs:', removed),
    ...section('Would be left in the CRMs, for you to remove:', left),
  ].join('\n');
}

const noteCount = ({ count, doubtful }: NotesAt): string =>
  `${plural(count, 'note')}${doubtful > 0 ? `, and ${doubtful} that may be there` : ''}`;

export function erasureText({ erasure, person, kept }: Erased): string {
  const { chats, notes, bodies, left, failed } = erasure;
  const erased = [
    ...(chats > 0 ? [`${plural(chats, 'chat')} here`] : []),
    ...(notes > 0 ? [`${plural(notes, 'note')} in the CRMs`] : []),
    ...(bodies > 0 ? bodiesCounted(person.bodies) : []),
  ];
  return [
    `Erased: ${erased.join(', ') || 'nothing'}.`,
    lookedText(person.looked),
    ...mentionLines(person.mentions),
    ...(chats > 0
      ? [`Copies of ${chats === 1 ? 'this chat' : 'these chats'} that come within ${erasureDays} days are discarded.`]
      : []),
    ...section('Kept by the CRMs for a while:', kept),
    ...section('Left in the CRMs, for you to remove:', left),
    ...section('Failed; fix the cause, and run the same command again:', failed),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0
    ? []
    : [title, ...lines.flatMap((line) => wrapped(printable(line), { first: '  ', next: '    ' }))];
