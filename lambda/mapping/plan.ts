import { withoutFormula } from '../conversation/formulas.ts';
import { accountVisitor, normaliseEmail, visitorKey } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { FollowUp, Person } from '../crm/port/adapter.ts';
import { compile } from './expression.ts';
import { followUpOf } from './follow-up.ts';
import { fieldExpressions, personKeyOf, personOf } from './person.ts';
import { skipReason } from './rules.ts';
import type { MappingSettings, SharedSettings } from './settings.ts';

export type Plan =
  | { readonly kind: 'skip'; readonly reason: string }
  /** Wait until another chat identifies the visitor. */
  | { readonly kind: 'hold'; readonly reason: string }
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
  /** The key of the same person without what the CRM refused; null if nothing of it identifies them. */
  readonly keyOf: (person: Person) => string | null;
};

export type Known = {
  /** From another chat of the same visitor, if this one has none. */
  readonly email: string | null;
  readonly phone: string | null;
};

/** @throws CrmError, permanent, if an expression fails on this conversation */
export type MakePlan = (conversation: Conversation, known: Known) => Promise<Plan>;

export type PlannerOptions = SharedSettings & {
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

  return async (conversation, known) => {
    const email = normaliseEmail(conversation.visitor.email) ?? known.email;
    const refusal = await skipReason(conversation, email, settings, when);
    if (refusal !== null) return { kind: 'skip', reason: refusal };

    const ownerId = ownerOf(conversation, settings.owners);
    const contact = options.keepsContacts
      ? await contactOf(conversation, { email, phone: known.phone }, ownerId)
      : null;
    if (contact === 'hold')
      return { kind: 'hold', reason: `${unidentified} The chat waits until they leave an address or a number.` };
    if (contact === 'skip') return { kind: 'skip', reason: unidentified };
    return { kind: 'deliver', contact, ownerId, followUp: followUp(conversation) };
  };

  async function contactOf(conversation: Conversation, identity: Known, ownerId: string | null) {
    const { customerIdField, anonymous = 'hold', neutraliseFormulas = true, company = false } = settings;
    const customerIdVariable = options.variables.customerId;
    const phoneVariable = options.variables.phone;
    const mapping = {
      customerIdField,
      customerIdVariable,
      phoneVariable,
      fields,
      ownerId,
      neutraliseFormulas,
      company,
    };
    const person = await personOf(conversation, identity, mapping);
    const keyOf = (one: Person) => personKeyOf(one, settings.matchByPhone);
    const personKey = keyOf(person);
    if (personKey !== null) return { person, personKey, keyOf };
    // An answer is expected by whoever left a number, or an address that cannot be used.
    const isReachable = person.phone !== null || person.unusable.length > 0;
    if (anonymous !== 'create' && !isReachable) return anonymous;
    // Nothing identifies the person, but the same visitor's next chat goes to the same contact.
    const visitor = accountVisitor(conversation);
    const key = visitor === null ? `chat#${conversation.id}` : visitorKey(visitor);
    return { person, personKey: key, keyOf };
  }

  function followUp(conversation: Conversation): FollowUp | null {
    const { makesFollowUps, language, now } = options;
    const made = makesFollowUps ? followUpOf(conversation, settings.followUp, { language, now: now() }) : null;
    // In some languages the title begins with the visitor's name.
    return made && settings.neutraliseFormulas !== false ? { ...made, title: withoutFormula(made.title) } : made;
  }
}

const unidentified = 'Nothing identifies the visitor: no e-mail address, phone number or customer id.';

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
