import { account, credentialsOf, readSettings } from '../../../local/lib/settings.ts';
import { readStackInfo } from '../../../local/stack-info.ts';
import { CliError } from '../terminal/errors.ts';
import { connect } from './connect.ts';
import type { Parts } from './deployment.ts';

const timeoutMs = 5000;

export async function openLocal(): Promise<Parts> {
  const { dataDirectory } = readSettings(process.env, process.cwd());
  const stackInfo = readStackInfo(dataDirectory);
  if (stackInfo === undefined || !(await answers(stackInfo.healthUrl))) {
    const silent = stackInfo === undefined ? '' : `, or does not answer at ${new URL(stackInfo.healthUrl).host}`;
    throw new CliError(
      `The local stack is not running on ${dataDirectory}${silent}. Run npm start, or name its directory in FORWARDER_DATA.`,
    );
  }
  const { outputs, endpoints, configFile } = stackInfo;
  const client = { region: account.region, credentials: credentialsOf(endpoints.accessKey) };
  return {
    ...connect({ name: 'the local stack', outputs, configFile, client, endpoints }),
    pageOf: (id) => new URL(`/inspector/${encodeURIComponent(id)}`, outputs.HookUrl).href,
  };
}

/** Any answer counts: a stack that is partly up can still be inspected. */
const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
    () => true,
    () => false,
  );
