import { randomInt } from 'node:crypto';
import type { Settings } from '../lib/settings.ts';
import type { KeptValues, State } from '../lib/state.ts';
import type { SecretHistory } from '../servers/secrets-manager.ts';
import type { SecretDefinition } from '../template/definitions.ts';
import { optionalNumber, optionalText, type Properties } from '../template/properties.ts';

export type SecretValuesOptions = {
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

  const read = (secret: SecretDefinition): string =>
    setByUser(secret, { hookKeyArn, settings }) ?? kept(keptName(secret, hookKeyArn), () => generated(secret.generate));
  return new Map(secrets.map((secret) => [secret.arn, read(secret)]));
}

/** Under which name a secret's value is kept: not the template's, which infra/ can change. */
export function keptName({ arn, destination }: SecretDefinition, hookKeyArn: string): string {
  if (arn === hookKeyArn) return 'hook-key';
  return destination === undefined ? arn : `destination/${destination}`;
}

/** What the environment or `.env` says; undefined where the stack keeps a value of its own. */
export function setByUser(
  { arn, destination }: SecretDefinition,
  { hookKeyArn, settings }: Pick<SecretValuesOptions, 'hookKeyArn' | 'settings'>,
): string | undefined {
  if (arn === hookKeyArn) return settings.hookKey;
  return destination === undefined ? undefined : settings.secret(destination);
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

type SecretHistoryOptions = Pick<SecretValuesOptions, 'secrets' | 'hookKeyArn' | 'settings'> & {
  readonly state: Pick<State, 'recall' | 'keep'>;
};

/** The version before the current one, kept beside it: with the hook's key it stays valid. */
export function secretHistory({ secrets, hookKeyArn, settings, state }: SecretHistoryOptions): SecretHistory {
  const find = (arn: string) => secrets.find((secret) => secret.arn === arn);
  const isSet = (arn: string) => {
    const secret = find(arn);
    return secret !== undefined && setByUser(secret, { hookKeyArn, settings }) !== undefined;
  };
  const nameOf = (arn: string) => {
    const secret = find(arn);
    return secret === undefined ? arn : keptName(secret, hookKeyArn);
  };
  return {
    // What the user sets has no past.
    previous: (arn) => (isSet(arn) ? undefined : state.recall(previousName(nameOf(arn)))),
    // The next start would not know what was put over it.
    mayChange: (arn) => !isSet(arn),
    changed: (arn, { current, previous }) =>
      state.keep({ [nameOf(arn)]: current, [previousName(nameOf(arn))]: previous }),
  };
}

const previousName = (name: string) => `${name}/previous`;
