import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { createShop } from './shop.ts';
import { createWorld, token } from './world.ts';

jest.setTimeout(120_000);

const chats = 500;
const hourMs = 60 * 60_000;
let fake: FakeSmartsupp;
beforeAll(async () => {
  fake = await startFakeSmartsupp({ token });
});
afterAll(() => fake.close());

const seed = process.env['HEAL_SEED'] ?? '1';

test.each([chats])('%s conversations are in the CRM once each, whatever is lost on the way', async () => {
  const shop = createShop(fake, { seed, chats, lastsMs: 6 * hourMs });
  const world = await createWorld(fake, { seed });
  await world.run({ shop, forMs: 9 * hourMs });

  const { notes, contacts, deaths, healed, duplicates } = world;
  const wrong = shop.expected().filter(({ id, contentHash }) => {
    const own = notes().filter(({ conversationId }) => conversationId === id);
    return own.length !== 1 || own[0]?.contentHash !== contentHash;
  });
  expect({ HEAL_SEED: seed, wrong }).toEqual({ HEAL_SEED: seed, wrong: [] });
  expect(notes()).toHaveLength(chats);
  expect(new Set(contacts()).size).toBe(contacts().length);
  // Otherwise nothing was put to the test.
  expect(deaths()).toBeGreaterThan(20);
  expect(healed()).toBeGreaterThan(5);
  expect(duplicates()).toBeGreaterThan(5);
});

test('with a token and without webhooks, every conversation arrives all the same', async () => {
  for (const { conversation } of fake.all()) fake.remove(conversation.id);
  const shop = createShop(fake, { seed, chats: 50, lastsMs: hourMs });
  const world = await createWorld(fake, { seed, losesEvents: 1 });
  await world.run({ shop, forMs: 2 * hourMs });
  expect(world.notes()).toHaveLength(50);
});
