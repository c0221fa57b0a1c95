import type { Conversation } from '../../lambda/conversation/model.ts';
import { contentHash } from '../../lambda/conversation/revision.ts';
import type { CrmAdapter, FollowUp, Person } from '../../lambda/crm/port/adapter.ts';
import { attempt } from '../../lambda/delivery/attempt.ts';
import { createSharedCrm } from '../../lambda/delivery/crm.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { createRetryPolicy } from '../../lambda/delivery/failures.ts';
import type { ContactLocks } from '../../lambda/delivery/ports.ts';
import { personKeysOf } from '../../lambda/mapping/person.ts';
import { aConversation } from '../fixtures/conversation.ts';
import { anIdentity } from '../fixtures/identity.ts';
import { aDelivery } from '../support/a-delivery.ts';
import { noFiles } from '../support/no-files.ts';

/** A chat as the plan has it; any part can be another. */
export type PlannedChat = {
  readonly person: Person;
  readonly conversation?: Conversation;
  readonly ownerId?: string | null;
  readonly followUp?: FollowUp | null;
  /** What an earlier attempt left. */
  readonly before?: Delivery;
};

const now = () => new Date();
const retryPolicy = createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 });

/** Deliveries that run side by side and share their calls, as in one invocation of the function. */
export async function deliverAll(adapter: CrmAdapter, chats: readonly PlannedChat[]): Promise<readonly Delivery[]> {
  const deadline = new Date(Date.now() + 60_000);
  const { crm, leave } = createSharedCrm(adapter, { participants: chats.length, deadline, fetchFile: noFiles, now });
  const contactLocks = createLocks();
  return Promise.all(
    chats.map((chat, at) => {
      const { person, ownerId = null, followUp = null } = chat;
      const { conversation = aConversation({ id: `208:${at + 1}`, channelId: `${at + 1}` }) } = chat;
      const leased =
        chat.before ??
        aDelivery({ state: 'pending', reason: null, fault: null, attempts: 1, since: now().toISOString() });
      const keysOf = (one: Person) => personKeysOf(one);
      const [personKey = `chat#${conversation.id}`] = keysOf(person);
      const contact = { person, personKey, keysOf, namelessKey: `chat#${conversation.id}` };
      const job = {
        conversation,
        contentHash: contentHash(conversation),
        receivedAt: now(),
        // The plan is given.
        identity: anIdentity(),
        deadline,
      };
      const plan = async () => ({ kind: 'deliver', contact, ownerId, followUp }) as const;
      return attempt(leased, job, { crm, plan, contactLocks, retryPolicy, now }).finally(leave);
    }),
  );
}

export async function deliver(adapter: CrmAdapter, chat: PlannedChat): Promise<Delivery> {
  const [delivery] = await deliverAll(adapter, [chat]);
  if (delivery === undefined) throw new Error('One chat has one delivery.');
  return delivery;
}

function createLocks(): ContactLocks {
  const contacts = new Map<string, string>();
  return {
    acquire: async ({ personKey }) => ({ kind: 'acquired', contactId: contacts.get(personKey) }),
    release: async ({ personKey }, _until, contactId) => {
      if (contactId !== undefined) contacts.set(personKey, contactId);
    },
  };
}
