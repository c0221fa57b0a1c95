import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { type FakeEspocrm, startFakeEspocrm } from '../../support/fake-espocrm.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, setStageOn, startPatience } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

let espocrm: FakeEspocrm;
let stage: CliStage;
beforeAll(async () => {
  espocrm = await startFakeEspocrm();
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const destination = { name: 'crm', adapter: 'espocrm', baseUrl: espocrm.url };
  writeFileSync(configFile, JSON.stringify({ timezone: 'Europe/Prague', destinations: [destination] }));
  stage = await setStageOn(directory, configFile, { FORWARDER_SECRET_CRM: espocrm.apiKey });
}, startPatience);
afterAll(async () => {
  await espocrm.close();
  await stage.end();
});

test('a sample that came at the second attempt is shown with both, and with where it is in the CRM', async () => {
  espocrm.inject({ how: { status: 503, body: { message: 'Maintenance until noon' } } });
  const sent = await stage.forwarder(['send', '--local', '--json']);
  const [{ name, answer }] = JSON.parse(sent.stdout);
  expect(name).toBe('answered');
  const id: string = answer.conversationId;
  await eventually(async () => {
    const deliveries = await createRecords(stage.table).deliveriesOf(id);
    return deliveries.some(({ state }) => state === 'delivered');
  }, 30_000);

  const { deliveries } = JSON.parse((await stage.forwarder(['show', id, '--local', '--json'])).stdout);
  const [{ contactId, link, history, earlier }] = deliveries;
  expect(earlier).toBeUndefined();
  expect(link).toBe(`${espocrm.url}/#Contact/view/${contactId}`);
  expect(history).toMatchObject([
    { outcome: 'retry', fault: 'retryable', reason: expect.stringContaining('503') },
    { outcome: 'delivered', fault: null, reason: null },
  ]);

  const { stdout } = await stage.forwarder(['show', id, '--local']);
  expect(stdout).toMatch(/^crm: delivered .*after 2 attempts/m);
  expect(stdout).toContain(`\n  ${link}\n`);
  expect(stdout).toMatch(
    /^ {2}\d\d \w+ [\d:]{8} {2}delivered +\d+ ms\n {2}\d\d \w+ [\d:]{8} {2}retry +\d+ ms\n {4}.*503/m,
  );
});
