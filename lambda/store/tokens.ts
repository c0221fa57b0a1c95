import type { Instant } from '../conversation/model.ts';
import { type MadeToken, type SharedToken, tokenBeingMade, tokenNotShared } from '../crm/http/adapter-deps.ts';
import { expiresAt, tokenKey } from './keys.ts';
import { isRecordOf, type Table } from './table.ts';

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

type Token = { readonly accessToken: string; readonly madeAt: Instant; readonly usableUntil: Instant };

const isToken = isRecordOf<Token>('accessToken', 'madeAt', 'usableUntil');

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
    if (isUsable(cached)) return Promise.resolve(cached.accessToken);
    if (failure !== undefined && failure.until > inMs(0)) return Promise.reject(failure.error);
    inFlight ??= findOrRequest(make).finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };

  const isUsable = (token: unknown): token is Token => isToken(token) && token.usableUntil > inMs(0);

  async function findOrRequest(make: () => Promise<MadeToken>): Promise<string> {
    for (const end = inMs(maxWaitMs); inMs(0) < end; await sleep(pollMs)) {
      const stored = await table.get(key).catch(notShared);
      if (isUsable(stored)) return keep(stored);
      const claimedUntil = inMs(leaseMs);
      if (await claim(claimedUntil)) return keep(await request(claimedUntil, make));
    }
    throw tokenBeingMade();
  }

  function keep(token: Token): string {
    cached = token;
    return token.accessToken;
  }

  /** False if another instance has made a token, or is making one. */
  async function claim(claimedUntil: Instant): Promise<boolean> {
    const isNeeded = 'attribute_not_exists(usableUntil) OR usableUntil <= :now';
    const { isWritten } = await table
      .update(key, {
        update: 'SET claimedUntil = :until',
        condition: `(${isNeeded}) AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)`,
        values: { ':until': claimedUntil, ':now': inMs(0) },
      })
      .catch(notShared);
    return isWritten;
  }

  async function request(claimedUntil: Instant, make: () => Promise<MadeToken>): Promise<Token> {
    try {
      const { token: accessToken, validForMs } = await make();
      const token = { accessToken, madeAt: inMs(0), usableUntil: inMs(validForMs - marginMs) };
      await publish(token);
      return token;
    } catch (error) {
      failure = { error, until: inMs(failureMs) };
      const ours = { condition: 'claimedUntil = :until', values: { ':until': claimedUntil } };
      await table.update(key, { update: 'REMOVE claimedUntil', ...ours }).catch(notShared);
      throw error;
    }
  }

  /** This ends the claim. If another instance took it over, either token is good. */
  const publish = (token: Token) =>
    table.put({ ...key, ...token, expiresAt: expiresAt(new Date(token.usableUntil), 1) }).catch(notShared);

  const discard = async (accessToken: string) => {
    if (cached?.accessToken === accessToken) cached = undefined;
    await table
      .update(key, {
        update: 'SET usableUntil = madeAt',
        condition: 'accessToken = :token AND madeAt <= :old',
        values: { ':token': accessToken, ':old': inMs(-freshMs) },
      })
      .catch(notShared);
  };

  return { get, discard };
}

function notShared(cause: unknown): never {
  throw tokenNotShared(cause);
}
