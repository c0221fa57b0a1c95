import { randomInt } from 'node:crypto';
import type { Settings } from '../lib/settings.ts';
import type { GetOrCreate, State } from '../lib/state.ts';
import type { SecretHistory } from '../servers/secrets-manager.ts';
import type { SecretDefinition } from '../template/definitions.ts';
import { optionalNumber, optionalText, type Properties } from '../template/definitions.ts';

type SecretValuesOptions = {
  readonly secrets: readonly SecretDefinition[];
  readonly hookKeyArn: string;
  readonly settings: Pick<Settings, 'hookKey' | 'secret'>;
  readonly getOrCreate: GetOrCreate;
};

/** The secrets' values by ARN: the user's setting, or else a generated value, which is stored at the first start. */
export function secretValues(options: SecretValuesOptions): ReadonlyMap<string, string> {
  const { secrets, hookKeyArn, settings, getOrCreate } = options;

  const read = (secret: SecretDefinition): string =>
    setByUser(secret, { hookKeyArn, settings }) ??
    getOrCreate(keptName(secret, hookKeyArn), () => generated(secret.generate));
  return new Map(secrets.map((secret) => [secret.arn, read(secret)]));
}

/** The name under which a value is stored, independent of the template's names. */
function keptName({ arn, name }: SecretDefinition, hookKeyArn: string): string {
  if (arn === hookKeyArn) return 'hook-key';
  return name === undefined ? arn : `destination/${name}`;
}

/** The value in the environment or `.env`; undefined if the stack generates it. */
function setByUser(
  { arn, name }: SecretDefinition,
  { hookKeyArn, settings }: Pick<SecretValuesOptions, 'hookKeyArn' | 'settings'>,
): string | undefined {
  if (arn === hookKeyArn) return settings.hookKey;
  return name === undefined ? undefined : settings.secret(name);
}

const characters = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** Generates a value as CloudFormation's `GenerateSecretString` does; the default length is 32. */
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
  readonly state: Pick<State, 'get' | 'set'>;
};

/** Keeps the previous version of each secret: with it, the hook's previous key stays valid. */
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
    // A value that the user sets has no previous version.
    previous: (arn) => (isSet(arn) ? undefined : state.get(previousName(nameOf(arn)))),
    // A stored value would be ignored at the next start.
    mayChange: (arn) => !isSet(arn),
    changed: (arn, { current, previous }) =>
      state.set({ [nameOf(arn)]: current, [previousName(nameOf(arn))]: previous }),
  };
}

const previousName = (name: string) => `${name}/previous`;
