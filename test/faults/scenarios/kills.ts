import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Trouble } from '../support/bad-line.ts';
import { createRandom, type Random } from '../support/random.ts';
import { within } from '../support/sender.ts';
import type { Part } from '../support/stack.ts';
import type { Stage } from '../support/stage.ts';

type Victim = Part | 'everything';

export type KillsOptions = {
  readonly scenario: string;
  readonly seconds: number;
  /** What they are about to do. */
  readonly visitors: (random: Random) => readonly (() => Promise<unknown>)[];
  readonly weather: (random: Random) => (call: Call) => Trouble;
};

/**
 * Processes die at random moments, and chats keep coming. Everything dies once among them and once at the end: a stack that
 * is started anew sees at once what would else wait for its time-out.
 * @returns how often each was killed
 */
export async function kills({ stack, weather }: Stage, options: KillsOptions): Promise<Record<Victim, number>> {
  const { scenario, seconds } = options;
  const random = createRandom(scenario);
  const plan = killPlan(random, seconds);
  const killed: Record<Victim, number> = { sqs: 0, dynamodb: 0, receive: 0, deliver: 0, everything: 0 };
  weather.set(scenario, options.weather(createRandom(`${scenario} weather`)));
  const visitors = options.visitors(random);
  const share = Math.ceil(visitors.length / plan.length);
  const sending: Promise<unknown>[] = [];

  for (const [index, { after, inTheAct, victim }] of plan.entries()) {
    const [last, ...others] = visitors.slice(index * share, (index + 1) * share);
    sending.push(within(after + inTheAct, random, others));
    await sleep(after);
    sending.push(Promise.resolve(last?.()));
    await sleep(inTheAct);
    if (victim === 'everything') {
      await stack.killAndRestart();
      killed.everything += 1;
    } else {
      killed[victim] += stack.signal(victim, 'SIGKILL');
    }
  }
  await Promise.all(sending);
  weather.delete(scenario);
  await stack.killAndRestart();
  return { ...killed, everything: killed.everything + 1 };
}

type Kill = {
  readonly after: number;
  /** How long before it a visitor's chats are sent, in milliseconds: most of the time nothing else is under way. */
  readonly inTheAct: number;
  readonly victim: Victim;
};

/** Deliver more often than the others: there the most can be left half done. */
function killPlan(random: Random, seconds: number): readonly Kill[] {
  const plan: Kill[] = [];
  for (let left = seconds * 1000; left > 0; left -= plan.at(-1)?.after ?? left) {
    const victim = random.pick([
      'deliver',
      'deliver',
      'deliver',
      'receive',
      'receive',
      'sqs',
      'sqs',
      'dynamodb',
      'dynamodb',
    ]);
    plan.push({ after: random.between(200, 2500), inTheAct: random.between(0, 100), victim });
  }
  plan.splice(random.between(1, plan.length), 0, { after: 0, inTheAct: 50, victim: 'everything' });
  return plan;
}
