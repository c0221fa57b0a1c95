import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, chatBody, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const id = '208:1';
let crm: TestCrm;
let stage: CliStage;
/** A stack on which a chat was parked at two destinations, and which is started again with one of them. */
beforeAll(async () => {
  crm = await startTestCrm();
  crm.refuse('no such property');
  const former = await setCliStage(crm, ['crm', 'old']);
  await fetch(former.stack.hookUrl, { method: 'POST', body: chatBody(1) });
  await eventually(async () => (await statesOf(former)).join() === 'crm parked,old parked', 20_000);
  await former.end();
  crm.mend();
  stage = await setCliStage(crm, ['crm'], former.directory);
}, 2 * startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

async function statesOf({ table }: Pick<CliStage, 'table'>): Promise<readonly string[]> {
  const deliveries = await createRecords(table).deliveriesOf(id);
  return deliveries.map(({ destination, state }) => `${destination} ${state}`).toSorted();
}

test('what is parked at a destination that is gone is named, with what to do about it', async () => {
  const env = { FORWARDER_CONFIG: `${stage.directory}/config.json` };
  const { stdout, code } = await stage.forwarder(['doctor', '--local'], { env });
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /! parked 1 was given up\. → .*! parked 1 was on the way to old, which is not deployed any more\. → Put it back, .* npx forwarder replay --destination old --local/,
  );
  expect(code).toBe(0);
});

test('is left alone by a replay, which sends the chat to those that are there', async () => {
  const { stdout } = await stage.forwarder(['replay', id, '--local', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    sent: [{ id, destinations: ['crm'] }],
    left: [{ id, destination: 'old', why: 'belongs to a destination that no longer exists' }],
  });
  await eventually(async () => (await statesOf(stage)).join() === 'crm delivered,old parked', 20_000);
  expect([crm.taken('/crm'), crm.taken('/old')]).toEqual([[id], []]);
});
