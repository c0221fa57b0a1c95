import { setTimeout as sleep } from 'node:timers/promises';
import { type Chat, chatMaker } from '../support/chats.ts';
import { createRandom } from '../support/random.ts';
import type { Stage } from '../support/stage.ts';
import { slow } from '../support/troubles.ts';

/**
 * The same hook again: a second later, at once, twenty times, and as older and newer copies of one chat.
 * @returns sends twenty of them once more, to be called when the stack was started anew
 */
export async function sameHook({ sender: { send }, weather }: Stage): Promise<() => Promise<void>> {
  // While one copy is being delivered, there is time for another to come.
  weather.set('same', slow(createRandom('same weather'), 200, 500));
  const make = chatMaker('same');
  const twenty = (kind = {}) => Array.from({ length: 20 }, () => make(kind));
  const inTurn = async (chats: readonly Chat[], act: (chat: Chat) => Promise<unknown>) => {
    for (const chat of chats) {
      await act(chat);
      await sleep(50);
    }
  };
  const all = (chats: readonly Chat[], copy = 0) => Promise.all(chats.map((chat) => send(chat, copy)));

  const apart = twenty();
  await inTurn(apart, send);
  await sleep(1000);
  await inTurn(apart, send);

  // Of visitors who are known: for a new one, making the contact keeps the second waiting anyway.
  const known = apart.map(({ email }) => make({ email }));
  await inTurn([...known, ...twenty()], (chat) => all([chat, chat]));

  const often = make();
  await inTurn(
    Array.from({ length: 20 }, () => often),
    send,
  );
  const atOnce = make();
  await all(Array.from({ length: 20 }, () => atOnce));

  // Several chats of one new visitor at the same moment.
  for (let visitor = 1; visitor <= 10; visitor += 1) {
    const email = `several-${visitor}@same.example`;
    await all([make({ email }), make({ email }), make({ email })]);
  }

  const updated = twenty({ updates: 3 });
  for (const copy of [0, 1, 3, 2, 0]) {
    await all(updated, copy);
    await sleep(copy * 700);
  }

  const afterRestart = twenty();
  await all(afterRestart);
  return async () => {
    await all(afterRestart);
  };
}
