import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../conversation/language.ts';
import type { Destination } from '../crm/catalogue.ts';

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly language: Language;
  readonly variables: { readonly phone: string; readonly customerId?: string };
  readonly retentionDays: number;
  readonly rejectedRetentionDays: number;
  readonly giveUpAfterHours: number;
  /** Where alarms go. */
  readonly alarmEmail?: string | undefined;
  readonly maxConcurrency: number;
  readonly batchingWindowSeconds: number;
  readonly destinations: readonly Destination[];
};

/** What the configuration is called beside the code of the function that reads it. */
export const checkedConfigFile = 'forwarder.json';

/** The configuration as `readCheckedConfig` takes it. */
export const writeCheckedConfig = (config: Config): string => `${JSON.stringify(config, null, 2)}\n`;

/**
 * Reads the configuration that `infra/` has checked, and put beside a function's code with every default filled in. It is
 * not checked again: the checks are a third of all that deliver would load, and a sixth of its cold start.
 * @throws Error where it is not there
 */
export function readCheckedConfig(directory: string): Config {
  const path = join(directory, checkedConfigFile);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`Cannot read ${path}. Deploy the stack again: infra/ puts it there.`, { cause });
  }
}
