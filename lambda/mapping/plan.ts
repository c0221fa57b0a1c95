import { withoutFormula } from '../conversation/formulas.ts';
import { accountVisitor, normaliseEmail, visitorKey } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { FollowUp, Person } from '../crm/port/adapter.ts';
import { compile } from './expression.ts';
import { followUpOf } from './follow-up.ts';
import { ownerOf } from './owner.ts';
import { fieldExpressions, personKeyOf, personOf } from './person.ts';
import { skipReason } from './rules.ts';
import type { MappingSettings, SharedSettings } from './settings.ts';

/** What is to become of one conversation at one destination. */
export type Plan =
  /** A rule says no: it is recorded, and that is all. */
  | { readonly kind: 'skip'; readonly reason: string }
  /** Until the same visitor can be recognised. */
  | { readonly kind: 'hold'; readonly reason: string }
  | {
      readonly kind: 'deliver';
      /** Whose contact it goes to; null where the CRM keeps none. */
      readonly contact: { readonly person: Person; readonly personKey: string } | null;
      readonly ownerId: string | null;
      readonly followUp: FollowUp | null;
    };

export type Known = {
  /** The address that the same visitor left in another chat, where they left none in this one. */
  readonly email: string | null;
  /** In E.164, from this chat or another. */
  readonly phone: string | null;
};

/** @throws CrmError, permanent, where an expression fails on this conversation */
export type MakePlan = (conversation: Conversation, known: Known) => Promise<Plan>;

export type PlannerOptions = SharedSettings & {
  readonly keepsContacts: boolean;
  readonly makesFollowUps: boolean;
  readonly now: () => Date;
};

/**
 * Compiles one destination's rules and mapping.
 * @throws ExpressionError for an expression that cannot be compiled, with its place and position
 */
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
      return { kind: 'hold', reason: `${nothingLeft} The chat waits until they leave an address or a number.` };
    if (contact === 'skip') return { kind: 'skip', reason: nothingLeft };
    return { kind: 'deliver', contact, ownerId, followUp: followUp(conversation) };
  };

  async function contactOf(conversation: Conversation, identity: Known, ownerId: string | null) {
    const { customerIdField, anonymous = 'hold', neutraliseFormulas = true } = settings;
    const customerIdVariable = options.variables.customerId;
    const mapping = { customerIdField, customerIdVariable, fields, ownerId, neutraliseFormulas };
    const person = await personOf(conversation, identity, mapping);
    const personKey = personKeyOf(person);
    if (personKey !== null) return { person, personKey };
    if (anonymous !== 'create') return anonymous;
    // Nobody can be told from another, but the same visitor's next chat goes to the same contact.
    const visitor = accountVisitor(conversation);
    return { person, personKey: visitor === null ? `chat#${conversation.id}` : visitorKey(visitor) };
  }

  function followUp(conversation: Conversation): FollowUp | null {
    const { makesFollowUps, language, now } = options;
    const made = makesFollowUps ? followUpOf(conversation, settings.followUp, { language, now: now() }) : null;
    // In some languages it begins with the visitor's name.
    return made && settings.neutraliseFormulas !== false ? { ...made, title: withoutFormula(made.title) } : made;
  }
}

const nothingLeft = 'The visitor left nothing to be recognised by: no e-mail address, phone number or customer id.';
