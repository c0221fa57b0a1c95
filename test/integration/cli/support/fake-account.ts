import { startSecretsManager } from '../../../../local/servers/secrets-manager.ts';
import { startFakeServer } from '../../../support/fake-server.ts';

export type FakeAccount = {
  /** By which the SDK finds it, as a user called eva. */
  readonly env: Readonly<Record<string, string>>;
  /** The secrets' current values by ARN, and those before them. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly previous: ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
};

type Account = {
  /** Undefined where `cdk bootstrap` has not been run. */
  readonly bootstrapVersion?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Alarms that are raised: name to description. */
  readonly alarms?: Readonly<Record<string, string>>;
};

/** An AWS account, as far as the commands ask for it beside its stacks. */
export async function startFakeAccount(account: Account = {}): Promise<FakeAccount> {
  const { bootstrapVersion, secrets = {}, alarms = {} } = account;
  const sts = await startFakeServer(() => {
    const who = '<Arn>arn:aws:iam::123456789012:user/eva</Arn><UserId>EVA</UserId><Account>123456789012</Account>';
    const result = `<GetCallerIdentityResult>${who}</GetCallerIdentityResult>`;
    const body = `<GetCallerIdentityResponse xmlns="${stsNamespace}">${result}</GetCallerIdentityResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  });
  const ssm = await startFakeServer(({ body }) => {
    const { Name } = Object(body);
    if (Name !== '/cdk-bootstrap/hnb659fds/version' || bootstrapVersion === undefined) {
      return { status: 400, headers: json, body: { __type: 'ParameterNotFound' } };
    }
    return { status: 200, headers: json, body: { Parameter: { Name, Type: 'String', Value: bootstrapVersion } } };
  });
  const cloudWatch = await startFakeServer(({ body }) => {
    const { AlarmNamePrefix = '', StateValue } = Object(body);
    const raised = Object.entries(alarms).filter(
      ([name]) => StateValue === 'ALARM' && name.startsWith(AlarmNamePrefix),
    );
    const MetricAlarms = raised.map(([AlarmName, AlarmDescription]) => ({
      AlarmName,
      AlarmDescription,
      StateValue,
      StateTransitionedTimestamp: Date.now() / 1000,
    }));
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: { MetricAlarms } };
  });
  const current = new Map(Object.entries(secrets));
  const previous = new Map<string, string>();
  const manager = await startSecretsManager(anAwsUser.AWS_ACCESS_KEY_ID);
  manager.put(current, {
    previous: (arn) => previous.get(arn),
    mayChange: () => true,
    changed: (arn, versions) => {
      current.set(arn, versions.current);
      previous.set(arn, versions.previous);
    },
  });
  return {
    env: {
      ...anAwsUser,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.endpoint,
    },
    secrets: current,
    previous,
    close: async () => {
      manager.stop();
      await Promise.all([sts.close(), ssm.close(), cloudWatch.close()]);
    },
  };
}

/** Credentials of nobody, and nothing of this machine's own. */
const anAwsUser = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** The same without any credentials. */
export const noAwsUser = { ...anAwsUser, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

const json = { 'content-type': 'application/x-amz-json-1.1' };
const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
