import { randomUUID } from 'node:crypto';
import type { Instant } from '../conversation/model.ts';
import { type MadeToken, type SharedToken, tokenBeingMade, tokenNotShared } from '../crm/http/adapter-deps.ts';
import { expiresAt, tokenKey } from './keys.ts';
import { type Change, type Table, textIn } from './table.ts';

/** A token is not used in its last two minutes, so that none expires in transit. */
const marginMs = 2 * 60 * 1000;
/** Longer than a token endpoint takes to answer. */
const leaseMs = 30_000;
const maxWaitMs = 5000;
const pollMs = 200;
/** A refused token younger than this is kept: Zoho allows 10 in 10 minutes, and half are left for real needs. */
const freshMs = 2 * 60 * 1000;
/** How long a failure is reused, so that a backlog does not hammer the vendor. */
const failureMs = 10_000;

type Token = { readonly value: string; readonly madeAt: Instant; readonly usableUntil: Instant };

type SharedTokenOptions = {
  readonly destination: string;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
};

/**
 * A destination's access token, shared through the table. One instance claims the right to request a new one; its claim
 * expires, because it may die. Concurrent requests of a process share one.
 */
export function createSharedToken(table: Table, { destination, now, sleep }: SharedTokenOptions): SharedToken {
  const key = tokenKey(destination);
  const inMs = (ms: number): Instant => new Date(now().getTime() + ms).toISOString();
  let cached: Token | undefined;
  let inFlight: Promise<string> | undefined;
  let failure: { readonly error: unknown; readonly until: Instant } | undefined;

  const get = (make: () => Promise<MadeToken>): Promise<string> => {
    if (isUsable(cached)) return Promise.resolve(cached.value);
    if (failure !== undefined && failure.until > inMs(0)) return Promise.reject(failure.error);
    inFlight ??= findOrRequest(make).finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };

  const isUsable = (token: Token | undefined): token is Token => token !== undefined && token.usableUntil > inMs(0);

  async function findOrRequest(make: () => Promise<MadeToken>): Promise<string> {
    for (const end = inMs(maxWaitMs); inMs(0) < end; await sleep(pollMs)) {
      const { token, claimedUntil = '' } = await read();
      if (isUsable(token)) return keep(token);
      if (claimedUntil > inMs(0)) continue;
      const claim = await tryClaim(token);
      if (claim !== undefined) return requestToken(claim, make);
    }
    throw tokenBeingMade();
  }

  function keep(token: Token): string {
    cached = token;
    return token.value;
  }

  async function read() {
    const item = (await table.get(key, { consistent: true }).catch(notShared)) ?? {};
    const [value, madeAt, usableUntil] = ['accessToken', 'madeAt', 'usableUntil'].map((name) => textIn(item[name]));
    const isComplete = value !== undefined && madeAt !== undefined && usableUntil !== undefined;
    const token = isComplete ? { value, madeAt, usableUntil } : undefined;
    return { token, claimedUntil: textIn(item['claimedUntil']) };
  }

  /** Undefined if another instance has made a token or a claim since `seen` was read. */
  async function tryClaim(seen: Token | undefined): Promise<string | undefined> {
    const claim = randomUUID();
    const unchanged = seen === undefined ? 'attribute_not_exists(madeAt)' : 'madeAt = :madeAt';
    const claimed = await update({
      update: 'SET claim = :claim, claimedUntil = :until, expiresAt = :expiry',
      condition: `${unchanged} AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)`,
      values: {
        ':claim': claim,
        ':until': inMs(leaseMs),
        ':now': inMs(0),
        ':expiry': expiresAt(now(), 1),
        ':madeAt': seen?.madeAt,
      },
    });
    return claimed ? claim : undefined;
  }

  async function requestToken(claim: string, make: () => Promise<MadeToken>): Promise<string> {
    try {
      const { token: value, validForMs } = await make();
      const token = { value, madeAt: inMs(0), usableUntil: inMs(validForMs - marginMs) };
      await publish(claim, token);
      return keep(token);
    } catch (error) {
      failure = { error, until: inMs(failureMs) };
      await update({
        update: 'REMOVE claim, claimedUntil',
        condition: 'claim = :claim',
        values: { ':claim': claim },
      });
      throw error;
    }
  }

  /** If another instance has taken over the claim, its token is published, and ours is used only here. */
  const publish = (claim: string, { value, madeAt, usableUntil }: Token) =>
    update({
      update:
        'SET accessToken = :value, madeAt = :madeAt, usableUntil = :until, expiresAt = :expiry REMOVE claim, claimedUntil',
      condition: 'claim = :claim',
      values: {
        ':value': value,
        ':madeAt': madeAt,
        ':until': usableUntil,
        ':expiry': expiresAt(new Date(usableUntil), 1),
        ':claim': claim,
      },
    });

  const discard = async (value: string) => {
    if (cached?.value === value) cached = undefined;
    await update({
      update: 'SET usableUntil = madeAt',
      condition: 'accessToken = :value AND madeAt <= :old',
      values: { ':value': value, ':old': inMs(-freshMs) },
    });
  };

  async function update(change: Change): Promise<boolean> {
    return (await table.update(key, change).catch(notShared)).isWritten;
  }

  return { get, discard };
}

function notShared(cause: unknown): never {
  throw tokenNotShared(cause);
}
