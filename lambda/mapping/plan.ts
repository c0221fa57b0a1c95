import { withoutFormula } from '../conversation/formulas.ts';
import { isIdentifying, visitorKey } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { fullName } from '../crm/contacts/contact-name.ts';
import type { FollowUp, Person } from '../crm/port/adapter.ts';
import { compile } from './expression.ts';
import { followUpOf } from './follow-up.ts';
import type { Identity } from './identity.ts';
import { ownerOf } from './owner.ts';
import { customerIdOf, fieldExpressions, personKeyOf, personOf } from './person.ts';
import { skipReason } from './rules.ts';
import { holdHoursOf, type MappingSettings, type SharedSettings } from './settings.ts';

/** What is to become of one conversation at one destination. */
export type Plan =
  /** A rule says no: it is recorded, and that is all. */
  | { readonly kind: 'skip'; readonly reason: string }
  /** Until the same visitor can be recognised, or for so many hours; null if only that can release it. */
  | { readonly kind: 'hold'; readonly reason: string; readonly hours: number | null }
  | {
      readonly kind: 'deliver';
      /** Whose contact it goes to; null where the CRM keeps none. */
      readonly contact: { readonly person: Person; readonly personKey: string } | null;
      readonly ownerId: string | null;
      readonly followUp: FollowUp | null;
    };

/** @throws CrmError, permanent, where an expression fails on this conversation */
export type MakePlan = (
  conversation: Conversation,
  /** What identifies the visitor, from this chat or another. */
  identity: Identity,
  options?: {
    /** The chat has been held for as long as the plan before said. */
    readonly isHoldOver: boolean;
  },
) => Promise<Plan>;

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

  return async (conversation, left, { isHoldOver } = { isHoldOver: false }) => {
    const customerId = customerIdOf(conversation, settings.customerIdField, options.variables.customerId);
    const isKnown = isIdentifying(left) || customerId !== null;
    const identity = isKnown ? left : { ...left, ...left.inWords };
    const refusal = await skipReason(conversation, identity, settings, when);
    if (refusal !== null) return { kind: 'skip', reason: refusal };

    const ownerId = ownerOf(conversation, settings.owners);
    if (!options.keepsContacts) return { kind: 'deliver', contact: null, ownerId, followUp: followUp(conversation) };

    const { neutraliseFormulas = true } = settings;
    const person = await personOf(conversation, identity, { customerId, fields, ownerId, neutraliseFormulas });
    const personKey = personKeyOf(person);
    const refused = personKey === null && !identity.isUnreadable ? anonymous(conversation, person, isHoldOver) : null;
    if (refused !== null) return refused;
    const contact = { person, personKey: personKey ?? visitorKeyOf(conversation) };
    return { kind: 'deliver', contact, ownerId, followUp: followUp(conversation) };
  };

  /** What becomes of a chat whose visitor left nothing; null if they become a contact all the same. */
  function anonymous({ outcome }: Conversation, person: Person, isHoldOver: boolean): Plan | null {
    const { anonymous = 'hold' } = settings;
    const holdHours = holdHoursOf(settings);
    if (anonymous === 'create') return null;
    if (anonymous === 'skip') return { kind: 'skip', reason: nothingLeft };
    // Somebody waits for an answer, and a name is enough to give one.
    const isWaiting = (outcome === 'missed' || outcome === 'offline') && fullName(person) !== undefined;
    if (isWaiting && isHoldOver) return null;
    const end = isWaiting ? untilNamed(holdHours) : untilRecognised;
    return { kind: 'hold', reason: `${nothingLeft} ${end}`, hours: isWaiting ? holdHours : null };
  }

  function followUp(conversation: Conversation): FollowUp | null {
    const { makesFollowUps, language, now } = options;
    const made = makesFollowUps ? followUpOf(conversation, settings.followUp, { language, now: now() }) : null;
    // In some languages it begins with the visitor's name.
    return made && settings.neutraliseFormulas !== false ? { ...made, title: withoutFormula(made.title) } : made;
  }
}

const nothingLeft = 'The visitor left nothing to be recognised by: no e-mail address, phone number or customer id.';
const untilRecognised = 'The chat waits until they leave an address or a number.';
const untilNamed = (hours: number) =>
  `The chat waits until they leave an address or a number, and goes to a contact by name after ${hours} hours.`;

/** Nobody can be told from another, but the same visitor's next chat goes to the same contact. */
const visitorKeyOf = ({ id, visitor }: Conversation) => (visitor.id === null ? `chat#${id}` : visitorKey(visitor.id));
