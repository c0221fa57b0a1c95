import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeHubspot, startFakeHubspot } from '../../support/fake-hubspot.ts';
import { type FakeWebhookReceiver, startFakeWebhookReceiver } from '../../support/fake-webhook-receiver.ts';
import { addressesIn } from './addresses-in.ts';
import { type BadLine, type Call, startBadLine, type Trouble } from './bad-line.ts';
import { marksIn, scenarioOf } from './chats.ts';
import { judge, type Verdict } from './judge.ts';
import { openRecords, type Records } from './records.ts';
import { createSender, type Sender } from './sender.ts';
import { type Stack, startStack } from './stack.ts';

/** The running stack, the CRMs behind it, the lines between them, and a client in front. */
export type Stage = {
  readonly stack: Stack;
  readonly sender: Sender;
  readonly hubspot: FakeHubspot;
  readonly receiver: FakeWebhookReceiver;
  readonly lines: { readonly hubspot: BadLine; readonly webhook: BadLine };
  /** The calls that HubSpot was sent, and when; not all of them arrived. */
  readonly calls: readonly { readonly at: number; readonly call: Call; readonly trouble: Trouble }[];
  /** What HubSpot is like for a scenario's visitors: by name, and told of the call and of those it is about. */
  readonly weather: Map<string, (call: Call, addresses: readonly string[]) => Trouble>;
  readonly records: () => Promise<Records>;
  /** Waits until nothing is under way any more, at most for so long in milliseconds; answers what is then left. */
  readonly settle: (patience: number) => Promise<string>;
  readonly verdict: (scenario: string) => Promise<Verdict>;
  /** Lines of any log with something in them that a visitor typed, or with the hook's key. */
  readonly leaks: () => readonly string[];
  readonly end: () => Promise<void>;
};

const webhookKey = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** @param settings of `forwarder.json`, besides the destinations */
export async function setStage(settings: object = {}): Promise<Stage> {
  const hubspot = await startFakeHubspot();
  const receiver = await startFakeWebhookReceiver(webhookKey);
  const weather: Stage['weather'] = new Map();
  const calls: { at: number; call: Call; trouble: Trouble }[] = [];
  const lines = {
    hubspot: await startBadLine(hubspot.url, (call) => {
      // Several visitors may share a call: what happens to one happens to all.
      const byScenario = Map.groupBy(addressesIn(call, hubspot), (address) => scenarioOf(address) ?? '');
      const troubles = [...byScenario].map(([name, addresses]) => weather.get(name)?.(call, addresses) ?? {});
      const trouble: Trouble = Object.assign({}, ...troubles);
      calls.push({ at: Date.now(), call, trouble });
      return trouble;
    }),
    webhook: await startBadLine(receiver.url, () => ({})),
  };
  const stack = await startStack(
    {
      timezone: 'Europe/Prague',
      ...settings,
      destinations: [
        { name: 'hubspot', adapter: 'hubspot', baseUrl: lines.hubspot.url },
        { name: 'webhook', adapter: 'webhook', url: `${lines.webhook.url}/chats` },
      ],
    },
    { FORWARDER_SECRET_HUBSPOT: hubspot.token, FORWARDER_SECRET_WEBHOOK: webhookKey },
  );
  const sender = createSender(stack.hookUrl);

  return {
    stack,
    sender,
    hubspot,
    receiver,
    lines,
    calls,
    weather,
    records: () => openRecords(stack),
    settle: async (patience) => {
      const records = await openRecords(stack);
      const end = Date.now() + patience;
      while (true) {
        const left = await leftIn(records);
        if (left === '' || Date.now() > end) return left;
        await sleep(500);
      }
    },
    verdict: async (scenario) => {
      const deliveries = await (await openRecords(stack)).deliveries();
      return judge(scenario, { sent: sender.sent, deliveries, hubspot, receiver });
    },
    leaks: () => {
      const key = new URL(stack.hookUrl()).pathname.split('/').at(-1) ?? '';
      // The one line that is there to tell it.
      const lines = stack.logs().filter((line) => !line.startsWith('Hook URL: '));
      if (!lines.some((line) => line.includes('"message":"attempt"'))) throw new Error('The logs were not found.');
      return lines.filter((line) => line.includes(key) || marksIn(line).length > 0 || /@\w+\.example/.test(line));
    },
    end: async () => {
      await stack.end();
      await Promise.all([lines.hubspot.shut(), lines.webhook.shut(), hubspot.close(), receiver.close()]);
    },
  };
}

/** In words, since it is what a failing test shows; empty when all is quiet. */
async function leftIn({ messages, waiting, deliveries }: Records): Promise<string> {
  const onQueue = await messages();
  if (onQueue > 0) return `${onQueue} messages on the queue`;
  const inTable = await waiting();
  if (inTable > 0) return `${inTable} hooks wait in the table`;
  const pending = (await deliveries()).filter(({ delivery }) => delivery.state === 'pending');
  return pending.map(({ conversationId, delivery }) => `${conversationId} to ${delivery.destination}`).join();
}
