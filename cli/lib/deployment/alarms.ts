import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { readAlarmText } from '../../../infra/alarm-definitions.ts';

export type RaisedAlarm = {
  readonly name: string;
  readonly since: Date | undefined;
  readonly what: string;
  readonly runbook: string | undefined;
};

export async function raisedAlarms(
  stackName: string,
  client: ConstructorParameters<typeof CloudWatchClient>[0],
): Promise<readonly RaisedAlarm[]> {
  const prefix = `${stackName}-`;
  const pages = paginateDescribeAlarms(
    { client: new CloudWatchClient({ ...client }) },
    { AlarmNamePrefix: prefix, StateValue: 'ALARM', AlarmTypes: ['MetricAlarm'] },
  );
  const raised: RaisedAlarm[] = [];
  for await (const { MetricAlarms = [] } of pages) {
    for (const { AlarmName = '', AlarmDescription = '', StateTransitionedTimestamp: since } of MetricAlarms) {
      const name = AlarmName.slice(prefix.length);
      // Parts of the stack begin with a capital letter; others belong to another stage, such as `prod-eu`.
      if (/^[A-Z]/.test(name)) raised.push({ name, since, ...readAlarmText(AlarmDescription) });
    }
  }
  return raised;
}
