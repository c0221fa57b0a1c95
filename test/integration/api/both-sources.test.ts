import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { seal } from '../../../lambda/queue/envelope.ts';
import { writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { chatOf, hookOf, startSystem } from './system.ts';

let system: Awaited<ReturnType<typeof startSystem>>;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(() => system.close());

const question = 'Where is my parcel? It should be here by now.';
const hook = async (name: string, email: string | null) => {
  system.queue.push(
    await seal(hookOf(1, question, { name, email }), new Date(), () => Promise.reject(new Error('It fits.'))),
  );
};
const fetched = async (contact: object) => {
  system.fake.put(chatOf('co1', [question], { contact }));
  await system.ask('co1');
};

test('a chat that comes by the hook and by an event is one note', async () => {
  await hook('Eva Horáková', 'eva@example.com');
  await fetched({ name: 'Eva Horáková', email: 'eva@example.com' });
  await system.settle();
  await system.settle();
  expect(system.crm.notes.map(({ conversationId }) => conversationId)).toEqual(['208:1']);
  expect(system.crm.contacts).toEqual(['eva@example.com']);
});

test('a chat of both that is held is fetched, and delivered, once its contact has an address', async () => {
  await hook('Eva Horáková', null);
  await system.settle();
  await fetched({ name: 'Eva Horáková', email: null });
  await system.settle();
  expect(await system.ledger.read('208:1', 'crm')).toMatchObject({ state: 'held' });

  system.fake.put(chatOf('co1', [question], { contact: { name: 'Eva Horáková', email: 'eva@example.com' } }));
  await system.fetch(writeFetchRequest({ accountId: '208', contactId: 'ct-co1', why: 'contact.updated' }), 1);
  expect(system.requests.map((request) => JSON.parse(request).conversationId)).toEqual(['co1']);
  await system.fetch(system.requests[0] ?? '', 1);
  await system.settle();
  expect(system.crm.notes.map(({ conversationId }) => conversationId)).toEqual(['208:1']);
});
