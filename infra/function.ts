import { basename } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AlarmDefinition, alarmDefinitions } from './alarm-definitions.ts';
import { type AlarmRule, type Alarms, logMetric } from './alarms.ts';
import { bundle } from './bundle.ts';

export type FunctionSettings = {
  /** Gets the function's alarms: errors, throttles, and its own. */
  readonly alarms: Alarms;
  /** How long log lines are kept, in days. */
  readonly logRetention: RetentionDays;
};

export type NodeFunctionProps = FunctionSettings & {
  /** Shown in the AWS console. */
  readonly description: string;
  /** The handler's file, relative to the repository. */
  readonly entry: string;
  /** Lambda stops an invocation after this time, and the invocation fails. */
  readonly timeout: Duration;
  /** Environment variables. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files next to the bundle, which the handler reads: name to contents. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: Lambda stops a function that has invoked itself 16 times through a queue. */
  readonly recursiveLoop?: RecursiveLoop;
};

/** A bundled function with its own alarms, log group and role. The role may only write to that log group. */
export class NodeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: IGrantable;
  private readonly alarms: Alarms;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const { alarms, logRetention, description, entry, timeout, environment = {}, files, recursiveLoop } = props;
    // The logs hold no chat and no visitor, so they may be deleted with the stack.
    const logGroup = new LogGroup(this, 'Logs', {
      // The runbook refers to this name.
      logGroupName: `${Stack.of(this).stackName}/${basename(entry, '.ts')}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The default managed policy may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.alarms = alarms;
    this.logGroup = logGroup;
    this.role = role;
    this.lambda = new LambdaFunction(this, 'Function', {
      description,
      code: bundle(entry, files),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Less memory means less CPU: cold starts get much slower, and it saves only cents.
      memorySize: 512,
      timeout,
      environment,
      role,
      logGroup,
      // Without three lines of Lambda's own for each chat, which would be a third of the log.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // The version before the current one stays, to go back to.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(recursiveLoop && { recursiveLoop }),
    });
    const period = Duration.minutes(5);
    alarms.add(this, alarmDefinitions.functionErrors, { metric: this.lambda.metricErrors({ period }), above: 0 });
    alarms.add(this, alarmDefinitions.functionThrottles, { metric: this.lambda.metricThrottles({ period }), above: 0 });
  }

  /**
   * Callers use the alias of a published version, so that code and settings are replaced at once.
   * @param basis publishes a new version when it changes, for settings that CloudFormation resolves at deployment
   */
  protected publish(basis = ''): Alias {
    this.lambda.invalidateVersionBasedOn(basis);
    return this.lambda.addAlias('live');
  }

  /** Does the same for an API's integration, which by CDK's types does not take an alias. */
  protected publishForApi(basis: string): IFunction {
    const { functionArn } = this.publish(basis);
    return LambdaFunction.fromFunctionAttributes(this, 'LiveFunction', { functionArn, sameEnvironment: true });
  }

  /** Counts the lines of its log with this message; a `*` at the end matches anything. */
  protected countLogLines(name: string, message: string): Metric {
    return logMetric(this, name, this.logGroup, FilterPattern.stringValue('$.message', '=', message));
  }

  /** Raises an alarm for such a line. Default of `rule`: for each. */
  protected alarmOnLogLine(
    definition: AlarmDefinition,
    name: string,
    message: string,
    rule: Partial<AlarmRule> = {},
  ): void {
    this.alarms.add(this, definition, { metric: this.countLogLines(name, message), above: 0, ...rule });
  }
}
