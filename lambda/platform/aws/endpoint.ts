/** Services of AWS, by the name that they have in an address and in a signature. */
export type Service = 'dynamodb' | 'sqs' | 'secretsmanager';

/** Where another address than AWS's own is set for a service, as for all that speak to AWS (`AWS_ENDPOINT_URL_<SERVICE>`). */
const variables: Readonly<Record<Service, string>> = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
};

/** AWS's parts of the world that have a domain of their own, by the beginning of their regions' names. */
const domains: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** The origin at which a region has a service, or the one that the environment says. */
export function endpointOf(service: Service, region: string): string {
  const [, domain = 'amazonaws.com'] = domains.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return process.env[variables[service]] || `https://${service}.${region}.${domain}`;
}
