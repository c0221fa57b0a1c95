import { randomUUID } from 'node:crypto';
import { type MadeToken, type SharedToken, tokenBeingMade } from '../crm/http/adapter-deps.ts';
import { expiresAt, tokenKey } from './keys.ts';
import type { Change, Table } from './table.ts';

/** A token is not used in its last two minutes, so that none expires on its way. */
const marginMs = 2 * 60 * 1000;
/** Longer than a token endpoint may take to answer. */
const leaseMs = 30_000;
const patienceMs = 5000;
const pollMs = 200;
/** A refused token that is younger is not made anew: with Zoho's 10 in 10 minutes, half are left for real needs. */
const freshMs = 2 * 60 * 1000;
/** How long a failure to make one stands for all who ask here, so that a backlog does not hammer the vendor. */
const failureMs = 10_000;

type Token = { readonly value: string; readonly madeAt: Date; readonly usableUntil: Date };

/**
 * A destination's access token in the table, where every instance finds it. Whoever finds none claims the making of it;
 * a claim ends by itself, since its holder may die. In one process the token is asked for once and kept.
 * @param options.sleep waits so many milliseconds
 */
export function createSharedToken(
  table: Table,
  options: {
    readonly destination: string;
    readonly now: () => Date;
    readonly sleep: (ms: number) => Promise<unknown>;
  },
): SharedToken {
  const { destination, now, sleep } = options;
  const key = tokenKey(destination);
  const later = (ms: number) => new Date(now().getTime() + ms);
  let kept: Token | undefined;
  let asked: Promise<string> | undefined;
  let failure: { readonly error: unknown; readonly until: Date } | undefined;

  const get = (make: () => Promise<MadeToken>): Promise<string> => {
    if (isUsable(kept)) return Promise.resolve(kept.value);
    if (failure !== undefined && failure.until > now()) return Promise.reject(failure.error);
    asked ??= find(make).finally(() => {
      asked = undefined;
    });
    return asked;
  };

  const isUsable = (token: Token | undefined): token is Token => token !== undefined && token.usableUntil > now();

  async function find(make: () => Promise<MadeToken>): Promise<string> {
    for (const end = later(patienceMs); now() < end; await sleep(pollMs)) {
      const found = await read();
      if (isUsable(found.token)) return keep(found.token);
      if (found.claimedUntil > now()) continue;
      const claim = await claimAfter(found.token);
      if (claim !== undefined) return makeUnder(claim, make);
    }
    throw tokenBeingMade();
  }

  function keep(token: Token): string {
    kept = token;
    return token.value;
  }

  async function read() {
    const item = await table.get(key, { consistent: true });
    const [value, madeAt, usableUntil] = [item?.['accessToken'], item?.['madeAt'], item?.['usableUntil']];
    const has = typeof value === 'string' && typeof madeAt === 'string' && typeof usableUntil === 'string';
    return {
      token: has ? { value, madeAt: new Date(madeAt), usableUntil: new Date(usableUntil) } : undefined,
      claimedUntil: new Date(String(item?.['claimedUntil'] ?? 0)),
    };
  }

  /** Ours alone, unless somebody has made another token or a claim since we looked. */
  async function claimAfter(seen: Token | undefined): Promise<string | undefined> {
    const claim = randomUUID();
    const unchanged = seen === undefined ? 'attribute_not_exists(madeAt)' : 'madeAt = :madeAt';
    const claimed = await update({
      update: 'SET claim = :claim, claimedUntil = :until, expiresAt = :expiry',
      condition: `${unchanged} AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)`,
      values: {
        ':claim': claim,
        ':until': later(leaseMs).toISOString(),
        ':now': now().toISOString(),
        ':expiry': expiresAt(now(), 1),
        ...(seen !== undefined && { ':madeAt': seen.madeAt.toISOString() }),
      },
    });
    return claimed ? claim : undefined;
  }

  async function makeUnder(claim: string, make: () => Promise<MadeToken>): Promise<string> {
    try {
      const { token: value, validForMs } = await make();
      const token = { value, madeAt: now(), usableUntil: later(validForMs - marginMs) };
      await publish(claim, token);
      return keep(token);
    } catch (error) {
      failure = { error, until: later(failureMs) };
      await update({
        update: 'REMOVE claim, claimedUntil',
        condition: 'claim = :claim',
        values: { ':claim': claim },
      });
      throw error;
    }
  }

  /** Where the claim has passed to another, that one's token is for all, and ours for us. */
  const publish = (claim: string, { value, madeAt, usableUntil }: Token) =>
    update({
      update:
        'SET accessToken = :value, madeAt = :madeAt, usableUntil = :until, expiresAt = :expiry REMOVE claim, claimedUntil',
      condition: 'claim = :claim',
      values: {
        ':value': value,
        ':madeAt': madeAt.toISOString(),
        ':until': usableUntil.toISOString(),
        ':expiry': expiresAt(usableUntil, 1),
        ':claim': claim,
      },
    });

  const discard = async (value: string) => {
    if (kept?.value === value) kept = undefined;
    await update({
      update: 'SET usableUntil = madeAt',
      condition: 'accessToken = :value AND madeAt <= :old',
      values: { ':value': value, ':old': later(-freshMs).toISOString() },
    });
  };

  /** @returns false where the condition does not hold */
  async function update(change: Change): Promise<boolean> {
    return (await table.update(key, change)).held;
  }

  return { get, discard };
}
