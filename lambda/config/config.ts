import type { Language } from '../conversation/language.ts';
import type { Destination } from '../crm/catalogue.ts';

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly language: Language;
  readonly variables: { readonly phone: string | readonly string[]; readonly customerId?: string };
  /** The shop's country, an ISO 3166 code. */
  readonly phoneRegion?: string;
  readonly contactFromWords: boolean;
  readonly retentionDays: number;
  readonly rejectedRetentionDays: number;
  readonly giveUpAfterHours: number;
  /** Where alarms go. */
  readonly alarmEmail?: string | undefined;
  readonly maxConcurrency: number;
  readonly batchingWindowSeconds: number;
  readonly destinations: readonly Destination[];
};
