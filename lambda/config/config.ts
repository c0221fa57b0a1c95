import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../conversation/locale.ts';
import type { Shop } from '../conversation/model.ts';
import type { Destination } from '../crm/catalogue.ts';

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly language: Language;
  readonly variables: { readonly phone: string | readonly string[]; readonly customerId?: string };
  /** The shop's country, an ISO 3166 code. */
  readonly phoneRegion?: string;
  readonly platform?: Shop['platform'];
  readonly contactFromWords: boolean;
  readonly retentionDays: number;
  readonly rejectedRetentionDays: number;
  readonly giveUpAfterHours: number;
  readonly alarmEmail?: string | undefined;
  /** Undefined: no chat channel is notified. */
  readonly notify?: NotifyConfig | undefined;
  readonly domain?: string | undefined;
  /** 0: no alarm for silence. */
  readonly silentAfterHours: number;
  /** Undefined: only the POST hook brings chats. */
  readonly api?: ApiConfig | undefined;
  readonly maxConcurrency: number;
  readonly batchingWindowSeconds: number;
  readonly destinations: readonly Destination[];
};

/** Smartsupp's REST API v2, and its signed webhooks. */
export type ApiConfig = {
  readonly accountId: string;
  readonly webhooks: boolean;
  readonly reconcile: boolean;
  readonly url: string;
};

export const checkedConfigFile = 'forwarder.json';

export const writeCheckedConfig = (config: Config): string => `${JSON.stringify(config, null, 2)}\n`;

/**
 * Reads the configuration that `infra/` has checked and completed. It isn't checked again: the checks would be a third
 * of deliver's code and a sixth of its cold start. Throws an Error if the file is missing.
 */
export function readCheckedConfig(directory: string): Config {
  const path = join(directory, checkedConfigFile);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`Cannot read ${path}. Deploy the stack again: infra/ puts it there.`, { cause });
  }
}

/** The events that a channel can be notified of; `alarms` are those of CloudWatch. */
export const notifyEvents = ['alarms', 'parked', 'rejected', 'silence', 'missed'] as const;
export type NotifyEvent = (typeof notifyEvents)[number];

export const services = ['slack', 'teams', 'webhook'] as const;
export type Service = (typeof services)[number];

/** A chat channel, or your own system. */
export type NotifyConfig = {
  readonly to: Service;
  readonly on: readonly NotifyEvent[];
  readonly withWords: boolean;
};
