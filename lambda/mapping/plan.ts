import { type Config, holdHoursOf, type MappingSettings } from '../config/config.ts';
import { onOneLine, shorten, withoutFormula } from '../conversation/clean-text.ts';
import { followUpDueAt, followUpNeeded } from '../conversation/follow-up.ts';
import type { Language } from '../conversation/locale.ts';
import { accountVisitor, isIdentifying, visitorKey } from '../conversation/match-keys.ts';
import type { Conversation, Message } from '../conversation/model.ts';
import type { ReachableBy } from '../conversation/transcript/brief.ts';
import { wordsIn } from '../conversation/transcript/words.ts';
import { fullName } from '../crm/contacts/filling.ts';
import type { FollowUp, Person } from '../crm/port/adapter.ts';
import { compile, type Expression } from './expression.ts';
import type { Identity } from './identity.ts';
import { customerIdOf, fieldExpressions, personKeysOf, personOf } from './person.ts';

export type Plan =
  | { readonly kind: 'skip'; readonly reason: string }
  /** Wait until another chat identifies the visitor, or for this long; `hours` is null if there is no limit. */
  | { readonly kind: 'hold'; readonly reason: string; readonly hours: number | null }
  | {
      readonly kind: 'deliver';
      /** Null if the CRM keeps no contacts. */
      readonly contact: PlannedContact | null;
      readonly ownerId: string | null;
      readonly followUp: FollowUp | null;
    };

export type PlannedContact = {
  readonly person: Person;
  readonly personKey: string;
  /** All keys of the same person without what the CRM refused; empty if nothing of it identifies them. */
  readonly keysOf: (person: Person) => readonly string[];
  /** The key while nothing identifies them. */
  readonly namelessKey: string;
};

/** @throws CrmError, permanent, if an expression fails on this conversation */
export type MakePlan = (
  conversation: Conversation,
  /** From this chat or another. */
  identity: Identity,
  options?: {
    /** The chat was held for as long as an earlier plan said. */
    readonly isHoldOver?: boolean;
    /** The chat was imported, so nobody waits for an answer any more. */
    readonly isHistory?: boolean;
  },
) => Promise<Plan>;

type PlannerOptions = Pick<Config, 'language' | 'variables'> & {
  readonly keepsContacts: boolean;
  readonly makesFollowUps: boolean;
  readonly now: () => Date;
};

/** Compiles one destination's rules and mapping. Throws an ExpressionError with place and position. */
export async function createPlanner(settings: MappingSettings, options: PlannerOptions): Promise<MakePlan> {
  const place = `destination "${settings.name}"`;
  const when = settings.when === undefined ? undefined : await compile(settings.when, `${place}, when`);
  const fields = await Promise.all(
    fieldExpressions(settings.fields).map(async ({ name, source, overwrite }) => ({
      name,
      overwrite,
      value: await compile(source, `${place}, fields.${name}`),
    })),
  );

  return async (conversation, left, { isHoldOver = false, isHistory = false } = {}) => {
    const customerId = customerIdOf(conversation, settings.customerIdField, options.variables.customerId);
    const isKnown = isIdentifying(left) || customerId !== null;
    const identity = isKnown ? left : { ...left, ...left.inWords };
    const refusal = await skipReason(conversation, identity, settings, when);
    if (refusal !== null) return { kind: 'skip', reason: refusal };
    if (settings.consent && conversation.visitor.consent !== true) {
      return { kind: 'hold', reason: noConsent(conversation), hours: null };
    }

    const ownerId = ownerOf(conversation, settings.owners);
    const followUp = isHistory ? null : followUpFor(conversation, identity);
    if (!options.keepsContacts) return { kind: 'deliver', contact: null, ownerId, followUp };

    const { neutraliseFormulas = true, company = false } = settings;
    const mapping = { customerId, fields, ownerId, neutraliseFormulas, company };
    const person = await personOf(conversation, identity, mapping);
    const keysOf = (one: Person) => personKeysOf(one, settings.matchByPhone);
    const [personKey = null] = keysOf(person);
    // A visitor who left a number, or an unusable address, expects an answer.
    const isReachable = person.phone !== null || identity.isUnreadable;
    const refused = personKey === null && !isReachable ? anonymous(conversation, person, isHoldOver) : null;
    if (refused !== null) return refused;
    const namelessKey = visitorKeyOf(conversation);
    const contact = { person, personKey: personKey ?? namelessKey, keysOf, namelessKey };
    return { kind: 'deliver', contact, ownerId, followUp };
  };

  /** The plan for a chat whose visitor left nothing; null if they become a contact all the same. */
  function anonymous({ outcome }: Conversation, person: Person, isHoldOver: boolean): Plan | null {
    const { anonymous = 'hold' } = settings;
    const holdHours = holdHoursOf(settings);
    if (anonymous === 'create') return null;
    if (anonymous === 'skip') return { kind: 'skip', reason: `${unidentified} (anonymous).` };
    // The visitor waits for an answer, and a name is enough to give one.
    const isWaiting = (outcome === 'missed' || outcome === 'offline') && fullName(person) !== undefined;
    if (isWaiting && isHoldOver) return null;
    const end = isWaiting ? untilNamed(holdHours) : untilRecognised;
    return { kind: 'hold', reason: `${unidentified}. ${end}`, hours: isWaiting ? holdHours : null };
  }

  function followUpFor(conversation: Conversation, identity: Identity): FollowUp | null {
    const { makesFollowUps, language, now } = options;
    const made = makesFollowUps
      ? followUpOf(conversation, identity, settings.followUp, { language, now: now() })
      : null;
    // In some languages the title begins with the visitor's name.
    return made && settings.neutraliseFormulas !== false ? { ...made, title: withoutFormula(made.title) } : made;
  }
}

const noConsent = ({ visitor }: Conversation) =>
  visitor.consent === false
    ? 'The visitor has not agreed to the processing of their data (consent). The chat waits until they do.'
    : 'Smartsupp does not say that the visitor agreed to the processing of their data (consent). The chat waits until it does.';

const unidentified = 'Nothing identifies the visitor: no e-mail address, phone number or customer id';
const untilRecognised = 'The chat waits until they leave an address or a number.';
const untilNamed = (hours: number) =>
  `The chat waits until they leave an address or a number, and goes to a contact by name after ${hours} hours.`;

/** Nothing identifies the person, but the same visitor's next chat goes to the same contact. */
const visitorKeyOf = (conversation: Conversation) => {
  const visitor = accountVisitor(conversation);
  return visitor === null ? `chat#${conversation.id}` : visitorKey(visitor);
};

/** The CRM's user who owns the chat: of the configured agents, the one who wrote the most messages. */
function ownerOf({ messages }: Conversation, owners: MappingSettings['owners']): string | null {
  const users = new Map(Object.entries(owners?.agents ?? {}));
  const counts = new Map<string, number>();
  for (const { speaker, agentId, name } of messages) {
    const user = speaker === 'agent' ? (users.get(agentId ?? '') ?? users.get(name ?? '')) : undefined;
    if (user !== undefined) counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  const [top] = [...counts].sort(([, a], [, b]) => b - a);
  return top?.[0] ?? owners?.fallback ?? null;
}

/**
 * The reason why a chat does not go to a destination, or null. The same rule gives the same words for every chat, so
 * that they can be counted. `identity` may be from another chat of the visitor.
 */
async function skipReason(
  conversation: Conversation,
  identity: Identity,
  settings: MappingSettings,
  when: Expression | undefined,
): Promise<string | null> {
  const { automatic = false, humanOnly = false, onlyWithEmail = false, minMessages = 0 } = settings;
  if (conversation.outcome === 'automatic' && !automatic)
    return 'Nobody wrote anything: the chat has only automatic messages, or none (automatic).';
  const spoke = (...speakers: readonly Message['speaker'][]) =>
    conversation.messages.filter(({ speaker }) => speakers.includes(speaker)).length;
  if (humanOnly && spoke('bot') > 0 && spoke('agent') === 0) return 'Only bots answered the visitor (humanOnly).';
  if (onlyWithEmail && identity.email === null) return 'The visitor left no e-mail address (onlyWithEmail).';
  // An offline message is a single message, so it is never too short.
  if (conversation.outcome !== 'offline' && spoke('visitor', 'agent') < minMessages) {
    return `Fewer messages by people than minMessages (${minMessages}).`;
  }
  if (when !== undefined && (await when(conversation, identity)) !== true) return 'The rule does not match (when).';
  return null;
}

function followUpOf(
  conversation: Conversation,
  identity: Identity,
  settings: MappingSettings['followUp'],
  { language, now }: Pick<Config, 'language'> & { readonly now: Date },
): FollowUp | null {
  const reason = followUpNeeded(conversation, settings);
  if (reason === null) return null;
  const { name, email } = conversation.visitor;
  return {
    kind: settings?.as ?? 'task',
    reason,
    title: followUpTitle(reason, name ?? email, language),
    dueAt: followUpDueAt(conversation, settings, now),
    ...reachableBy(conversation, identity),
  };
}

function reachableBy({ visitor }: Conversation, { phone, typedPhone, email }: Identity): ReachableBy {
  const typedEmail = visitor.email && shorten(visitor.email);
  return { phone: phone ?? typedPhone, email: email ?? typedEmail };
}

/** `Reply to Eva: missed chat`: plain text on one line, at most 200 characters. Escape it. */
export function followUpTitle(reason: FollowUp['reason'], name: string | null, language: Language): string {
  const say = wordsIn(language);
  return name === null
    ? say(`anonymousFollowUp.${reason}`)
    : say(`followUp.${reason}`, { name: shorten(onOneLine(name)) });
}
