import type { CrmAdapter } from '../../lambda/crm/adapter.ts';
import { createDeliverer } from '../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../lambda/delivering/retry-policy.ts';
import { unseal } from '../../lambda/queue/envelope.ts';
import { readConversation } from '../../lambda/smartsupp/recognise.ts';
import { createContacts } from '../../lambda/store/contacts.ts';
import { createConversations } from '../../lambda/store/conversations.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import { createGetOverflow } from '../../lambda/store/overflow.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import type { Table } from '../../lambda/store/table.ts';

type DeliveryOptions = {
  readonly table: Table;
  readonly now: () => Date;
  readonly crms: Readonly<Record<string, { readonly adapter: CrmAdapter }>>;
};

/** Deliver's parts as its handler puts them together, on a table of its own and a clock that is set. */
export function createDelivery({ table, now, crms }: DeliveryOptions) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  const options = { retentionDays: 30, now };
  const getOverflow = createGetOverflow(table);
  const ledger = createLedger(table, options);
  const deliver = createDeliverer({
    open: (message) => unseal(message, getOverflow),
    read: readConversation,
    keepUnreadable: createKeepRejected(table, { ...options, dailyBytes: null }),
    conversations: createConversations(table, options),
    ledger,
    contacts: createContacts(table, options),
    targets: Promise.resolve(Object.entries(crms).map(([name, { adapter }]) => ({ name, adapter }))),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: write, warn: write, error: write },
    now,
  });
  return {
    lines,
    ledger,
    deliver: (message: string) => deliver(message, new Date(now().getTime() + 30_000)),
  };
}
