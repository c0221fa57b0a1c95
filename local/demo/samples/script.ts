import type { DocumentedHook } from '../../../lambda/smartsupp/hook.schema.ts';

export type Sample = {
  /** For commands and forms. */
  readonly name: string;
  readonly label: string;
  readonly script: Script;
};

export type Script = {
  readonly visitor: NonNullable<DocumentedHook['visitor']>;
  readonly pages: readonly { readonly url: string; readonly title: string }[];
  readonly flags: Partial<Flags>;
  readonly rating?: { readonly score: number; readonly comment?: string };
  readonly lines: readonly ScriptLine[];
};

/** `pause` is in seconds after the previous line. A trigger's text starts with its name and a bar: `Welcome|Hello!`. */
export type ScriptLine = readonly [
  who: 'visitor' | 'agent' | 'trigger' | 'joins' | 'closes',
  pause: number,
  words: string,
];

type Flags = Pick<
  DocumentedHook['channel'],
  'isChat' | 'isMissed' | 'isTriggered' | 'isOffline' | 'isCompleted' | 'isDropped'
>;
type HookMessage = NonNullable<DocumentedHook['messages']>[number] & { readonly sentAt: number };

export const shop = 'https://www.horal-outdoor.example';

/** A fictitious visitor: an address at example.com, and an IP from a range for documentation (RFC 2606, RFC 5737). */
export const person = (known: Script['visitor']): Script['visitor'] => ({
  note: null,
  group: null,
  referer: '',
  variables: {},
  ...known,
});

const agent = { id: 'agent:7', name: 'Lucie Horáková' };

/**
 * Plays a script as Smartsupp would post it (the documented v1), ending at `now`.
 * @param channelId a new id makes a new chat; a known id makes another copy of that chat
 */
export function perform(
  script: Script,
  { now, channelId }: { readonly now: Date; readonly channelId: number },
): DocumentedHook {
  const length = script.lines.reduce((seconds, [, pause]) => seconds + pause, 0);
  const beginAt = now.getTime() - length * 1000;
  let sentAt = beginAt;
  const messages = script.lines.map((line): HookMessage => {
    sentAt += line[1] * 1000;
    return toMessage(line, script.visitor, sentAt);
  });
  const waits = answerTimes(messages);
  return {
    accountId: 100200,
    beginAt,
    endAt: now.getTime(),
    channel: {
      id: channelId,
      isChat: false,
      isMissed: false,
      isTriggered: script.lines.some(([who]) => who === 'trigger'),
      isOffline: false,
      isCompleted: false,
      isDropped: false,
      ...script.flags,
      duration: length,
      firstResponse: waits[0] ?? null,
      avgResponse: waits.length === 0 ? null : Math.round(waits.reduce((sum, wait) => sum + wait, 0) / waits.length),
      messagesCount: messages.length,
      wordsCount: messages.reduce((count, { content }) => count + (content ?? '').split(/\s+/u).length, 0),
      rating: script.rating?.score ?? null,
      ratingDesc: script.rating?.comment ?? null,
    },
    visitor: script.visitor,
    paths: [...script.pages],
    messages,
  };
}

function toMessage([who, , words]: ScriptLine, visitor: Script['visitor'], sentAt: number): HookMessage {
  const visitorName = visitor.name ?? '';
  switch (who) {
    case 'visitor':
      return message('visitor', visitorName, `visitor:${visitor.id}`, words, sentAt);
    case 'agent':
      return message('agent', agent.name, agent.id, words, sentAt);
    case 'joins':
      return message('system', agent.name, agent.id, 'agent.join', sentAt);
    case 'closes':
      return message('system', visitorName, 'system', 'close.visitorClose', sentAt);
    case 'trigger': {
      const [trigger = '', text = ''] = words.split('|');
      return { ...message('agent', '', 'system', text, sentAt), triggeredBy: trigger };
    }
  }
}

const message = (type: string, name: string, from: string, content: string, sentAt: number): HookMessage => ({
  type,
  name,
  from,
  content,
  sentAt,
  triggeredBy: null,
});

/** How long the visitor waited for each answer, in seconds. */
function answerTimes(messages: readonly HookMessage[]): readonly number[] {
  const waits: number[] = [];
  let askedAt: number | undefined;
  for (const { type, from, sentAt } of messages) {
    if (type === 'visitor') askedAt ??= sentAt;
    if (type !== 'agent' || from === 'system' || askedAt === undefined) continue;
    waits.push(Math.round((sentAt - askedAt) / 1000));
    askedAt = undefined;
  }
  return waits;
}
