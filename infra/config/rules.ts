import type { Config } from '../../lambda/config/config.ts';
import { countryName } from '../../lambda/conversation/locale.ts';
import type { Finding } from './mistakes.ts';
import { didYouMean, similarTo } from './report.ts';

/** The rules that a schema cannot express. */
export const mistakesBetween = (config: Config): readonly Finding[] => [
  ...unknownTimezone(config),
  ...unknownCountry(config),
  ...sharedNames(config),
  ...consentWithoutApi(config),
  ...namesOfSecrets(config),
];

function unknownCountry({ phoneRegion }: Config): readonly Finding[] {
  if (phoneRegion === undefined || countryName(phoneRegion) !== undefined) return [];
  const text = `"${phoneRegion}" is not a country. Use its ISO 3166 code, such as CZ.`;
  return [{ pointer: '/phoneRegion', text }];
}

function unknownTimezone({ timezone }: Config): readonly Finding[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    const similar = similarTo(timezone, Intl.supportedValuesOf('timeZone'));
    const advice = similar.length === 0 ? '. Use an IANA name, such as Europe/Prague.' : didYouMean(similar);
    return [{ pointer: '/timezone', text: `"${timezone}" is not a timezone${advice}` }];
  }
}

/** The ledger and the secret are stored by name, so destinations of the same name would share both. */
function sharedNames({ destinations }: Config): readonly Finding[] {
  const names = destinations.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const text = `"${name}" is already used. Give each destination its own name.`;
    return names.indexOf(name) === index ? [] : [{ pointer: `/destinations/${index}/name`, text }];
  });
}

/** The hook has no consent, so every chat would wait forever. */
function consentWithoutApi({ api, destinations }: Config): readonly Finding[] {
  if (api !== undefined) return [];
  return destinations.flatMap((destination, index) => {
    if (!('consent' in destination) || destination.consent !== true) return [];
    const text = 'only the REST API tells who agreed, so no chat would go there. Set up api, or leave consent out.';
    return [{ pointer: `/destinations/${index}/consent`, text, part: 'name' }];
  });
}

/** `npx forwarder secret api` and `… secret webhooks` store what is Smartsupp's. */
function namesOfSecrets({ api, destinations }: Config): readonly Finding[] {
  if (api === undefined) return [];
  return destinations.flatMap(({ name }, index) => {
    const text = `"${name}" names a secret of api. Give the destination another name.`;
    return name === 'api' || name === 'webhooks' ? [{ pointer: `/destinations/${index}/name`, text }] : [];
  });
}

export type Warning = { readonly text: string; readonly remedy: string };

/** Settings that are allowed, and seldom meant. */
export const warningsOf = (config: Config): readonly Warning[] => [
  ...withoutDestination(config),
  ...withoutCustomerId(config),
];

function withoutDestination({ destinations }: Config): readonly Warning[] {
  if (destinations.length > 0) return [];
  const text = '/destinations is empty: chats are stored, and nothing is delivered.';
  return [{ text, remedy: 'Run npx forwarder init.' }];
}

function withoutCustomerId({ destinations, variables }: Config): readonly Warning[] {
  if (variables.customerId !== undefined) return [];
  return destinations.flatMap((destination, index) => {
    if (!('customerIdField' in destination) || destination.customerIdField === undefined) return [];
    const text =
      `/destinations/${index}/customerIdField has no customer id to write unless ` +
      "one of Smartsupp's plugins for shops tells it: variables.customerId is not set.";
    const remedy = 'Without such a plugin, name the variable with your customer id in variables.customerId.';
    return [{ text, remedy }];
  });
}
