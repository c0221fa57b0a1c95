import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../simulation/checks.ts';
import { byChat, isAcknowledged } from '../simulation/posted.ts';
import { kills } from './scenarios/kills.ts';
import { describeFaults } from './support/describe-faults.ts';
import { createHistory, type History } from './support/history.ts';
import { type Stage, setStage } from './support/stage.ts';
import { deadlyWrites, mixed } from './support/troubles.ts';

const scripts = 100;
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
    await kills(stage, {
      scenario: 'history',
      seconds: 40,
      visitors: (random) => Array.from({ length: scripts }, (_, number) => history.plan(number, random)),
      weather: (random) =>
        deadlyWrites(mixed(random), { random, share: 0.15, kill: () => stage.stack.signal('deliver', 'SIGKILL') }),
    });
    left = [
      await stage.settle(patienceMs),
      await new Promise<string>((resolve) => setTimeout(resolve, nextSweepMs, '')),
      await stage.settle(patienceMs),
    ];
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
    for (const timeline of history.timelines(evidence, faults).slice(0, maxTimelines)) {
      process.stdout.write(`\n${timeline}\n`);
    }
    expect(faults).toEqual([]);
    expect(posted.length).toBeGreaterThan(scripts);
    expect(evidence.crms.map(({ notes }) => notes.size > scripts / 2)).toEqual([true, true]);
  });
});
