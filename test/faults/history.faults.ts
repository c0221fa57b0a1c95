import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../simulation/checks.ts';
import { byChat, isAcknowledged } from '../simulation/posted.ts';
import { kills } from './scenarios/kills.ts';
import { describeFaults } from './support/describe-faults.ts';
import { createHistory, type History } from './support/history.ts';
import { createRandom, type Random } from './support/random.ts';
import { within } from './support/sender.ts';
import { type Stage, setStage } from './support/stage.ts';
import { brokenMark } from './support/timeline.ts';
import { deadlyWrites, rough } from './support/troubles.ts';

const scripts = 70;
/** So many chats are told of. */
const maxTimelines = 3;
/** Deliver hides what the table has failed to take again and again for a quarter of an hour. */
const patienceMs = 1_000_000;
/** The sweep looks each minute at what was held lately. */
const nextSweepMs = 65_000;

describeFaults('what client and CRMs saw, by the simulation’s own checks', () => {
  let stage: Stage;
  let history: History;
  let left: readonly string[];

  beforeAll(async () => {
    // Copies that come one after the other then meet in several processes.
    stage = await setStage({ batchingWindowSeconds: 0 });
    history = createHistory(stage);
    const storm = (random: Random) =>
      deadlyWrites(rough(random), { random, share: 0.15, kill: () => stage.stack.signal('deliver', 'SIGKILL') });
    const plans = (random: Random, from: number) =>
      Array.from({ length: scripts / 2 }, (_, number) => history.plan(from + number, random));
    // First deliver alone dies, in the act, so that several copies get far at the same time. The restart at the end of
    // the kills brings back at once what it had just received.
    const random = createRandom('history in the act');
    stage.weather.set('history', storm(random));
    await within(35_000, random, plans(random, 0));
    const visitors = (drawn: Random) => plans(drawn, scripts / 2);
    await kills(stage, { scenario: 'history', seconds: 30, visitors, weather: storm });
    left = [...(await Promise.all([stage.settle(patienceMs), sleep(nextSweepMs, '')])), await stage.settle(patienceMs)];
  }, 2_400_000);

  afterAll(() => stage.end());

  test('every promise is kept', async () => {
    const evidence = await history.evidence();
    const { posted } = evidence;
    const counts = [
      `${byChat(posted).length} chats in ${posted.length} posts`,
      `${posted.filter(isAcknowledged).length} acknowledged`,
      `${stage.stack.killed.length} kills`,
    ];
    process.stdout.write(`history: ${counts.join(', ')}; all that was seen: ${history.write()}\n`);
    const faults = [...left.filter((each) => each !== ''), ...faultsOf(evidence, false)];
    for (const fault of faults) process.stdout.write(`${brokenMark} ${fault}\n`);
    for (const timeline of history.timelines(evidence, faults).slice(0, maxTimelines)) {
      process.stdout.write(`\n${timeline}\n`);
    }
    expect(faults).toEqual([]);
    expect(posted.length).toBeGreaterThan(scripts);
    expect(evidence.crms.map(({ notes }) => notes.size > scripts / 2)).toEqual([true, true]);
  });
});
