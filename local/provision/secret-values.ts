import { randomInt } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { KeptValues } from '../state.ts';
import type { SecretDefinition } from '../template/definitions.ts';
import { optionalNumber, optionalText, type Properties } from '../template/properties.ts';

type SecretValuesOptions = {
  readonly secrets: readonly SecretDefinition[];
  readonly hookKeyArn: string;
  readonly settings: Pick<Settings, 'hookKey' | 'secret'>;
  readonly kept: KeptValues;
};

/**
 * The values of the template's secrets, by ARN: what the user has set, or else what CloudFormation would have generated,
 * made at the first start and kept.
 */
export function secretValues(options: SecretValuesOptions): ReadonlyMap<string, string> {
  const { secrets, hookKeyArn, settings, kept } = options;

  const read = ({ arn, destination, generate }: SecretDefinition): string => {
    const make = () => generated(generate);
    if (arn === hookKeyArn) return settings.hookKey ?? kept('hook-key', make);
    if (destination === undefined) return kept(arn, make);
    return settings.secret(destination) ?? kept(`destination/${destination}`, make);
  };
  return new Map(secrets.map((secret) => [secret.arn, read(secret)]));
}

const characters = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** As CloudFormation's `GenerateSecretString` does, with its default length of 32. */
export function generated(options: Properties): string {
  const excluded = optionalText(options, 'ExcludeCharacters') ?? '';
  const alphabet = Object.entries(characters)
    .filter(([option]) => options[option] !== true)
    .flatMap(([, group]) => [...group])
    .filter((character) => !excluded.includes(character));
  const length = optionalNumber(options, 'PasswordLength') ?? 32;
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
