import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kills } from './scenarios/kills.ts';
import { type QueueAway, queueAway } from './scenarios/queue-away.ts';
import { mixedChats } from './support/chats.ts';
import { describeFaults } from './support/describe-faults.ts';
import { nothingAmiss } from './support/judge.ts';
import { type Stage, setStage } from './support/stage.ts';
import { tell } from './support/tell.ts';
import { slow } from './support/troubles.ts';

describeFaults('processes that die or say nothing', () => {
  let stage: Stage;
  let answers: QueueAway;
  let killed: Readonly<Record<string, number>>;
  let left: string;

  beforeAll(async () => {
    stage = await setStage();
    answers = await queueAway(stage);
    killed = await kills(stage, {
      scenario: 'killed',
      seconds: 40,
      visitors: (random) => mixedChats('killed', 200, random).map((each) => stage.sender.asItComes(each, random)),
      weather: (random) => slow(random, 200, 500),
    });
    left = await stage.settle(150_000);
  }, 400_000);

  afterAll(() => stage.end());

  test('everything comes to rest', () => {
    expect(left).toBe('');
    expect(stage.hubspot.violations).toEqual([]);
  });

  test('the queue away: chats are accepted all the same, and arrive', async () => {
    const verdict = await stage.verdict('away');
    tell('queue silent, then dying, then both silent', verdict);
    expect(answers.silent).toEqual(answers.silent.map(() => 200));
    expect(answers.dying).toEqual(answers.dying.map(() => 200));
    expect(answers.bothSilent).toEqual(answers.bothSilent.map(() => 503));
    expect(answers.after).toEqual(answers.after.map(() => 200));
    expect(verdict).toMatchObject({ ...nothingAmiss, parked: 0 });
  });

  test('SIGKILL of anything at any moment: nothing acknowledged is lost, nothing doubled', async () => {
    const verdict = await stage.verdict('killed');
    tell(
      `SIGKILL (${Object.entries(killed)
        .map(([part, times]) => `${part} ${times}`)
        .join(', ')})`,
      verdict,
    );
    expect(verdict).toMatchObject({ ...nothingAmiss, parked: 0 });
  });

  test('no log holds a word or an address of a visitor, or the key', () => {
    expect(stage.leaks()).toEqual([]);
  });
});
