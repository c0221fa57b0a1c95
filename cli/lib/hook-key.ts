import { createHash, randomInt } from 'node:crypto';
import type { Outputs } from '../../local/stack-info.ts';

/** As many as infra/ has CloudFormation make: 256 bits, without a character that a URL would escape. */
const keyLength = 43;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const newHookKey = (): string =>
  Array.from({ length: keyLength }, () => alphabet[randomInt(alphabet.length)]).join('');

/** Whether receive, as it is deployed, lets this key in. A key that was only put into its secret waits for a deployment. */
export const isDeployedKey = ({ HookKeyDigests }: Pick<Outputs, 'HookKeyDigests'>, key: string): boolean =>
  HookKeyDigests.split(',').includes(createHash('sha256').update(key).digest('hex'));

/** The key at the end of a hook's URL. */
export const keyOf = (hookUrl: string): string => decodeURIComponent(new URL(hookUrl).pathname.split('/').at(-1) ?? '');
