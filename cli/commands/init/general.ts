import { getCountries } from 'libphonenumber-js/min';
import { configSchema } from '../../../infra/config/schema.ts';
import { languages } from '../../../lambda/conversation/locale.ts';
import type { Asker } from '../../lib/terminal/ask.ts';
import type { ConfigFile } from './config-file.ts';
import { checkSetting, readSetting } from './settings.ts';

export type GeneralFlags = {
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
