import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { contentHash, withRating } from '../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { toFields, toText } from '../../../lambda/smartsupp/lenient.ts';
import { createLoadChat } from '../../../lambda/store/conversations.ts';
import { type FakeChat, type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { accountId, createShop } from './shop.ts';
import { createWorld, token } from './world.ts';

jest.setTimeout(120_000);

const chats = 200;
const hourMs = 60 * 60_000;
let fake: FakeSmartsupp;
beforeAll(async () => {
  fake = await startFakeSmartsupp({ token });
});
afterAll(() => fake.close());

const seed = process.env['HEAL_SEED'] ?? '1';

const wordsOf = ({ messages }: FakeChat) => messages.map(({ content }) => toText(toFields(content)['text']));

/** As the hook tells the same conversation, under ids of its own. It tells nothing of Messenger. */
function hookOf({ conversation, messages, contact }: FakeChat): string | undefined {
  if (toFields(conversation['channel'])['type'] !== 'default') return undefined;
  const time = (at: unknown) => Date.parse(String(at));
  return JSON.stringify({
    accountId: Number(accountId),
    beginAt: time(conversation['created_at']),
    endAt: time(conversation['finished_at']),
    channel: { id: Number(conversation.id.slice(2)), isChat: true, rating: conversation['rating_value'] ?? null },
    visitor: { id: Number(conversation.id.slice(2)), name: contact?.['name'], email: contact?.['email'] },
    paths: [{ url: 'https://shop.example/', title: 'Shop' }],
    messages: messages.map(({ sub_type, content, created_at }) => ({
      type: sub_type === 'agent' ? 'agent' : 'visitor',
      from: sub_type === 'agent' ? 'agent:3' : 'visitor:7',
      content: toText(toFields(content)['text']),
      sentAt: time(created_at),
    })),
  });
}

test('conversations that hooks and events tell of are in the CRM once each, whatever is lost on the way', async () => {
  const shop = createShop(fake, { seed, chats, lastsMs: 3 * hourMs });
  const world = await createWorld(fake, { seed, hookOf });
  await world.run({ shop, forMs: 6 * hourMs });

  const load = createLoadChat(world.table);
  const ids = new Set<string>();
  for (const chat of fake.all()) {
    const stored = await load(`${accountId}:${chat.conversation.id}`);
    if (typeof stored !== 'object') throw new Error(`${chat.conversation.id} is not there.`);
    const read = readConversation(await stored.readBody());
    const conversation = read && withRating(read, stored.rating);
    expect(conversation?.messages.map(({ text }) => text)).toEqual(wordsOf(chat));
    expect(conversation?.rating?.score).toBe(chat.conversation['rating_value']);
    const notes = world.notes().filter(({ conversationId }) => conversationId === stored.conversationId);
    expect(notes.map((note) => note.contentHash)).toEqual([conversation && contentHash(conversation)]);
    ids.add(stored.conversationId);
  }
  expect(ids.size).toBe(chats);
  expect(world.notes()).toHaveLength(chats);
  // Otherwise nothing was put to the test.
  const ofHook = [...ids].filter((id) => /:\d+$/.test(id));
  expect(Math.min(ofHook.length, ids.size - ofHook.length, world.deaths(), world.duplicates())).toBeGreaterThan(5);
});
