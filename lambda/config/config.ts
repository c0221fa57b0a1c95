import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FollowUpSettings } from '../conversation/follow-up.ts';
import type { Language } from '../conversation/locale.ts';
import type { Shop } from '../conversation/model.ts';
import type { Destination } from '../crm/catalogue.ts';
import type { FollowUpKind } from '../crm/port/adapter.ts';

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly language: Language;
  /** Keys of the visitor's variables. */
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

/** A destination's mapping settings. A CRM without contacts lacks some of them. */
export type MappingSettings = {
  readonly name: string;
  readonly when?: string;
  readonly minMessages?: number;
  readonly onlyWithEmail?: boolean;
  readonly automatic?: boolean;
  readonly humanOnly?: boolean;
  readonly consent?: boolean;
  readonly anonymous?: 'hold' | 'skip' | 'create';
  readonly matchByPhone?: 'sameNameOnly' | 'always' | 'never';
  readonly holdHours?: number;
  readonly customerIdField?: string;
  readonly company?: boolean;
  readonly fields?: Readonly<Record<string, FieldSettings>>;
  readonly neutraliseFormulas?: boolean;
  readonly owners?: { readonly agents?: Readonly<Record<string, string>>; readonly fallback?: string };
  readonly followUp?: FollowUpSettings & { readonly as?: FollowUpKind };
};

const defaultHoldHours = 72;

/** How long a chat is held while its visitor waits for an answer. */
export const holdHoursOf = ({ holdHours = defaultHoldHours }: Pick<MappingSettings, 'name' | 'holdHours'>): number =>
  holdHours;

type FieldSettings = string | { readonly value: string; readonly overwrite?: boolean };
