import type { Answer, Call, Trouble } from './bad-line.ts';
import type { Random } from './random.ts';

/** As HubSpot says it (https://developers.hubspot.com/docs/api/usage-details), with the shortest wait that there is. */
const rateLimited: Answer = {
  status: 429,
  headers: { 'retry-after': '1' },
  text: JSON.stringify({
    status: 'error',
    message: 'You have reached your secondly limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'SECONDLY',
  }),
};

const internalError: Answer = { status: 500, text: JSON.stringify({ status: 'error', message: 'internal error' }) };

const garbage: Answer = { status: 200, headers: { 'content-type': 'text/html' }, text: '<h1>Down for maintenance' };

export const badRequest: Answer = {
  status: 400,
  text: JSON.stringify({ status: 'error', message: 'This portal takes no more notes.', category: 'VALIDATION_ERROR' }),
};

/** Some calls never arrive. */
export const someRefused = (random: Random, share: number) => (): Trouble =>
  random.chance(share) ? { refused: random.pick([rateLimited, internalError]) } : {};

/** Some calls take effect, and are answered as if they had not, or not to the end, or not at all. */
export const someSpoilt = (random: Random, share: number) => (): Trouble =>
  random.chance(share) ? { spoilt: random.pick([internalError, garbage, 'reset', 'half']) } : {};

/** Every call takes some time, in milliseconds. */
export const slow = (random: Random, from: number, to: number) => (): Trouble => ({
  delayMs: random.between(from, to) / 2,
});

/** Some calls take effect, and are answered when nobody waits for it any more. */
const someLate = (random: Random, share: number) => (): Trouble => (random.chance(share) ? { delayMs: 6000 } : {});

/** Some of everything, more of it or less. */
export function mixed(random: Random): () => Trouble {
  const latency = random.pick([50, 300, 1000]);
  return together(
    slow(random, latency / 3, latency),
    someRefused(random, random.pick([0, 0.1, 0.3])),
    someSpoilt(random, random.pick([0, 0.05, 0.2])),
    someLate(random, random.pick([0, 0, 0.01])),
  );
}

/** Some of everything, and never none of it. */
export const rough = (random: Random): (() => Trouble) =>
  together(slow(random, 100, 800), someRefused(random, 0.1), someSpoilt(random, 0.15), someLate(random, 0.01));

const together =
  (...weathers: readonly (() => Trouble)[]) =>
  (): Trouble =>
    Object.assign({}, ...weathers.map((weather) => weather()));

/** Now and then a caller dies over what it writes: before that arrives, while it is done, or just after its answer. */
export const deadlyWrites =
  (weather: () => Trouble, { random, share, kill }: DeadlyWrites) =>
  ({ method, path }: Call): Trouble => {
    const trouble = weather();
    const writes = method === 'PATCH' || method === 'DELETE' || /\/batch\/(create|update)$/.test(path);
    if (writes && random.chance(share)) setTimeout(kill, random.between(0, 3 * (trouble.delayMs ?? 0)));
    return trouble;
  };

type DeadlyWrites = { readonly random: Random; readonly share: number; readonly kill: () => void };
