import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../simulation/checks.ts';
import { byChat, isAcknowledged } from '../simulation/posted.ts';
import { kills } from './scenarios/kills.ts';
import { describeFaults } from './support/describe-faults.ts';
import { createHistory, type History } from './support/history.ts';
import { type Stage, setStage } from './support/stage.ts';
import { mixed } from './support/troubles.ts';

const scripts = 40;
/** Deliver hides what the table has failed to take again and again for a quarter of an hour. */
const patienceMs = 1_000_000;
/** The sweep looks each minute at what was held lately. */
const nextSweepMs = 65_000;

describeFaults('what client and CRMs saw, by the simulation’s own checks', () => {
  let stage: Stage;
  let history: History;
  let killed: Readonly<Record<string, number>>;
  let left: readonly string[];

  beforeAll(async () => {
    stage = await setStage();
    history = createHistory(stage);
    killed = await kills(stage, {
      scenario: 'history',
      seconds: 40,
      visitors: (random) => Array.from({ length: scripts }, (_, number) => history.plan(number, random)),
      weather: mixed,
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
      `${Object.values(killed).reduce((sum, times) => sum + times)} kills`,
    ];
    process.stdout.write(`history: ${counts.join(', ')}; what client and HubSpot saw: ${history.write(evidence)}\n`);
    expect([...left, ...faultsOf(evidence, false)]).toEqual(['', '', '']);
    expect(posted.length).toBeGreaterThan(scripts);
    expect(evidence.crms.map(({ notes }) => notes.size > scripts)).toEqual([true, true]);
  });
});
