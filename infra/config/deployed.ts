import { createHash } from 'node:crypto';
import type { Config } from '../../lambda/config/config.ts';
import { writeCheckedConfig } from '../../lambda/config/config.ts';

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
