import { randomUUID } from 'node:crypto';
import { account } from '../lib/settings.ts';
import type { ScheduleDefinition } from '../template/definitions.ts';

/** Node.js's maximum for a timer. */
const maxTimerMs = 2 ** 31 - 1;

type Invoke = (functionName: string, event: string) => Promise<unknown>;

/** Invokes a function at its rate, as EventBridge does, and at the start: a stack may not run for an interval. */
export function startSchedule(schedule: ScheduleDefinition, invoke: Invoke): { readonly stop: () => void } {
  const { functionName, ruleArn, everyMilliseconds } = schedule;
  const call = () => void invoke(functionName, JSON.stringify(scheduledEvent(ruleArn, new Date())));
  const timer = setInterval(call, Math.min(everyMilliseconds, maxTimerMs));
  call();
  return { stop: () => clearInterval(timer) };
}

const scheduledEvent = (ruleArn: string, time: Date) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: account.id,
  time: time.toISOString(),
  region: account.region,
  resources: [ruleArn],
  detail: {},
});
