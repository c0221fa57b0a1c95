import { Ajv } from 'ajv';
import { getCountries } from 'libphonenumber-js/min';
import { didYouMean, similarTo } from '../../../infra/config/did-you-mean.ts';
import { configSchema } from '../../../infra/config/schema.ts';
import { languages } from '../../../lambda/conversation/language.ts';
import { destinationName, secureUrl } from '../../../lambda/crm/port/settings.ts';
import type { Crm, SettingSchema } from '../../lib/crms/crms.ts';
import type { Asker } from '../../lib/terminal/ask.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import type { ConfigFile } from './config-file.ts';

/** A setting's value, or what is wrong with the given text. */
export type Reading = { readonly value: unknown } | { readonly mistake: string };

export function readSetting(schema: SettingSchema, text: string): Reading {
  const value = parse(schema, text.trim());
  return isValid(schema, value) ? { value } : { mistake: mistakeIn(schema) };
}

/** Returns true, or what is wrong. */
export function checkSetting(schema: SettingSchema, text: string): true | string {
  const reading = readSetting(schema, text);
  return 'mistake' in reading ? reading.mistake : true;
}

/** Reads `--set name=value` flags, also `owners.fallback=7`, onto the given values. Throws UsageError. */
export function readAssignments(
  { adapter, settings }: Crm,
  assignments: readonly string[],
  onto: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return assignments.reduce<Readonly<Record<string, unknown>>>((read, assignment) => {
    const [, path = '', text = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    const schema = schemaAt(settings, path);
    if (schema === undefined) {
      const known = Object.keys(settings);
      const similar = similarTo(path, known);
      if (similar.length > 0) {
        throw new UsageError(`--set ${assignment}: ${adapter} has no setting ${path}${didYouMean(similar)}`);
      }
      throw new UsageError(
        `--set ${assignment}: give name=value, with a name that ${adapter} knows: ${known.join(', ')}.`,
      );
    }
    const reading = readSetting(schema, text);
    if ('mistake' in reading) throw new UsageError(`--set ${path}: ${reading.mistake}`);
    return withValueAt(read, path, reading.value);
  }, onto);
}

/** Strings are taken as they are, anything else as JSON. */
function parse({ type, enum: values }: SettingSchema, text: string): unknown {
  if (type === 'string' || values?.includes(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isValid(schema: SettingSchema, value: unknown): boolean {
  if (value === '') return false;
  return new Ajv({ strict: false }).validate(schema, value);
}

function mistakeIn(schema: SettingSchema): string {
  const { description = '', enum: values } = schema;
  if (values !== undefined) return `Give one of ${values.join(', ')}.`;
  const { pattern } = Object(schema);
  if (pattern === secureUrl.pattern) return `Give an address with https:// (plain http:// only for this machine).`;
  if (pattern === destinationName.pattern)
    return 'Give lower-case letters, digits and -, starting with a letter; at most 40.';
  return `This value is not valid. ${description}`.trim();
}

type Settings = Readonly<Record<string, unknown>>;

/** The schema at a path such as `owners.fallback`; undefined if there is none. */
export function schemaAt(properties: Readonly<Record<string, SettingSchema>>, path: string): SettingSchema | undefined {
  const [name = '', ...rest] = path.split('.');
  const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return rest.length === 0 ? schema : schemaAt(schema?.properties ?? {}, rest.join('.'));
}

export const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => Object(value)[name], settings);

export function withValueAt(settings: Settings, path: string, value: unknown): Settings {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...settings, [name]: value };
  return { ...settings, [name]: withValueAt(Object(settings[name]), rest.join('.'), value) };
}

type GeneralFlags = {
  readonly timezone: string | undefined;
  readonly phoneRegion: string | undefined;
  readonly language: string | undefined;
  readonly alarmEmail: string | undefined;
  readonly retentionDays: string | undefined;
  readonly apiAccount: string | undefined;
};

const {
  alarmEmail: emailSchema,
  phoneRegion: phoneRegionSchema,
  retentionDays: retentionSchema,
  api: {
    properties: { accountId: accountSchema },
  },
} = configSchema.properties;

type ToAsk = {
  readonly flags: GeneralFlags;
  /** Whether it is for the local stack, which has no alarms. */
  readonly local: boolean;
};

/** Asks for the settings of all destinations, with the file's values as defaults. */
export async function askGeneral({ content, config }: ConfigFile, { flags, local }: ToAsk, ask: Asker) {
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  const isConfigured = (name: string) => Object.hasOwn(content, name);
  const timezone = await ask.search({
    message: 'In which timezone do your sales staff read times',
    flag: '--timezone <name>',
    given: flags.timezone,
    fallback: isConfigured('timezone') ? config.timezone : timeZone,
    values: [...new Set([timeZone, config.timezone, 'UTC', ...Intl.supportedValuesOf('timeZone')])],
  });
  const phoneRegion = await ask.text({
    message: "Your shop's country, for phone numbers",
    flag: '--phone-region <code>',
    given: flags.phoneRegion,
    fallback: config.phoneRegion ?? countryIn(timezone) ?? '',
    check: (text) =>
      text.trim() === '' || checkSetting(phoneRegionSchema, text) === true || 'Give its two letters, such as CZ.',
  });
  const language = await ask.choose({
    message: 'In which language do they read transcripts',
    flag: '--language <code>',
    given: flags.language,
    fallback: isConfigured('language') ? config.language : languageOf(locale),
    choices: languages.map((value) => ({ value, name: nameOf(value) })),
  });
  const emailBefore = config.alarmEmail ?? '';
  const alarmEmail = await ask.text({
    message: `Where to send alarms by e-mail${emailBefore === '' ? ' (empty: nobody)' : ''}`,
    flag: '--alarm-email <address>',
    given: flags.alarmEmail ?? (local ? emailBefore : undefined),
    fallback: emailBefore,
    check: (text) =>
      text.trim() === '' || (checkSetting(emailSchema, text) === true ? true : 'Give one e-mail address.'),
  });
  const days = await ask.text({
    message: 'For how many days to keep conversations here',
    flag: '--retention-days <days>',
    given: flags.retentionDays,
    fallback: String(config.retentionDays),
    check: (text) => {
      const { minimum, maximum } = retentionSchema;
      return checkSetting(retentionSchema, text) === true || `Give a number from ${minimum} to ${maximum}.`;
    },
  });
  const retention = readSetting(retentionSchema, days);
  const accountBefore = config.api?.accountId ?? '';
  const account = await ask.text({
    message: 'The number of your Smartsupp account, if you use its REST API (empty: only the POST hook)',
    flag: '--api-account <id>',
    given: flags.apiAccount ?? (local ? accountBefore : undefined),
    fallback: accountBefore,
    check: (text) =>
      text.trim() === '' || checkSetting(accountSchema, text) === true || 'Give its number, such as 208.',
  });
  return {
    timezone,
    phoneRegion: phoneRegion.trim() === '' ? undefined : phoneRegion.trim(),
    language,
    alarmEmail: alarmEmail === '' ? undefined : alarmEmail,
    ...('value' in retention && { retentionDays: retention.value }),
    api: account.trim() === '' ? undefined : { ...Object(content['api']), accountId: account.trim() },
  };
}

declare global {
  namespace Intl {
    interface Locale {
      /** Not in TypeScript's library yet: https://tc39.es/proposal-intl-locale-info/ */
      getTimeZones?(): readonly string[] | undefined;
    }
  }
}

/** The country whose clocks these are, if it is only one. */
function countryIn(timezone: string): string | undefined {
  const countries = getCountries().filter((region) =>
    new Intl.Locale('und', { region }).getTimeZones?.()?.includes(timezone),
  );
  return countries.length === 1 ? countries[0] : undefined;
}

const languageOf = (locale: string) => languages.find((language) => locale.startsWith(language)) ?? 'en';

const nameOf = (language: string) =>
  `${new Intl.DisplayNames(language, { type: 'language' }).of(language)} (${language})`;
