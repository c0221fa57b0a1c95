import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';

let running: TestTable;
let clock: Date;
let channelId = 0;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());
beforeEach(() => {
  clock = new Date('2026-05-01T08:00:00Z');
  channelId += 1;
});

export const now = () => clock;
export const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};
export const id = () => `208:${channelId}`;
/** Another chat, of no other test. */
export const anotherChannel = () => 920_000 + channelId;

type Options = Parameters<typeof createDelivery>[0];

/** Deliver on this file's table, and the state of the test's own chat. */
export const createSystem = (crms: Options['crms'], identity: Options['identity'] = {}) => {
  const system = createDelivery({ table: running.table, now, crms, identity });
  return { ...system, state: (destination: string) => system.ledger.read(id(), destination) };
};

/** Every chat here is small. */
export const noClaimCheck = () => Promise.reject(new Error('a small chat fits the queue'));

/** The test's own chat, or a part of it changed, as receive hands it over. */
export const message = (
  parts: {
    readonly words?: readonly string[];
    readonly email?: string | null;
    readonly channel?: number;
    /** False for a visitor who was left alone. */
    readonly answered?: boolean;
    /** Null for a visitor whom nothing tells from others. */
    readonly visitorId?: number | null;
    readonly phone?: string;
    readonly account?: number;
    readonly isHistory?: boolean;
  } = {},
) =>
  seal(
    JSON.stringify({
      accountId: parts.account ?? 208,
      channel: { id: parts.channel ?? channelId },
      visitor: {
        id: parts.visitorId === undefined ? 7 : parts.visitorId,
        name: 'Eva',
        email: parts.email === undefined ? `eva${channelId}@example.com` : parts.email,
        variables: parts.phone === undefined ? {} : { phone: { label: 'Phone', value: parts.phone } },
      },
      messages: [
        ...(parts.answered === false ? [] : [{ type: 'agent', from: 'agent:3', name: 'Karel', content: 'Welcome' }]),
        ...(parts.words ?? ['Hello']).map((content) => ({ type: 'visitor', content })),
      ],
    }),
    clock,
    noClaimCheck,
    parts.isHistory === true ? { isHistory: true } : {},
  );
