import { afterEach, describe, expect, test } from '@jest/globals';
import type { OnMultipleMatches } from '../../../../lambda/crm/contacts/matching.ts';
import { createFreshdeskAdapter } from '../../../../lambda/crm/freshdesk/index.ts';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import { aPerson, failure, log, nobody, upsert } from '../../../contract/driving.ts';
import { aConversation, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeFreshdesk, type FakeFreshdeskOptions, startFakeFreshdesk } from '../../../support/fake-freshdesk.ts';

let freshdesk: FakeFreshdesk;
let deps: AdapterDeps;

async function open(options: FakeFreshdeskOptions = {}, changes: { onMultipleMatches?: OnMultipleMatches } = {}) {
  freshdesk = await startFakeFreshdesk(options);
  deps = adapterDeps(freshdesk.key);
  return createFreshdeskAdapter({ name: 'freshdesk', adapter: 'freshdesk', baseUrl: freshdesk.url, ...changes }, deps);
}
afterEach(async () => {
  deps.http.close();
  await freshdesk.close();
  expect(freshdesk.violations).toEqual([]);
});

const contacts = () => freshdesk.contacts.list();
const phone = '+420601123456';

describe('a contact', () => {
  test('is found by a secondary address too', async () => {
    const adapter = await open();
    const { id } = freshdesk.contacts.add({
      name: 'Eva',
      email: 'eva@work.example',
      other_emails: ['eva@example.com'],
    });
    expect(await upsert(adapter, aPerson({ phone }))).toBe(String(id));
    expect(contacts()).toMatchObject([{ email: 'eva@work.example', phone }]);
  });

  test('is found by a mobile number too, and is one contact if it has the number twice', async () => {
    const adapter = await open({}, { onMultipleMatches: 'park' });
    const { id } = freshdesk.contacts.add({ name: 'Eva', phone, mobile: phone });
    expect(await upsert(adapter, aPerson({ email: null, phone }))).toBe(String(id));
    const jan = freshdesk.contacts.add({ name: 'Jan', mobile: '+420777888999' });
    expect(await upsert(adapter, aPerson({ email: null, phone: '+420777888999' }))).toBe(String(jan.id));
  });

  test('that was deleted and still has the address is restored', async () => {
    const adapter = await open();
    const known = String(freshdesk.contacts.add({ name: 'Eva', email: 'eva@example.com', deleted: true }).id);
    expect(await upsert(adapter, aPerson(), known)).toBe(known);
    expect(contacts()).toMatchObject([{ deleted: false }]);
  });

  test('is not created for an agent, who can be the requester', async () => {
    const adapter = await open({ agentAddress: { email: 'eva@example.com', id: 4242 } });
    const id = await upsert(adapter, aPerson());
    expect(id).toBe('4242');
    await log(adapter, anEntry(aConversation(), id));
    expect(contacts()).toEqual([]);
  });

  test('keeps a customer id that the list leaves out', async () => {
    const adapter = await open();
    const { id } = freshdesk.contacts.add({ name: 'Eva', email: 'eva@example.com', unique_external_id: 'K-1' });
    const customerId = { field: 'unique_external_id', value: 'K-2' };
    expect(await upsert(adapter, aPerson({ customerId }))).toBe(String(id));
    expect(contacts()).toMatchObject([{ unique_external_id: 'K-1' }]);
  });

  test('gets the missing fields, except an address that another contact has', async () => {
    const adapter = await open();
    const known = String(freshdesk.contacts.add({ name: phone, phone }).id);
    freshdesk.contacts.add({ name: 'Jan', email: 'eva@example.com' });
    expect(await upsert(adapter, aPerson({ phone }), known)).toBe(known);
    expect(contacts()).toMatchObject([{ name: 'Eva Horáková', email: null }, { name: 'Jan' }]);
  });

  test('is not updated if its number is kept as a mobile', async () => {
    const adapter = await open();
    freshdesk.contacts.add({ name: 'Eva', email: 'eva@example.com', mobile: phone });
    await upsert(adapter, aPerson({ phone }));
    expect(contacts()).toMatchObject([{ phone: null }]);
  });

  test('of an anonymous visitor has a unique identifier', async () => {
    const adapter = await open();
    await upsert(adapter, aPerson({ ...nobody }));
    expect(contacts()).toMatchObject([{ name: 'Visitor', unique_external_id: expect.stringMatching(/^smartsupp-/) }]);
  });

  test('gets configured properties and custom fields in the right places', async () => {
    const adapter = await open({ contactFields: ['club'] });
    const field = (name: string, value: string) => ({ name, value, overwrite: false });
    await upsert(adapter, aPerson({ fields: [field('job_title', 'Buyer'), field('club', 'Gold')] }));
    expect(contacts()).toMatchObject([{ job_title: 'Buyer', custom_fields: { club: 'Gold' } }]);
  });

  test('can be found only by Freshdesk’s own customer id', async () => {
    const adapter = await open();
    const error = await failure(upsert(adapter, aPerson({ ...nobody, customerId: { field: 'club', value: '1' } })));
    expect(error).toMatchObject({
      fault: { kind: 'permanent' },
      message: expect.stringContaining('unique_external_id'),
    });
  });
});
