/** What stands for the account here. The number is fauxqs's own, which cannot be changed. */
export const account = { id: '000000000000', region: 'us-east-1', partition: 'aws' } as const;

/** Credentials that no service checks, but without which the SDK sends nothing. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** Where the SDK finds the embedded servers. */
export type Endpoints = { readonly sqs: string; readonly dynamodb: string; readonly secretsManager: string };

/** All that a process of the stack gets of this machine's environment. On Windows, no socket opens without SystemRoot. */
export function machineEnvironment(): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  return SystemRoot === undefined ? { PATH } : { PATH, SystemRoot };
}
