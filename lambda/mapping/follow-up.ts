import type { Language } from '../conversation/language.ts';
import type { Conversation } from '../conversation/model.ts';
import type { ReachableBy } from '../conversation/transcript/brief.ts';
import { shorten } from '../conversation/transcript/lines.ts';
import { onOneLine } from '../conversation/transcript/text.ts';
import { wordsIn } from '../conversation/transcript/words.ts';
import type { FollowUp } from '../crm/port/adapter.ts';
import type { Identity } from './identity.ts';
import type { MappingSettings, SharedSettings } from './settings.ts';

const defaults = { on: ['missed', 'offline', 'lowRating'], as: 'task', dueInHours: 4, lowRating: 2 } as const;

export function followUpOf(
  conversation: Conversation,
  identity: Identity,
  settings: MappingSettings['followUp'],
  { language, now }: Pick<SharedSettings, 'language'> & { readonly now: Date },
): FollowUp | null {
  const { on, as, dueInHours, lowRating } = { ...defaults, ...settings };
  const reason = reasonOf(conversation, lowRating);
  if (reason === null || !on.some((each) => each === reason)) return null;
  const ended = Date.parse(conversation.endedAt ?? conversation.startedAt ?? '');
  const due = (Number.isNaN(ended) ? now.getTime() : ended) + dueInHours * 60 * 60 * 1000;
  const { name, email } = conversation.visitor;
  return {
    kind: as,
    reason,
    title: followUpTitle(reason, name ?? email, language),
    dueAt: new Date(due).toISOString(),
    ...reachableBy(conversation, identity),
  };
}

function reachableBy({ visitor }: Conversation, { phone, typedPhone, email }: Identity): ReachableBy {
  const typedEmail = visitor.email && shorten(visitor.email);
  return { phone: phone ?? typedPhone, email: email ?? typedEmail };
}

function reasonOf({ outcome, rating }: Conversation, lowRating: number): FollowUp['reason'] | null {
  if (outcome === 'missed' || outcome === 'offline') return outcome;
  return rating !== null && rating.score <= lowRating ? 'lowRating' : null;
}

/** `Reply to Eva: missed chat`: plain text on one line, at most 200 characters. Escape it. */
export function followUpTitle(reason: FollowUp['reason'], name: string | null, language: Language): string {
  const say = wordsIn(language);
  return name === null
    ? say(`anonymousFollowUp.${reason}`)
    : say(`followUp.${reason}`, { name: shorten(onOneLine(name)) });
}
