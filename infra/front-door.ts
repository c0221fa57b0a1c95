import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import type { FunctionSettings } from './function.ts';
import { logMetric } from './log-metric.ts';

/**
 * Requests a second, and at once. A hook that is turned away is lost, so this is far above what any chat team ends in
 * a second; it bounds what a flood of guessed keys can cost.
 */
const throttle = { rateLimit: 50, burstLimit: 200 };

/**
 * Never the path, which holds the key: the route key stands for it. The address is that of Smartsupp's server, or of
 * somebody who tries keys, never a visitor's: visitors' browsers do not come here.
 */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  sourceIp: '$context.identity.sourceIp',
};

const hookRoute = HttpRouteKey.with('/smartsupp/{key}', HttpMethod.POST);
/** Refused requests in five minutes that are more than somebody's mistake. */
const burst = 100;

export type FrontDoorProps = FunctionSettings & { readonly receive: IFunction };

/** The HTTP API with its one route, `POST /smartsupp/{key}`, and the alarms for what it answers. */
export class FrontDoor extends Construct {
  /** The hook's URL, up to the key. */
  readonly url: string;

  constructor(scope: Construct, id: string, { alarms, logRetention, receive }: FrontDoorProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    const route = new HttpRoute(this, 'Hook', {
      httpApi: api,
      routeKey: hookRoute,
      integration: new HttpLambdaIntegration('Receive', receive),
    });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `${Stack.of(this).stackName}/access`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    // Asked of the API, not put together as `stage.url` is: an emulator of AWS has it elsewhere.
    this.url = `${api.apiEndpoint}/smartsupp/`;
    const counted = { statistic: 'Sum', period: Duration.minutes(5) };
    alarms.add(this, alarmDefinitions.hookFailed, { metric: stage.metricServerError(counted), above: 0 });
    alarms.add(this, alarmDefinitions.refusedBurst, { metric: stage.metricClientError(counted), above: burst });
    const answered = (name: string, ...statuses: readonly string[]) =>
      logMetric(this, name, accessLogs, hookAnswered(statuses));
    // On the hook's own route only receive says 404, to a wrong key; what else is tried on the internet has no route.
    alarms.add(this, alarmDefinitions.wrongKey, { metric: answered('WrongKeys', '404'), above: 0 });
    alarms.add(this, alarmDefinitions.turnedAway, { metric: answered('HooksTurnedAway', '413', '429'), above: 0 });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Smartsupp cannot sign or sign in. The 256-bit key in the path is checked by receive.',
    });
  }
}

const hookAnswered = (statuses: readonly string[]) =>
  FilterPattern.all(
    FilterPattern.stringValue('$.routeKey', '=', hookRoute.key),
    FilterPattern.any(...statuses.map((status) => FilterPattern.stringValue('$.status', '=', status))),
  );
