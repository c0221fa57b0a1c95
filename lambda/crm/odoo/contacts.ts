import { changing } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, samePhone } from '../contacts/matching.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { Columns, Domain, OdooClient } from './client.ts';
import { newPartner, readFields, toFill } from './mapping.ts';
import type { Stored } from './shapes.ts';

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
