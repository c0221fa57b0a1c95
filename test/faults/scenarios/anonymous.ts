import { chatMaker } from '../support/chats.ts';
import type { Stage } from '../support/stage.ts';

/** Everything that stands for no address. What was typed and is none makes a contact by name. */
const nobody: readonly unknown[] = [
  null,
  {},
  { email: null },
  { email: '' },
  { email: '   ' },
  { email: 'null' },
  { email: 'undefined' },
  { name: 'null', email: null },
  { name: null, email: ' ', phone: null },
  { id: 7, name: 'Guest' },
];

/**
 * Visitors without an address, each twice, and three of whom a later copy knows it.
 * @returns how many never tell
 */
export async function anonymous({ sender: { send } }: Stage): Promise<number> {
  const make = chatMaker('anonymous');
  const chats = [...nobody, ...nobody].map((visitor) => make({ email: null, visitor: () => visitor }));
  for (const chat of chats) await send(chat);
  for (const name of ['first', 'second', 'third']) {
    const email = `${name}@anonymous.example`;
    const chat = make({ email, updates: 2, visitor: (copy) => ({ name, email: copy === 2 ? email : null }) });
    await send(chat, 0);
    await send(chat, 2);
  }
  return chats.length;
}
