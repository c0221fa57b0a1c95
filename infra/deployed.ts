import { createHash } from 'node:crypto';
import { type Config, writeCheckedConfig } from '../lambda/config/config.ts';

const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/;

export const isLoopback = (address: string): boolean => loopback.test(address);

/** The destinations on this machine, which a function on AWS cannot reach. */
export const loopbackDestinations = ({ destinations }: Pick<Config, 'destinations'>): readonly string[] =>
  destinations
    .filter((destination) =>
      Object.values(destination).some((setting) => typeof setting === 'string' && isLoopback(setting)),
    )
    .map(({ name }) => name);

/** The digest of the deployed configuration, by which a later change is detected. */
export const configDigest = (config: Config): string =>
  createHash('sha256').update(writeCheckedConfig(config)).digest('hex');

export const defaultStackName = 'SmartsuppCrmForwarder';

/** A name of CloudFormation's, with room for the stage and for the longest resource. */
const pattern = /^[A-Za-z][A-Za-z0-9-]{0,59}$/;

export class StackNameError extends Error {
  override readonly name = 'StackNameError';
}

/** @param name from cdk.json's context, so that two clones can be deployed to one account */
export function stackNameOf(name: unknown, stage: string): string {
  if (typeof name === 'string' && pattern.test(name)) return `${name}-${stage}`;
  throw new StackNameError(
    `The stack cannot be named ${JSON.stringify(name)}. Give "name" in cdk.json, or -c name=…, up to 60 letters, digits ` +
      'and hyphens, beginning with a letter.',
  );
}
