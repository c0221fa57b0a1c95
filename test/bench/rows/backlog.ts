import { atMost, published, type Row } from '../row.ts';
import { drain } from '../support/drain.ts';
import { once } from '../support/once.ts';

const chats = 10_000;
/** Enough to compare with a HubSpot that answers at once. */
const fewer = 2_000;
const crmDelayMs = 20;

export const drainedBacklog = once(() => drain(chats, crmDelayMs));

/** All that came while the CRM was away. */
export const backlog: Row = {
  name: 'backlog',
  measure: async () => {
    const { seconds, callsPerChat } = await drainedBacklog();
    const slow = await drain(fewer, crmDelayMs);
    const instant = await drain(fewer, 0);
    return {
      results: [
        atMost(0.2, 'backlog of 10,000 chats, CRM calls', callsPerChat, 'a chat'),
        published('backlog of 10,000 chats, time', seconds, 's'),
        published('backlog, CRM at 20 ms a call against 0 ms', slow.seconds / instant.seconds, '× the time'),
      ],
    };
  },
};
