import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous } from './scenarios/anonymous.ts';
import { crmDown } from './scenarios/crm-down.ts';
import { crmErrors } from './scenarios/crm-errors.ts';
import { type Poisoned, poison } from './scenarios/poison.ts';
import { sameHook } from './scenarios/same-hook.ts';
import { describeFaults } from './support/describe-faults.ts';
import { nothingAmiss } from './support/judge.ts';
import { type Stage, setStage } from './support/stage.ts';
import { tell } from './support/tell.ts';
import { someRefused, someSpoilt } from './support/troubles.ts';

/** Longer than the wait after an unknown outcome, or after a table that was too slow, on a machine with more to do. */
const patience = 300_000;

describeFaults('a CRM in trouble, and senders', () => {
  let stage: Stage;
  let heldUp: readonly string[];
  let silent: number;
  let poisoned: Poisoned;
  const left: string[] = [];

  // One stack for all, and as much at once as tells nothing wrong of the others: most of the time is waiting for retries.
  beforeAll(async () => {
    stage = await setStage();
    heldUp = await crmDown(stage, { seconds: 20, chats: 100 });
    const errors = { seconds: 40, chats: 200 };
    const [sendAgain] = await Promise.all([
      sameHook(stage),
      crmErrors(stage, { ...errors, scenario: 'refused', weather: (random) => someRefused(random, 0.3) }),
      crmErrors(stage, { ...errors, scenario: 'spoilt', weather: (random) => someSpoilt(random, 0.1) }),
    ]);
    left.push(await stage.settle(patience));
    [poisoned, silent] = await Promise.all([poison(stage, { seconds: 10, chats: 30 }), anonymous(stage)]);
    left.push(await stage.settle(patience));
    await stage.stack.killAndRestart();
    await sendAgain();
    left.push(await stage.settle(patience));
  }, 1_000_000);

  afterAll(() => stage.end());

  test('everything comes to rest', () => {
    expect(left).toEqual(['', '', '']);
    expect(stage.hubspot.violations).toEqual([]);
  });

  test('HubSpot down: nothing is lost, and the other destination has its chats in the meantime', async () => {
    const verdict = await stage.verdict('down');
    tell('HubSpot down for 20 s', verdict);
    expect(verdict).toMatchObject({ ...nothingAmiss, refused: 0, inCrm: 100, parked: 0 });
    expect(heldUp).toEqual([]);
  });

  test.each([
    ['30 % of calls refused with 429 or 500', 'refused'],
    ['10 % of calls done, then answered 500, rubbish, half or not at all', 'spoilt'],
  ])('%s: nothing is lost and nothing doubled', async (name, scenario) => {
    const verdict = await stage.verdict(scenario);
    tell(name, verdict);
    expect(verdict).toMatchObject({ ...nothingAmiss, refused: 0, inCrm: 200, parked: 0 });
  });

  test('the same hook again, at once, after a restart; several chats of a new visitor; copies out of order', async () => {
    const verdict = await stage.verdict('same');
    tell('the same hook again', verdict);
    expect(verdict).toMatchObject({ ...nothingAmiss, refused: 0, inCrm: verdict.chats, parked: 0 });
  });

  test('poison holds nobody up, and is kept', async () => {
    const verdict = await stage.verdict('poison');
    tell('poison among good chats', verdict);
    expect(poisoned.statuses.filter((status) => status !== 400)).toEqual([413]);
    expect(verdict).toMatchObject({ ...nothingAmiss, refused: 0, parked: poisoned.unwanted });
    expect(verdict.inCrm).toBe(verdict.chats - poisoned.unwanted);
    // A message that comes back by itself takes longer.
    expect(verdict.slowest).toBeLessThan(60_000);
    const rejected = await (await stage.records()).rejected();
    expect(rejected.length).toBeGreaterThan(20);
    expect(
      rejected.every((line) => /^rejected: (not-json|invalid|not-a-chat|too-large|not-utf-8|no-envelope)$/.test(line)),
    ).toBe(true);
    for (const { properties } of stage.hubspot.notes.values())
      expect(properties['hs_note_body']).not.toMatch(/<(script|img)/);
  });

  test('visitors without an address are held, and none becomes a contact', async () => {
    const verdict = await stage.verdict('anonymous');
    tell('visitors without an address', verdict);
    expect(verdict).toMatchObject({ ...nothingAmiss, refused: 0, held: silent, inCrm: verdict.chats - silent });
  });

  test('no log holds a word or an address of a visitor, or the key', () => {
    expect(stage.leaks()).toEqual([]);
  });
});
