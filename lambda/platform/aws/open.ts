import { requiredEnv } from '../env.ts';
import { type AwsCall, createAwsCall, type Hurry } from './call.ts';
import { environmentCredentials } from './credentials.ts';
import { endpointOf, type Service } from './endpoint.ts';

/** A service of AWS for a function: in its region, with the credentials of its role. */
export function openAws(service: Service, hurry?: Hurry): AwsCall {
  const region = requiredEnv('AWS_REGION');
  const credentials = environmentCredentials();
  return createAwsCall({
    service,
    region,
    endpoint: endpointOf(service, region),
    credentials: () => credentials,
    ...(hurry !== undefined && { hurry }),
  });
}
