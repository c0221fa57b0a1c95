import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { readAlarmText } from '../../../infra/alarm-definitions.ts';

/** An alarm that has gone off, and is not over. */
export type RaisedAlarm = {
  /** Where it watches, and what for: `Deliver-sales-CredentialsRefused`. */
  readonly name: string;
  readonly since: Date | undefined;
  /** What has happened. */
  readonly what: string;
  /** Its section in the runbook; undefined for an alarm that is not of this release. */
  readonly runbook: string | undefined;
};

/** The alarms of a stack that are raised now. */
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
      // Parts of a stack begin with a capital letter: else it is the stack of another stage, `prod-eu`.
      if (/^[A-Z]/.test(name)) raised.push({ name, since, ...readAlarmText(AlarmDescription) });
    }
  }
  return raised;
}
