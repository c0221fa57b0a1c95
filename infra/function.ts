import { basename } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, type RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import { type Alarms, logMetric } from './alarms.ts';
import { bundle } from './bundle.ts';

/** What every function of a stage is given. */
export type FunctionSettings = { readonly alarms: Alarms; readonly logRetention: RetentionDays };

export type NodeFunctionProps = FunctionSettings & {
  readonly description: string;
  /** The handler's file, from the repository's root. */
  readonly entry: string;
  readonly timeout: Duration;
  readonly environment?: Readonly<Record<string, string>>;
  /** What lies beside the bundle: name to contents. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lambda stops a function that has led to its own invocation 16 times, unless this allows it. */
  readonly recursiveLoop?: RecursiveLoop;
};

/**
 * A bundled function with its own alarms, its own log group and a role that may write there and nowhere else, until told
 * otherwise.
 */
export class NodeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  /** What a permission is granted to. */
  readonly role: IGrantable;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const { alarms, logRetention, description, entry, timeout, environment = {}, files, recursiveLoop } = props;
    // The logs name no visitor and hold no chat, so they may go with the stack.
    const logGroup = new LogGroup(this, 'Logs', {
      // By this name the runbook calls it.
      logGroupName: `${Stack.of(this).stackName}/${basename(entry, '.ts')}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed policy that functions get by default: it may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.logGroup = logGroup;
    this.role = role;
    this.lambda = new LambdaFunction(this, 'Function', {
      description,
      code: bundle(entry, files),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // CPU comes with memory: below this, a cold start takes markedly longer for a saving of cents.
      memorySize: 512,
      timeout,
      environment,
      role,
      logGroup,
      ...(recursiveLoop && { recursiveLoop }),
    });
    const period = Duration.minutes(5);
    alarms.add(this, alarmDefinitions.functionErrors, { metric: this.lambda.metricErrors({ period }), above: 0 });
    alarms.add(this, alarmDefinitions.functionThrottles, { metric: this.lambda.metricThrottles({ period }), above: 0 });
  }

  /** Counts the lines of its log with this message; `*` at its end stands for anything. */
  protected said(name: string, message: string): Metric {
    return logMetric(this, name, this.logGroup, FilterPattern.stringValue('$.message', '=', message));
  }
}
