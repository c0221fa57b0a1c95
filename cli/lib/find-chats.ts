import { readVisitors, type Visitor } from '../../inspector/forwarder/visitors.ts';
import { fold, wordsOf } from '../../inspector/views/text.ts';
import { normaliseEmail } from '../../lambda/conversation/email.ts';
import { phonesIn } from '../../lambda/mapping/phone.ts';
import { createRecords, type Records } from '../../lambda/store/records.ts';
import { collect } from '../../lambda/store/table.ts';
import type { Deployment } from './deployment/deployment.ts';
import { groupsOf } from './parallel.ts';

/** Names are in no index, so a name is looked for in this many of the newest chats. */
const maxRead = 2000;
const maxFound = 20;
const perRead = 40;

/** The chats of a visitor, by their address, number or a part of their name; newest first. */
export async function findChats(
  { table, config }: Pick<Deployment, 'table' | 'config'>,
  who: string,
): Promise<readonly Visitor[]> {
  const records = createRecords(table);
  const email = normaliseEmail(who);
  if (email !== null) return byKey(`email#${email}`);
  const [phone] = /^[+\d][\d\s().-]{5,}$/.test(who) ? await phonesIn(who, [config().phoneRegion ?? null]) : [];
  if (phone !== undefined) return byKey(`phone#${phone}`);
  return byName(records, who);

  async function byKey(key: string): Promise<readonly Visitor[]> {
    return newestFirst([...(await readVisitors(table, await collect(records.chatsOf(key)))).values()]);
  }

  async function byName({ chats }: Pick<Records, 'chats'>, name: string): Promise<readonly Visitor[]> {
    const words = wordsOf(name);
    const found: Visitor[] = [];
    let read = 0;
    for await (const group of groupsOf(chats(), perRead)) {
      const visitors = await readVisitors(
        table,
        group.map(({ conversationId }) => conversationId),
      );
      found.push(
        ...[...visitors.values()].filter((visitor) => words.every((word) => fold(visitor.name ?? '').includes(word))),
      );
      read += group.length;
      if (found.length >= maxFound || read >= maxRead) break;
    }
    return newestFirst(found);
  }
}

const newestFirst = (visitors: readonly Visitor[]) =>
  visitors.toSorted((one, other) => other.receivedAt.localeCompare(one.receivedAt));
