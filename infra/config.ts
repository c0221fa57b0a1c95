import { createHash } from 'node:crypto';
import { writeCheckedConfig } from '../lambda/config/checked.ts';
import type { Config } from '../lambda/config/config.ts';

const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/;

export const isLoopback = (address: string): boolean => loopback.test(address);

/** The destinations whose address is this machine: a function on AWS would find nothing there. */
export const loopbackDestinations = ({ destinations }: Pick<Config, 'destinations'>): readonly string[] =>
  destinations
    .filter((destination) =>
      Object.values(destination).some((setting) => typeof setting === 'string' && isLoopback(setting)),
    )
    .map(({ name }) => name);

/** Of the configuration as it lies beside the functions: by it is seen whether it has changed since it was deployed. */
export const configDigest = (config: Config): string =>
  createHash('sha256').update(writeCheckedConfig(config)).digest('hex');
