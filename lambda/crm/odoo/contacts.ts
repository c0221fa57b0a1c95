import { countryCode } from '../../conversation/locale.ts';
import { escapeHtml } from '../../conversation/transcript/formats.ts';
import {
  changing,
  companyOf,
  fieldsOf,
  fieldsToFill,
  fullName,
  isNothing,
  isPlaceholderName,
  placeholderName,
  remarkOf,
  writtenPhone,
} from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, samePhone } from '../contacts/matching.ts';
import type { ContactId, ContactRequest, Field, Person } from '../port/adapter.ts';
import type { Stored } from './answers.ts';
import type { Columns, Domain, OdooClient } from './client.ts';

/** Odoo takes a note on an archived contact, where nobody sees it. */
const notArchived: Domain[number] = ['active', '=', true];

/** Invoice and delivery addresses are partners too, often with the same e-mail address. */
const contactsOnly: Domain = [notArchived, ['type', '=', 'contact']];

/** Written by `load`, the import method, which resolves countries and owners in the same call. */
export function createContacts(client: OdooClient, policy: MatchPolicy) {
  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const lookUps = lookUpsOf(person);
    const found = await matchContact(request, lookUps, policy);
    return found === undefined ? load('create the contact', newPartner(person)) : fill(found.partner, person);
  };

  function lookUpsOf(person: Person) {
    const find = async (domain: Domain) => {
      const fields = readFields(person);
      return (await client.search('find the contact', 'res.partner', { domain, fields, limit: 100 })).map(toMatch);
    };
    return {
      byId: async (id: ContactId) => (await find([notArchived, ['id', '=', Number(id)]]))[0],
      byEmail: (email: string) => find([...contactsOnly, ['email_normalized', '=', email]]),
      byPhone: async (phone: string) => {
        const likely = await find([...contactsOnly, ['phone', '=ilike', [...phone].join('%')]]);
        return likely.filter(({ partner }) => samePhone(partner['phone'], phone));
      },
      byCustomerId: ({ field, value }: NonNullable<Person['customerId']>) =>
        find([...contactsOnly, [field, '=', value]]),
      identityOf: ({ partner }: { readonly partner: Stored }) => ({
        name: partner['name'],
        emails: [partner['email']],
      }),
    };
  }

  async function fill(partner: Stored, person: Person): Promise<ContactId> {
    const id = String(partner.id);
    const missing = toFill(partner, person);
    if (Object.keys(missing).length > 0) await changing(id, load('update the contact', { '.id': id, ...missing }));
    return id;
  }

  async function load(operation: string, columns: Columns): Promise<ContactId> {
    const loaded = await client.loadPartner(operation, columns);
    if ('id' in loaded) return loaded.id;
    throw loaded.refusal;
  }
}

const toMatch = (partner: Stored) => ({
  id: String(partner.id),
  createdAt: String(partner['create_date']),
  partner,
});

const readFields = (person: Person): readonly string[] => [
  ...new Set([
    'create_date',
    'name',
    'email',
    'phone',
    'company_name',
    'country_id',
    ...person.fields.map(({ name }) => name),
  ]),
  ...(person.customerId === null ? [] : [person.customerId.field]),
];

function newPartner(person: Person): Columns {
  const remark = remarkOf(person);
  return {
    name: fullName(person) ?? placeholderName(person),
    ...(remark !== null && { comment: escapeHtml(remark) }),
    ...inColumns(fieldsIn(person)),
    ...(person.ownerId !== null && { 'user_id/.id': person.ownerId }),
  };
}

function toFill(partner: Stored, person: Person): Columns {
  const { name, email, phone } = partner;
  const known = fullName(person);
  return {
    ...(known !== undefined && isPlaceholderName(name, { email, phone }, person) && { name: known }),
    ...inColumns(fieldsToFill(fieldsIn(person), (field) => readable(partner[fieldIn(field)]), isBlank)),
  };
}

function fieldsIn(person: Person): readonly Field[] {
  const country = countryCode(person.countryCode)?.toLowerCase();
  return fieldsOf(person, {
    email: person.email,
    phone: writtenPhone(person),
    company_name: companyOf(person),
    [countryColumn]: country && `base.${country === 'gb' ? 'uk' : country}`,
  });
}

/** By XML id, `base.cz`, because names depend on the user's language. */
const countryColumn = 'country_id/id';

/** `country_id/id` is a column of the field `country_id`. */
const fieldIn = (column: string) => column.split('/')[0] ?? column;

const inColumns = (fields: readonly Field[]): Columns =>
  Object.fromEntries(fields.map(({ name, value }) => [name, String(value)]));

/** A related record is read as [id, name], and written by name. */
const readable = (value: unknown): unknown => (Array.isArray(value) && value.length === 2 ? value[1] : value);

/** Odoo's blank is `false`, even for text; a checkbox may also be `false`. */
const isBlank = (value: unknown) => value === false || isNothing(value);
