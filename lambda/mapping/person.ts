import type { Config, MappingSettings } from '../config/config.ts';
import { nameWithoutFormulas, withoutFormula } from '../conversation/clean-text.ts';
import { identifyingId } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { companyDomainOf } from '../crm/contacts/filling.ts';
import type { Field, Person } from '../crm/port/adapter.ts';
import type { Expression } from './expression.ts';
import type { Identity } from './identity.ts';

type FieldMapping = { readonly name: string; readonly value: Expression; readonly overwrite: boolean };

export async function personOf(
  conversation: Conversation,
  identity: Identity,
  mapping: {
    readonly customerId: Person['customerId'];
    readonly fields: readonly FieldMapping[];
    readonly ownerId: string | null;
    readonly neutraliseFormulas: boolean;
    readonly company: boolean;
  },
): Promise<Person> {
  const { name, countryCode } = conversation.visitor;
  const fields = await Promise.all(mapping.fields.map((field) => toField(conversation, identity, field)));
  const person: Person = {
    email: identity.email,
    phone: identity.phone,
    typedPhone: identity.typedPhone,
    customerId: mapping.customerId,
    name,
    company: mapping.company && identity.email !== null ? await companyDomainOf(identity.email) : null,
    countryCode,
    fields: fields.flat(),
    ownerId: mapping.ownerId,
    unusable: identity.isUnreadable
      ? [conversation.visitor.email, identity.typedPhone].flatMap((text) => text ?? [])
      : [],
  };
  return mapping.neutraliseFormulas ? neutralised(person) : person;
}

function neutralised({ name, company, customerId, fields, ...person }: Person): Person {
  const id = customerId === null ? '' : withoutFormula(customerId.value);
  return {
    ...person,
    name: name === null ? null : nameWithoutFormulas(name) || null,
    company: company === null ? null : withoutFormula(company) || null,
    customerId: customerId === null || id === '' ? null : { ...customerId, value: id },
    fields: fields.flatMap((field) => {
      const value = typeof field.value === 'string' ? withoutFormula(field.value) : field.value;
      return value === '' ? [] : [{ ...field, value }];
    }),
  };
}

/** The keys for the person's contact locks, that of the contact first; empty if nothing identifies them. */
export function personKeysOf(
  { email, phone, customerId }: Person,
  matchByPhone: MappingSettings['matchByPhone'] = 'sameNameOnly',
): readonly string[] {
  const keys = [
    ...(email === null ? [] : [`email#${email}`]),
    ...(phone === null || matchByPhone === 'never' ? [] : [`phone#${phone}`]),
  ];
  return keys.length > 0 || customerId === null ? keys : [`customer#${customerId.value}`];
}

/** From the configured variable, else from the shop's plugin; null unless the CRM has a field for it. */
export function customerIdOf(
  { visitor, shop }: Conversation,
  field: string | undefined,
  variable: Config['variables']['customerId'],
): Person['customerId'] {
  const own = visitor.variables.find(({ key }) => key === variable)?.value;
  const value = variable === undefined ? (shop?.customerId ?? undefined) : own;
  // Shops send 0, or the word null, for a visitor who is not logged in.
  const id = typeof value === 'boolean' || value === undefined ? null : identifyingId(String(value));
  return field === undefined || id === null ? null : { field, value: id };
}

/** A blank value gives no field, so it never overwrites anything. */
async function toField(
  conversation: Conversation,
  identity: Identity,
  { name, value, overwrite }: FieldMapping,
): Promise<readonly Field[]> {
  const given = await value(conversation, identity);
  if (typeof given === 'boolean') return [{ name, value: given, overwrite }];
  if (typeof given === 'number') return Number.isFinite(given) ? [{ name, value: given, overwrite }] : [];
  const text = typeof given === 'string' ? cut(given.toWellFormed().trim()) : '';
  return text === '' ? [] : [{ name, value: text, overwrite }];
}

/** Never splits a surrogate pair. */
const cut = (text: string) => text.slice(0, maxValueLength).replace(/[\ud800-\udbff]$/, '');

/** In characters. No vendor's field holds more, and one such value must not make a whole batch too large. */
const maxValueLength = 65_536;

export const fieldExpressions = (fields: MappingSettings['fields'] = {}) =>
  Object.entries(fields).map(([name, given]) =>
    typeof given === 'string'
      ? { name, source: given, overwrite: false }
      : { name, source: given.value, overwrite: given.overwrite ?? false },
  );
