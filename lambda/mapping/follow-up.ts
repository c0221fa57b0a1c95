import type { Conversation } from '../conversation/model.ts';
import { followUpWords } from '../conversation/transcript/follow-up-words.ts';
import type { FollowUp } from '../crm/port/adapter.ts';
import type { MappingSettings, SharedSettings } from './settings.ts';

const defaults = { on: ['missed', 'offline', 'lowRating'], as: 'task', dueInHours: 4, lowRating: 2 } as const;

/** What is left to do after a chat, if anything. */
export function followUpOf(
  conversation: Conversation,
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
    title: followUpWords(language)[reason](name ?? email),
    dueAt: new Date(due).toISOString(),
  };
}

function reasonOf({ outcome, rating }: Conversation, lowRating: number): FollowUp['reason'] | null {
  if (outcome === 'missed' || outcome === 'offline') return outcome;
  return rating !== null && rating.score <= lowRating ? 'lowRating' : null;
}
