import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

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

/** The HTTP API with its one route, `POST /smartsupp/{key}`. */
export class FrontDoor extends Construct {
  /** The hook's URL, up to the key. */
  readonly url: string;

  constructor(scope: Construct, id: string, receive: IFunction) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    const route = new HttpRoute(this, 'Hook', {
      httpApi: api,
      routeKey: HttpRouteKey.with('/smartsupp/{key}', HttpMethod.POST),
      integration: new HttpLambdaIntegration('Receive', receive),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs(this)),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    this.url = `${stage.url}smartsupp/`;
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Smartsupp cannot sign or sign in. The 256-bit key in the path is checked by receive.',
    });
  }
}

const accessLogs = (scope: Construct): LogGroup =>
  new LogGroup(scope, 'AccessLogs', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
