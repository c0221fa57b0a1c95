import { createHash } from 'node:crypto';
import { type Config, writeCheckedConfig } from '../lambda/config/config.ts';

/** Of the configuration as it lies beside the functions: by it is seen whether it has changed since it was deployed. */
export const configDigest = (config: Config): string =>
  createHash('sha256').update(writeCheckedConfig(config)).digest('hex');
