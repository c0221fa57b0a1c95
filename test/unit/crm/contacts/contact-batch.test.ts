import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Keys, upsertInBatches } from '../../../../lambda/crm/contacts/contact-batch.ts';
import { fieldsToFill, valuesOf } from '../../../../lambda/crm/contacts/filling.ts';
import type { ContactRequest, Person } from '../../../../lambda/crm/port/adapter.ts';
import { fulfilled, rejected } from '../../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';
import { aPerson, nobody } from '../../../contract/driving.ts';

type Contact = {
  readonly id: string;
  readonly createdAt: string;
  readonly email: string | null;
  readonly [field: string]: unknown;
};

let contacts: Contact[];
/** What was asked of the CRM. */
let asked: string[];
beforeEach(() => {
  contacts = [];
  asked = [];
  failing = () => undefined;
});
const refusal = new CrmError('No.', { kind: 'permanent' });
const away = new CrmError('Later.', { kind: 'retryable' }, { status: 503, outcomeUnknown: true });
/** What is asked for and fails as a whole. */
let failing: (asked: string) => CrmError | undefined;
const ask = (words: string) => {
  asked.push(words);
  const error = failing(words);
  if (error !== undefined) throw error;
};

const batch = (policy?: 'oldest' | 'park') =>
  upsertInBatches<Contact>(
    {
      maxSize: 100,
      find: async ({ ids, emails }: Keys) => {
        const keys = [...ids, ...emails];
        if (keys.length > 0) ask(`find ${keys.join()}`);
        return contacts.filter(({ id, email }) => ids.includes(id) || (email !== null && emails.includes(email)));
      },
      hasEmail: (contact, email) => contact.email === email,
      hasPhone: () => false,
      identityOf: ({ email }) => ({ name: null, emails: [email] }),
      hasCustomerId: () => false,
      create: async (people) => {
        ask(`create ${people.map(({ email }) => email).join()}`);
        return people.map(({ email, name }) => {
          if (name === 'Refused') return rejected(refusal);
          const there = contacts.find((contact) => email !== null && contact.email === email);
          if (there !== undefined) return fulfilled({ id: there.id, taken: true });
          const id = String(contacts.length + 1);
          contacts.push({ id, createdAt: '2026-01-01', email });
          return fulfilled({ id, taken: false });
        });
      },
      toFill: (contact, { fields }) => valuesOf(fieldsToFill(fields, (name) => contact[name])),
      changed: (contact, values) => ({ ...contact, ...values }),
      update: async (changes) => {
        ask(`update ${changes.map(({ id, values }) => `${id} ${JSON.stringify(values)}`).join()}`);
        return changes.map(({ id, values }) => {
          if (id === 'locked') return rejected(refusal);
          Object.assign(contacts.find((contact) => contact.id === id) ?? {}, values);
          return fulfilled(undefined);
        });
      },
    },
    { onMultipleMatches: policy },
  );

const request = (parts: Partial<Person>, known?: string): ContactRequest => ({ person: aPerson(parts), known });
const run = async (items: readonly ContactRequest[], policy?: 'oldest' | 'park') => {
  const outcomes = await batch(policy).run(items);
  return outcomes.map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
};
const titled = (value: string) => ({ fields: [{ name: 'title', value, overwrite: false }] });
const seenAt = (value: string) => ({ fields: [{ name: 'lastSeen', value, overwrite: true }] });

test('unknown people are looked up in one call, and created in one call', async () => {
  expect(await run([request({ email: 'a@x.cz' }), request({ email: 'b@x.cz' })])).toEqual(['1', '2']);
  expect(asked).toEqual(['find a@x.cz,b@x.cz', 'create a@x.cz,b@x.cz']);
});

test('anonymous people are all created, without a look-up', async () => {
  expect(await run([request(nobody), request(nobody)])).toEqual(['1', '2']);
  expect(asked).toEqual(['create ,']);
});

test('known contacts are read by id only, and matched again if they are gone', async () => {
  contacts = [
    { id: '7', createdAt: '2026-01-01', email: 'old@x.cz' },
    { id: '8', createdAt: '2026-01-01', email: 'b@x.cz' },
  ];
  expect(await run([request({ email: 'a@x.cz' }, '7'), request({ email: 'b@x.cz' }, '6')])).toEqual(['7', '8']);
  expect(asked).toEqual(['find 7,6', 'find b@x.cz']);
});

describe('two people on one contact fill it in one update', () => {
  beforeEach(() => {
    contacts = [{ id: '7', createdAt: '2026-01-01', email: 'a@x.cz' }];
  });

  test('and the first one fills a blank', async () => {
    const items = [request({ email: 'a@x.cz', ...titled('Gold') }), request({ ...titled('Tin') }, '7')];
    expect(await run(items)).toEqual(['7', '7']);
    expect(asked).toEqual(['find 7,a@x.cz', 'update 7 {"title":"Gold"}']);
  });

  test('and the last one overwrites a field', async () => {
    const items = [request({ email: 'a@x.cz', ...seenAt('Monday') }), request({ ...seenAt('Tuesday') }, '7')];
    expect(await run(items)).toEqual(['7', '7']);
    expect(asked).toEqual(['find 7,a@x.cz', 'update 7 {"lastSeen":"Tuesday"}']);
  });
});

test('a contact that turns out to exist is read and filled', async () => {
  const items = [request({ email: 'a@x.cz', ...titled('Gold') })];
  const running = run(items);
  // Between the look-up and the creation.
  contacts = [{ id: '9', createdAt: '2026-01-01', email: 'a@x.cz' }];
  expect(await running).toEqual(['9']);
  expect(asked.slice(-2)).toEqual(['find 9', 'update 9 {"title":"Gold"}']);
});

test('a refused person fails alone, whether by several matches, on creation, or by a field', async () => {
  contacts = [
    { id: 'twin-1', createdAt: '2026-01-01', email: 'twin@x.cz' },
    { id: 'twin-2', createdAt: '2026-02-01', email: 'twin@x.cz' },
    { id: 'locked', createdAt: '2026-02-01', email: 'locked@x.cz' },
  ];
  const outcomes = await run(
    [
      request({ email: 'twin@x.cz' }),
      request({ email: 'bad@x.cz', name: 'Refused' }),
      request({ email: 'locked@x.cz', ...titled('Gold') }),
      request({ email: 'good@x.cz' }),
    ],
    'park',
  );
  expect(outcomes).toEqual([expect.any(CrmError), refusal, refusal, '4']);
});

describe('a created contact is not lost', () => {
  const startsWith = (beginning: string) => (words: string) => (words.startsWith(beginning) ? away : undefined);

  test('if another contact’s blank cannot be filled', async () => {
    contacts = [{ id: '7', createdAt: '2026-01-01', email: 'a@x.cz' }];
    failing = startsWith('update');
    const items = [request(nobody), request({ email: 'a@x.cz', ...titled('Gold') }), request({ email: 'b@x.cz' })];
    expect(await run(items)).toEqual(['2', away, '3']);
  });

  test('if another contact, which turns out to exist, cannot be read', async () => {
    failing = startsWith('find 9');
    const running = run([request(nobody), request({ email: 'a@x.cz' })]);
    contacts = [{ id: '9', createdAt: '2026-01-01', email: 'a@x.cz' }];
    expect(await running).toEqual(['2', away]);
  });
});

test('known contacts are filled even if creating is unavailable', async () => {
  contacts = [{ id: '7', createdAt: '2026-01-01', email: 'a@x.cz' }];
  failing = (words) => (words.startsWith('create') ? away : undefined);
  expect(await run([request({ email: 'b@x.cz' }), request({ email: 'a@x.cz', ...titled('Gold') })])).toEqual([
    away,
    '7',
  ]);
  expect(contacts[0]).toMatchObject({ title: 'Gold' });
});

test('a person whose look-up is refused fails alone', async () => {
  failing = (words) => (words.startsWith('find') && words.includes('odd@') ? refusal : undefined);
  const items = ['a@x.cz', 'odd@x.cz', 'b@x.cz', 'c@x.cz'].map((email) => request({ email }));
  expect(await run(items)).toEqual(['1', refusal, '2', '3']);
});

test('a look-up that is unavailable fails all requests, and creates nobody', async () => {
  failing = (words) => (words.startsWith('find') ? away : undefined);
  expect(await run([request({ email: 'a@x.cz' }), request(nobody)])).toEqual([away, away]);
  expect(asked).toEqual(['find a@x.cz']);
});
