import { atMost, published, type Row } from '../row.ts';
import { type Drained, drainedBacklogs } from '../support/drain.ts';
import { ratio } from '../support/statistics.ts';

/** All that came while the CRM was away. */
export const backlog: Row = {
  name: 'backlog',
  measure: async () => {
    const { some, instant, maxSize } = await drainedBacklogs();
    return {
      results: [
        atMost(0.1, 'backlog of 10,000 chats, CRM calls', maxSize.callsPerChat, 'a chat'),
        published('backlog of 10,000 chats, time', maxSize.seconds, 's'),
        // The CRM's latency is hidden where it makes no backlog last longer.
        atMost(1.25, 'backlog, CRM at 20 ms a call', ratio(some.map(seconds), instant.map(seconds)), '× at 0 ms'),
      ],
    };
  },
};

const seconds = ({ seconds }: Drained) => seconds;
