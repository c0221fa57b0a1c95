import type { Config, MappingSettings } from '../../lambda/config/config.ts';
import type { CrmAdapter } from '../../lambda/crm/port/adapter.ts';
import { createSaveCopy } from '../../lambda/deliver/save-copy.ts';
import { createIdentityOf } from '../../lambda/mapping/identity.ts';
import { createOpenMessage, referTo } from '../../lambda/queue/envelope.ts';
import { readChat } from '../../lambda/smartsupp/body.ts';
import { createConversations } from '../../lambda/store/conversations.ts';
import { createGetClaimCheck } from '../../lambda/store/large-bodies.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import type { Table } from '../../lambda/store/table.ts';
import { wireDeliver } from '../../lambda/wiring/deliver.ts';
import { aDestination } from './destination.ts';
import { noFiles } from './no-files.ts';

type DeliveryOptions = {
  readonly table: Table;
  readonly now: () => Date;
  /** How a visitor is recognised, where it is not as by default. */
  readonly identity?: Partial<Pick<Config, 'variables' | 'phoneRegion' | 'contactFromWords'>>;
  /** Whether the REST API tells of chats, too. */
  readonly hasApi?: boolean;
  readonly crms: Readonly<
    Record<string, { readonly adapter: CrmAdapter; readonly settings?: Omit<MappingSettings, 'name'> }>
  >;
};

/** Deliver as its handler wires it, on a table of its own and a clock that is set. */
export function createDelivery({ table, now, identity, hasApi = false, crms }: DeliveryOptions) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  /** What deliver put back on the queue. */
  const requeued: string[] = [];
  let healed = 0;
  const config = {
    retentionDays: 30,
    rejectedRetentionDays: 30,
    giveUpAfterHours: 24,
    variables: { phone: 'phone' },
    contactFromWords: true,
    ...(hasApi && { api: { accountId: '208', webhooks: true, reconcile: true, url: 'https://api.smartsupp.com/v2/' } }),
    ...identity,
  };
  const identityOf = createIdentityOf(config);
  const open = createOpenMessage(createGetClaimCheck(table));
  const ledger = createLedger(table, { ...config, now });
  const conversations = createConversations(table, config);
  const saveCopy = createSaveCopy({ conversations, read: readChat, identityOf });
  const deadline = () => new Date(now().getTime() + 30_000);
  const deliver = wireDeliver({
    table,
    sleep: async () => {},
    config,
    destinations: Promise.all(
      Object.entries(crms).map(([name, { adapter, settings = {} }]) => aDestination(adapter, { name, settings, now })),
    ),
    fetchFile: noFiles,
    enqueueChat: async (conversationId, destinations) => {
      requeued.push(referTo(conversationId, destinations));
    },
    random: () => 0,
    log: { info: write, warn: write, error: write },
    metrics: {
      count: (name) => {
        if (name === 'Healed') healed += 1;
      },
    },
    now,
  });
  return {
    lines,
    ledger,
    requeued,
    /** How many chats only reconcile has brought. */
    healed: () => healed,
    /** Stores a hook's chat, and delivers it nowhere. */
    save: async (message: string) => {
      const opened = await open(message);
      if (opened.kind !== 'hook') throw new Error('The message is no hook.');
      const { body, receivedAt } = opened;
      const { kind } = await saveCopy({ body, receivedAt, maxLength: Number.POSITIVE_INFINITY });
      if (kind === 'not a chat') throw new Error('The message is no chat.');
    },
    deliver: async (message: string) => deliver([message], deadline())[0],
    deliverAll: (messages: readonly string[]) => Promise.all(deliver(messages, deadline())),
  };
}
