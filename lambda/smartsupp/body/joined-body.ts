import type { Source } from '../../conversation/revision.ts';

/** The bodies that one chat's item holds: of one source, or of both. */
export type Bodies = { readonly hook?: string | undefined; readonly api?: string | undefined };

type Joined = Bodies & {
  /** The conversation's id, which is one source's; null in a body of one source, which has its own. */
  readonly id: string | null;
};

/** A chat of both sources as it is stored: JSON with both bodies in it, under the id of the source that came first. */
export const joinBodies = (id: string, { hook, api }: Bodies): string =>
  `{"smartsupp":"both","version":1,"id":${JSON.stringify(id)},"hook":${withoutMark(hook)},"api":${withoutMark(api)}}`;

/** A byte order mark is no JSON. */
const withoutMark = (body: string | undefined) => (body ?? 'null').replace(/^\ufeff/, '');

/** Undefined if this release cannot read it. */
export function splitBody(body: string): Joined | undefined {
  const [, kind] = ownBody.exec(body) ?? [];
  if (kind === undefined) return { id: null, hook: body };
  if (kind === 'api') return { id: null, api: body };
  try {
    const { version, id, hook, api } = Object(JSON.parse(body, exactly));
    if (version !== 1 || typeof id !== 'string') return undefined;
    return { id, hook: textOf(hook), api: textOf(api) };
  } catch {
    return undefined;
  }
}

/** What we write begins as we write it. */
const ownBody = /^\s*\{\s*"smartsupp"\s*:\s*"(api|both)"/;

/** Who tells of the chat in a body as it came; undefined if it is none. */
export function sourceOf(body: string): Source | undefined {
  const bodies = splitBody(body);
  if (bodies === undefined || bodies.id !== null) return undefined;
  return bodies.hook === undefined ? 'api' : 'hook';
}

const textOf = (value: unknown) => (value === null || value === undefined ? undefined : JSON.stringify(value));

/** An id beyond 2^53 keeps its digits, as text. */
const exactly = (_key: string, value: unknown, context?: { readonly source?: string }) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value;
