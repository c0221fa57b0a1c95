import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { credentialsOf } from '../../../../local/lib/settings.ts';
import { startFakeAccount } from './fake-account.ts';
import { startFakeCloudFormation } from './fake-cloudformation.ts';
import { script } from './forwarder.ts';
import type { CliStage } from './stage.ts';

export type Dashboard = {
  /** With the token. */
  readonly url: string;
  readonly origin: string;
  /** Ends it as Ctrl-C does; returns its exit code. */
  readonly end: () => Promise<number | null>;
};

/** `npx forwarder dashboard` for AWS, whose endpoints are those of a local stack. */
export async function startDashboard({ stackInfo, directory }: CliStage): Promise<Dashboard> {
  const { outputs, endpoints } = stackInfo;
  const account = await startFakeAccount();
  const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', outputs);
  const { accessKeyId, secretAccessKey } = credentialsOf(endpoints.accessKey);
  const child = spawn(process.execPath, [script, 'dashboard'], {
    cwd: directory,
    env: {
      ...process.env,
      FORWARDER_CONFIG: `${directory}/config.json`,
      ...account.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [url = ''] = await Promise.race([
    new Promise<readonly string[]>((resolve) => createInterface(child.stdout).once('line', (line) => resolve([line]))),
    exit.then((code) => {
      throw new Error(`The dashboard ended with ${code}: ${said}`);
    }),
  ]);
  return {
    url,
    origin: new URL(url).origin,
    async end() {
      child.kill('SIGINT');
      const code = await exit;
      await Promise.all([cloudFormation.close(), account.close()]);
      return code;
    },
  };
}
