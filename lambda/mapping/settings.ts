import type { FollowUpSettings } from '../conversation/follow-up.ts';
import type { Language } from '../conversation/language.ts';
import type { FollowUpKind } from '../crm/port/adapter.ts';

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

export type SharedSettings = {
  readonly language: Language;
  /** Keys of the visitor's variables. */
  readonly variables: { readonly phone: string | readonly string[]; readonly customerId?: string };
};
