import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { CrmAdapter, Entry } from '../../../../lambda/crm/port/adapter.ts';
import { createRaynetAdapter } from '../../../../lambda/crm/raynet/index.ts';
import { aPerson, failure, log, nobody, upsert } from '../../../contract/driving.ts';
import { aConversation, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeRaynet, startFakeRaynet } from '../../../support/fake-raynet.ts';

let raynet: FakeRaynet;
let deps: AdapterDeps;
let adapter: CrmAdapter;
let clock: Date;

beforeEach(async () => {
  raynet = await startFakeRaynet({ users: [7, 8], customFields: ['Segment_a1b2c'] });
  clock = new Date('2026-05-04T09:00:00.000Z');
  deps = adapterDeps(raynet.secret, { now: () => clock });
  adapter = open();
});
afterEach(async () => {
  deps.http.close();
  await raynet.close();
  expect(raynet.violations).toEqual([]);
});

const open = (parts: Partial<AdapterDeps> = {}) =>
  createRaynetAdapter(
    {
      name: 'raynet',
      adapter: 'raynet',
      instance: raynet.instance,
      baseUrl: `${raynet.url}/api/v2`,
      owners: { fallback: '7' },
    },
    { ...deps, ...parts },
  );
const contacts = () => raynet.records.person.list(({ activeUserAccount: user }) => user !== true);
const events = () => raynet.records.event.list();
const contactId = () => String(raynet.records.person.add({ lastName: 'Horáková' }).id);

describe('a contact', () => {
  test('has its country as a code, and keeps the rest of its address', async () => {
    const address = { street: 'Dlouhá 1', city: 'Praha', zipCode: '110 00' };
    const { id } = raynet.records.person.add({ lastName: 'Horáková', privateAddress: address });
    await upsert(adapter, aPerson({ email: null, name: null }), String(id));
    expect(contacts()).toMatchObject([{ privateAddress: { ...address, countryCode: 'CZ' } }]);
    const before = raynet.requests.length;
    await upsert(adapter, aPerson({ email: null, name: null }), String(id));
    expect(raynet.requests.slice(before)).toHaveLength(1);
  });

  test('keeps its other contact details when an address is added', async () => {
    const contactInfo = { tel1: '+420 601 123 456', tel1Type: 'mobil', www: 'eva.example', doNotSendMM: true };
    const { id } = raynet.records.person.add({ lastName: 'Horáková', contactInfo });
    await upsert(adapter, aPerson({ phone: '+420601123456' }), String(id));
    expect(contacts()).toMatchObject([{ contactInfo: { ...contactInfo, email: 'eva@example.com' } }]);
  });

  test('is found by its number however it is written', async () => {
    const info = { contactInfo: { tel2: '+420 601 123 456' } };
    const { id } = raynet.records.person.add({ lastName: 'Horáková', notice: 'also +420601123456', ...info });
    raynet.records.person.add({ lastName: 'Svobodová', notice: 'husband of +420601123456' });
    expect(await upsert(adapter, aPerson({ email: null, phone: '+420601123456' }))).toBe(String(id));
  });

  test('with wildcards in its address matches no other', async () => {
    raynet.records.person.add({ lastName: 'Svobodová', contactInfo: { email: 'evaXn@example.com' } });
    await upsert(adapter, aPerson({ email: 'eva_n@example.com' }));
    await upsert(adapter, aPerson({ email: '100%@example.com' }));
    expect(contacts()).toHaveLength(3);
  });

  test('keeps the customer id that it has', async () => {
    const { id } = raynet.records.person.add({
      lastName: 'Horáková',
      extId: 'shop:1',
      contactInfo: { email: 'eva@example.com' },
    });
    const customerId = { field: 'extId:shop', value: '2' };
    expect(await upsert(adapter, aPerson({ customerId }), String(id))).toBe(String(id));
    expect(contacts()).toMatchObject([{ extIds: ['shop:1'] }]);
  });

  test('gets properties, contact details and custom fields in the right places', async () => {
    const field = (name: string, value: string) => ({ name, value, overwrite: false });
    const fields = [field('notice', 'VIP'), field('www', 'eva.example'), field('Segment_a1b2c', 'Gold')];
    await upsert(adapter, aPerson({ ...nobody, fields }));
    const expected = { notice: 'VIP', contactInfo: { www: 'eva.example' }, customFields: { Segment_a1b2c: 'Gold' } };
    expect(contacts()).toMatchObject([{ lastName: 'Visitor', ...expected }]);
  });
});

describe('an event', () => {
  test('has the chat’s time and owner, and is found by its external id', async () => {
    const entry: Entry = { ...anEntry(aConversation(), contactId()), ownerId: '8' };
    await log(adapter, entry);
    expect(events()).toMatchObject([
      {
        title: 'Chat with Eva Horáková',
        owner: 8,
        scheduledFrom: '2026-05-04T08:15:00.250+00:00',
        completed: '2026-05-04T08:21:30.000+00:00',
        extIds: ['smartsupp:208:55039'],
      },
    ]);
  });

  test('has the chat’s outcome in its title', async () => {
    const entry = anEntry(aConversation({ outcome: 'missed' }), contactId());
    const id = await log(adapter, entry);
    await adapter.updateConversation({ ...entry, conversation: aConversation() }, id);
    expect(events()).toMatchObject([{ title: 'Chat with Eva Horáková' }]);
  });

  test('of a contact that was replaced has the new one as a participant, too', async () => {
    const entry = anEntry(aConversation(), contactId());
    const id = await log(adapter, entry);
    const another = contactId();
    const changed: Entry = { ...entry, contactId: another, contactChanged: true };
    expect(await adapter.updateConversation(changed, id)).toBe(id);
    expect(events()).toMatchObject([{ participants: [Number(another)] }]);
  });

  test('of a long chat continues in others, and a lost one is found', async () => {
    const messages = ['a', 'b'].map((letter) => aMessage({ text: `word-${letter} ${'ž'.repeat(28_000)}` }));
    const entry = anEntry(aConversation({ messages }), contactId());
    raynet.inject({ on: ({ text }) => text.includes('part 2 of 2'), how: 'reset', takesEffect: true });
    expect(await failure(log(adapter, entry))).toMatchObject({ outcomeUnknown: true });
    const found = (await adapter.findConversation?.(entry)) ?? '';
    expect(await adapter.updateConversation(entry, found)).toBe(found);
    expect(events().map(({ extIds }) => extIds)).toEqual([['smartsupp:208:55039'], ['smartsupp:208:55039:part-2']]);
  });

  test('of a chat without any time is dated now', async () => {
    const timeless = aConversation({ startedAt: null, endedAt: null, messages: [aMessage({ sentAt: null })] });
    await log(adapter, anEntry(timeless, contactId()));
    expect(events()).toMatchObject([{ completed: '2026-05-04T09:00:00.000+00:00' }]);
  });
});

describe('an answer with a 500', () => {
  const answers = (message: string, translatedMessage: string) =>
    raynet.inject({ on: ({ method }) => method === 'PUT', how: { status: 500, body: { message, translatedMessage } } });

  test('of a rule is permanent, and its words are told', async () => {
    answers('TranslatedApplicationException: exception.duplicateKey', 'Některá z položek není unikátní.');
    expect(await failure(upsert(adapter, aPerson()))).toMatchObject({
      fault: { kind: 'permanent' },
      outcomeUnknown: false,
      message: expect.stringContaining('exception.duplicateKey: Některá z položek není unikátní.'),
    });
  });

  test('of a missing right needs an operator', async () => {
    answers('AttributeAccessDeniedException', 'Nemáte dostatečná oprávnění pro ...');
    expect((await failure(upsert(adapter, aPerson()))).fault).toEqual({ kind: 'credentials' });
  });

  test('of anything else is temporary', async () => {
    answers('NullPointerException', '');
    expect(await failure(upsert(adapter, aPerson()))).toMatchObject({
      fault: { kind: 'retryable' },
      outcomeUnknown: true,
    });
  });
});

describe('refused credentials', () => {
  const wrong = async () => JSON.stringify({ user: 'forwarder@shop.example', apiKey: 'crm-wrong' });

  test('are not sent again for a quarter of an hour', async () => {
    adapter = open({ secret: wrong });
    for (let chat = 0; chat < 30; chat += 1) {
      expect(await failure(upsert(adapter, aPerson()))).toMatchObject({ fault: { kind: 'credentials' } });
    }
    expect(raynet.requests).toHaveLength(1);
    clock = new Date(clock.getTime() + 16 * 60 * 1000);
    await failure(upsert(adapter, aPerson()));
    expect(raynet.requests).toHaveLength(2);
  });

  test('are forgotten once they are replaced', async () => {
    let secret = wrong;
    adapter = open({ secret: () => secret() });
    await failure(upsert(adapter, aPerson()));
    secret = async () => raynet.secret;
    await upsert(adapter, aPerson());
    expect(contacts()).toHaveLength(1);
  });
});

describe('a rate limit', () => {
  const lookUp = () => failure(upsert(adapter, aPerson()));

  test('for the day is waited for until it ends', async () => {
    const reset = String(clock.getTime() / 1000 + 5400);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    raynet.inject({ how: { status: 429, headers, body: { type: 'RequestLimitReached', message: 'Reached.' } } });
    expect((await lookUp()).fault).toEqual({ kind: 'retryable', retryAfterMs: 5_400_000 });
  });

  test('for connections is retried soon', async () => {
    raynet.inject({ how: { status: 429, headers: { 'x-ratelimit-remaining': '23000', 'x-ratelimit-reset': '1' } } });
    expect((await lookUp()).fault).toEqual({ kind: 'retryable' });
  });
});
