import { afterEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { createZendeskAdapter } from '../../../../lambda/crm/zendesk/index.ts';
import { aPerson, nobody, upsert as upsertOne } from '../../../contract/driving.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeZendesk, type FakeZendeskOptions, startFakeZendesk } from '../../../support/fake-zendesk.ts';

let zendesk: FakeZendesk;
let deps: AdapterDeps;

async function open(options: FakeZendeskOptions = {}) {
  zendesk = await startFakeZendesk(options);
  deps = adapterDeps(zendesk.secret);
  return createZendeskAdapter({ name: 'zendesk', adapter: 'zendesk', baseUrl: zendesk.url }, deps);
}
afterEach(async () => {
  deps.http.close();
  await zendesk.close();
  expect(zendesk.violations).toEqual([]);
});

const users = () => zendesk.users.list();
const phone = '+420601123456';

describe('a user', () => {
  test('that the search does not have yet is used, and keeps the name', async () => {
    const adapter = await open({ searchLags: true });
    const { id } = zendesk.users.add({ name: 'Evička', email: 'eva@example.com' });
    expect(await upsertOne(adapter, aPerson({ phone }))).toBe(String(id));
    expect(users()).toMatchObject([{ name: 'Evička', phone }]);
  });

  test('is found by a secondary address too', async () => {
    const adapter = await open();
    const { id } = zendesk.users.add({ name: 'Eva', email: 'eva@work.example', other_addresses: ['eva@example.com'] });
    expect(await upsertOne(adapter, aPerson())).toBe(String(id));
    expect(users()).toHaveLength(1);
  });

  test('gets the missing fields, except an address that another user has', async () => {
    const adapter = await open();
    const known = String(zendesk.users.add({ name: 'Visitor', phone }).id);
    zendesk.users.add({ name: 'Jan', email: 'eva@example.com' });
    expect(await upsertOne(adapter, aPerson({ phone }), known)).toBe(known);
    expect(users()).toMatchObject([{ name: 'Eva Horáková', phone }, { name: 'Jan' }]);
    expect(users()[0]).not.toHaveProperty('email');
  });

  test.each(['eva', 'Eva@Example.com', '+420601123456', 'Visitor'])(
    'called "%s" has a placeholder name',
    async (name) => {
      const adapter = await open();
      zendesk.users.add({ name, email: 'eva@example.com', phone });
      await upsertOne(adapter, aPerson());
      expect(users()).toMatchObject([{ name: 'Eva Horáková' }]);
    },
  );

  test.each<[string, Partial<Person>, string]>([
    ['the name', {}, 'Eva Horáková'],
    ['the address', { name: null }, 'eva'],
    ['the number', { name: 'Visitor 7', email: null, phone }, phone],
    ['nothing', { ...nobody }, 'Visitor'],
  ])('without a name is named after %s', async (_, parts, name) => {
    const adapter = await open();
    await upsertOne(adapter, aPerson(parts));
    expect(users()).toMatchObject([{ name }]);
  });

  test('is found among many with a part of the value', async () => {
    const adapter = await open({ userFields: ['club'] });
    for (let many = 0; many < 230; many += 1) zendesk.users.add({ name: 'A', user_fields: { club: `1${many}` } });
    const { id } = zendesk.users.add({ name: 'Eva', user_fields: { club: '1' } });
    const customerId = { field: 'club', value: '1' };
    expect(await upsertOne(adapter, aPerson({ ...nobody, customerId }))).toBe(String(id));
  });

  test('is matched by external id, ignoring case, or by a custom field', async () => {
    const adapter = await open({ userFields: ['club'] });
    const person = (field: string, value: string) => aPerson({ ...nobody, customerId: { field, value } });
    const first = String(zendesk.users.add({ name: 'Eva', external_id: 'k-1' }).id);
    const second = String(zendesk.users.add({ name: 'Jan', user_fields: { club: 'A "1"' } }).id);
    expect(await upsertOne(adapter, person('external_id', 'k-1'))).toBe(first);
    zendesk.inject({ how: { status: 200, body: { users: users() } } });
    expect(await upsertOne(adapter, person('club', 'a "1"'))).toBe(second);
  });

  test('gets configured properties and custom fields in the right places', async () => {
    const adapter = await open();
    const field = (name: string, value: string | number) => ({ name, value, overwrite: false });
    await upsertOne(adapter, aPerson({ fields: [field('notes', 'VIP'), field('visits', 7)] }));
    expect(users()).toMatchObject([{ notes: 'VIP', user_fields: { visits: 7 } }]);
  });
});

test('the check reports a token whose user is not an agent', async () => {
  const adapter = await open({ role: 'end-user' });
  expect(await adapter.check()).toEqual([expect.objectContaining({ problem: "The token's user is not an agent." })]);
});
