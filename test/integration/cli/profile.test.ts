import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { newDirectory } from '../local/support/directory.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { createForwarder } from './support/forwarder.ts';

// A process of its own, on a machine that may be busy.
jest.setTimeout(60_000);

test('--profile means its credentials, its region and its endpoint', async () => {
  const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', {});
  const directory = newDirectory();
  const AWS_CONFIG_FILE = join(directory, 'config');
  const keys = 'aws_access_key_id = test\naws_secret_access_key = test\n';
  writeFileSync(AWS_CONFIG_FILE, `[profile shop]\nregion = eu-west-1\nendpoint_url = ${cloudFormation.url}\n${keys}`);
  const env = { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
  const { stderr } = await createForwarder(directory)(['status', '--profile', 'shop'], { env });
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('SmartsuppCrmForwarder-prod in eu-west-1 has no output HookUrl');
  await cloudFormation.close();
});
