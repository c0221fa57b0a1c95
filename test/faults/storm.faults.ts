import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kills } from './scenarios/kills.ts';
import { mixedChats } from './support/chats.ts';
import { describeFaults } from './support/describe-faults.ts';
import { nothingAmiss } from './support/judge.ts';
import { createRandom, type Random } from './support/random.ts';
import { type Stage, setStage } from './support/stage.ts';
import { tell } from './support/tell.ts';
import { mixed } from './support/troubles.ts';

const minutes = Number(process.env['FAULT_MINUTES']);

describeFaults('everything at once, for as long as FAULT_MINUTES says', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage();
  }, 60_000);
  afterAll(() => stage.end());

  test(
    'storm after storm: nothing acknowledged is lost, nothing doubled',
    async () => {
      const end = Date.now() + minutes * 60_000;
      for (let round = 1; Date.now() < end; round += 1) {
        const scenario = `storm${letters(round)}`;
        const random = createRandom(`${scenario} outage`);
        const visitors = (drawn: Random) =>
          mixedChats(scenario, 200, drawn).map((each) => stage.sender.asItComes(each, drawn));
        const storm = kills(stage, { scenario, seconds: 40, visitors, weather: mixed });
        if (random.chance(0.5)) {
          await sleep(random.between(0, 10_000));
          await stage.lines.hubspot.shut();
          await sleep(random.between(1000, 20_000));
          await stage.lines.hubspot.open();
        }
        await storm;
        const left = await stage.settle(240_000);
        const verdict = await stage.verdict(scenario);
        tell(`storm ${round}`, verdict);
        expect([left, stage.leaks(), stage.hubspot.violations]).toEqual(['', [], []]);
        expect(verdict).toMatchObject({ ...nothingAmiss, parked: 0 });
      }
    },
    minutes * 60_000 + 400_000,
  );
});

/** Scenarios' names are letters alone: 1 is b, 10 is ba. */
const letters = (round: number) => String(round).replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
