import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import { logMetric } from './alarms.ts';
import type { FunctionSettings } from './function.ts';

/**
 * Requests per second, and at once. All senders share them, and a hook that is turned away is lost, so a flood of guessed
 * keys must not fill them easily. docs/runbook.md says what an hour of such a flood costs.
 */
const throttle = { rateLimit: 1000, burstLimit: 2000 };

/** Without the path, which holds the key. The address is Smartsupp's or an intruder's, never a visitor's. */
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

// Greedy, so that a slash after the key does no harm: Smartsupp takes days to change a URL.
const hookPath = '/smartsupp/{key+}';
const hookRoute = HttpRouteKey.with(hookPath, HttpMethod.POST);
/** More specific than the hook's, so it wins. */
const eventsRoute = HttpRouteKey.with('/smartsupp/{key}/events', HttpMethod.POST);
/** For `doctor` and browsers: it answers that this is the hook. */
const probeRoute = HttpRouteKey.with(hookPath, HttpMethod.GET);
/** Refused requests in five minutes, above which it is not a mere mistake. */
const maxRefused = 100;

export type FrontDoorProps = FunctionSettings & {
  /** The function that answers every request to the hook. */
  readonly receive: IFunction;
  /** The function that answers Smartsupp's signed webhooks. Default: no such route. */
  readonly events?: IFunction | undefined;
  /** A host name for the hook's URL. Default: the API's own, which is lost with the stack. */
  readonly domain?: string | undefined;
};

/** The HTTP API with the hook's route, a probe on the same path, and alarms for its answers. */
export class FrontDoor extends Construct {
  readonly url: string;
  /** The target for the host name's CNAME record; undefined without `domain`. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { alarms, logRetention, receive, events, domain }: FrontDoorProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    const integration = new HttpLambdaIntegration('Receive', receive);
    const hook = new HttpRoute(this, 'Hook', { httpApi: api, routeKey: hookRoute, integration });
    const probe = new HttpRoute(this, 'Probe', { httpApi: api, routeKey: probeRoute, integration });
    const webhooks =
      events &&
      new HttpRoute(this, 'Webhooks', {
        httpApi: api,
        routeKey: eventsRoute,
        integration: new HttpLambdaIntegration('Events', events),
      });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      // Elsewhere, each log group of an API adds to a policy of the account that has a limit, and the stage is refused.
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}/access`,
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
    this.domainTarget = domain === undefined ? undefined : mapDomain(this, domain, { api, stage });
    // Asked of the API, not put together as `stage.url` is: an emulator of AWS has it elsewhere.
    this.url = `${domain === undefined ? api.apiEndpoint : `https://${domain}`}/smartsupp/`;
    const counted = { statistic: 'Sum', period: Duration.minutes(5) };
    alarms.add(this, alarmDefinitions.hookFailed, { metric: stage.metricServerError(counted), above: 0 });
    alarms.add(this, alarmDefinitions.refusedBurst, { metric: stage.metricClientError(counted), above: maxRefused });
    const answered = (name: string, ...statuses: readonly string[]) =>
      logMetric(this, name, accessLogs, hookAnswered(statuses));
    // On these routes only the functions answer 404, and only to a wrong key.
    alarms.add(this, alarmDefinitions.wrongKey, { metric: answered('WrongKeys', '404'), above: 0 });
    alarms.add(this, alarmDefinitions.turnedAway, { metric: answered('HooksTurnedAway', '413', '429'), above: 0 });
    for (const route of [hook, probe, ...(webhooks ? [webhooks] : [])]) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Smartsupp cannot sign in. The functions check the 256-bit key in the path, and the signature of its webhooks.',
      });
    }
  }
}

/** The certificate waits, in the deployment, for the DNS record that proves whose host name it is. */
function mapDomain(
  scope: Construct,
  domainName: string,
  { api, stage }: { readonly api: HttpApi; readonly stage: HttpStage },
): string {
  const certificate = new Certificate(scope, 'Certificate', {
    domainName,
    validation: CertificateValidation.fromDns(),
  });
  const domain = new DomainName(scope, 'Domain', { domainName, certificate });
  new ApiMapping(scope, 'Mapping', { api, domainName: domain, stage });
  return domain.regionalDomainName;
}

const hookAnswered = (statuses: readonly string[]) =>
  FilterPattern.all(
    FilterPattern.any(...[hookRoute, eventsRoute].map(({ key }) => FilterPattern.stringValue('$.routeKey', '=', key))),
    FilterPattern.any(...statuses.map((status) => FilterPattern.stringValue('$.status', '=', status))),
  );
