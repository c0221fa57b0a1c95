import type { RefusedValue } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';

/** What is left of a request without what the CRM refused; undefined if nothing can be left out. */
export type Drop<Request> = (request: Request, refusal: CrmError, isUnchanged: boolean) => Left<Request> | undefined;

type Left<Request> = { readonly request: Request; readonly dropped: readonly RefusedValue[] };

/** Some vendors name one field at a time. */
const maxWrites = 8;

/**
 * Writes, and after a permanent refusal writes again without what was refused. An item of a batch may be refused for
 * another's field, so it may once be sent again unchanged.
 * @throws what `write` throws, once nothing can be left out
 */
export async function writeWithoutRefused<Request, Result>(
  request: Request,
  write: (request: Request) => Promise<Result>,
  drop: Drop<Request>,
): Promise<Left<Request> & { readonly result: Result }> {
  const dropped: RefusedValue[] = [];
  let current = request;
  let isUnchanged = false;
  for (let writes = 1; ; writes += 1) {
    try {
      return { result: await write(current), request: current, dropped };
    } catch (error) {
      const refusal = refusalIn(error);
      const left: Left<Request> | undefined =
        refusal && writes < maxWrites ? drop(current, refusal, isUnchanged) : undefined;
      if (left === undefined) throw error;
      current = left.request;
      isUnchanged = left.dropped.length === 0;
      dropped.push(...left.dropped);
    }
  }
}

/** A vendor's judgement of what was sent; any other permanent error is about the request's target, or our own. */
const aboutContent: ReadonlySet<number | undefined> = new Set([400, 403, 409, 413, 422]);

/** @param error the CRM's, or one that wraps it */
function refusalIn(error: unknown): CrmError | undefined {
  const cause = error instanceof Error && error.cause instanceof CrmError ? error.cause : error;
  if (!(cause instanceof CrmError) || cause.fault.kind !== 'permanent' || cause.outcomeUnknown) return undefined;
  return aboutContent.has(cause.status) || cause.refused.length > 0 ? cause : undefined;
}
