import type { State } from '../lib/state.ts';
import type { SecretHistory } from '../servers/secrets-manager.ts';
import { keptName, type SecretValuesOptions, setByUser } from './secret-values.ts';

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
