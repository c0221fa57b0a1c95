import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakeWebhookReceiver } from '../../support/fake-webhook-receiver.ts';
import { createRefusals } from '../../support/refusals.ts';
import { defineSubject, opening } from '../define-subject.ts';
import type { RunningCrm } from '../subject.ts';

export const webhook = defineSubject({
  start,
  cannedResponses: cannedResponses.webhook,
  words: 'verbatim',
  readsAnswers: false,
  check: 'looks',
  findsLogs: false,
  removesLogs: false,
  updatesTell: 'perhaps nothing',
  calls: { newVisitor: 1, knownVisitor: 1, hundredNewVisitors: 100 },
  suspends: false,
  contacts: null,
  files: false,
  followUps: {},
});

async function start(): Promise<RunningCrm> {
  const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const receiver = await startFakeWebhookReceiver(secret);
  return {
    server: receiver,
    refusals: createRefusals(),
    open: opening({ name: 'shop', adapter: 'webhook', url: `${receiver.url}/chats?source=smartsupp` }),
    secret,
    wrongSecret: 'AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    isLog: ({ method }) => method === 'POST',
    // A receiver replaces what it holds under the same data.id.
    logs: () => [
      ...new Map([...receiver.received.values()].map(({ data }) => [data.id, JSON.stringify(data)])).values(),
    ],
    violations: () => [],
  };
}
