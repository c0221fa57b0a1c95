import { configSchema } from '../../../lambda/config/config.schema.ts';
import { languages } from '../../../lambda/conversation/language.ts';
import type { Asker } from '../../lib/terminal/ask.ts';
import type { ConfigFile } from './config-file.ts';
import { checkSetting, readSetting } from './settings.ts';

/** The flags for what holds for all destinations. */
export type GeneralFlags = {
  readonly timezone?: string;
  readonly language?: string;
  readonly alarmEmail?: string;
  readonly retentionDays?: string;
};

const { alarmEmail: emailSchema, retentionDays: retentionSchema } = configSchema.properties;

type ToAsk = {
  readonly flags: GeneralFlags;
  /** Whether it is for the stack on this machine, which has no alarms. */
  readonly local: boolean;
};

/** Asks for what holds for all destinations; what the file says already is the default. */
export async function askGeneral({ content, config }: ConfigFile, { flags, local }: ToAsk, ask: Asker) {
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  const isSaid = (name: string) => Object.hasOwn(content, name);
  const timezone = await ask.search({
    message: 'In which timezone do your sales staff read times',
    flag: '--timezone <name>',
    given: flags.timezone,
    fallback: isSaid('timezone') ? config.timezone : timeZone,
    values: [...new Set([timeZone, config.timezone, 'UTC', ...Intl.supportedValuesOf('timeZone')])],
  });
  const language = await ask.choose({
    message: 'In which language do they read transcripts',
    flag: '--language <code>',
    given: flags.language,
    fallback: isSaid('language') ? config.language : languageOf(locale),
    choices: languages.map((value) => ({ value, name: nameOf(value) })),
  });
  const emailBefore = config.alarmEmail ?? '';
  const alarmEmail = await ask.text({
    message: `Whom to send alarms by e-mail${emailBefore === '' ? ' (empty: nobody)' : ''}`,
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
  return {
    timezone,
    language,
    // What is undefined is not written.
    alarmEmail: alarmEmail === '' ? undefined : alarmEmail,
    ...('value' in retention && { retentionDays: retention.value }),
  };
}

/** This machine's language where transcripts can be written in it. */
const languageOf = (locale: string) => languages.find((language) => locale.startsWith(language)) ?? 'en';

/** `čeština (cs)`. */
const nameOf = (language: string) =>
  `${new Intl.DisplayNames(language, { type: 'language' }).of(language)} (${language})`;
