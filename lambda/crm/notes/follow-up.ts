import type { Instant } from '../../conversation/model.ts';
import { buildBrief } from '../../conversation/transcript/brief.ts';
import type { Render } from '../../conversation/transcript/render.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { FollowUpId, FollowUpRequest } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { partEndingIn } from './entry.ts';

/** Half of the smallest limit, Salesforce's and Zoho's 32,000, since a line end may count as two. */
const maxBytes = 16_000;

/** Writes a follow-up's description, which ends in its reference line. Whatever is too long is cut at its end. */
export const describedIn =
  (format: Render, { timezone, language }: Pick<AdapterDeps, 'timezone' | 'language'>) =>
  (request: FollowUpRequest): string => {
    const brief = buildBrief(request.conversation, request.followUp, { timezone, language });
    const limits = { limit: maxBytes, measure: 'bytes' } as const;
    const [description = ''] = format(brief, { ...limits, reference: followUpReference(request) });
    return description;
  };

/** The last line, by which a follow-up is found. Differs from a transcript's, since in some CRMs both are tasks. */
export const followUpReference = ({ conversation, followUp }: FollowUpRequest) =>
  `Smartsupp follow-up ${conversation.id} (${followUp.reason})`;

/** @param description as the CRM returns it, in HTML, Markdown or plain text */
export const hasReference = (description: unknown, request: FollowUpRequest) =>
  typeof description === 'string' && partEndingIn(followUpReference(request), description) !== undefined;

/** For CRMs in which tasks are due on a day: `2026-05-04`. */
export function localDay(instant: Instant | Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(instant))
    .map(({ type, value }) => [type, value] as const);
  const part = new Map<string, string>(parts);
  return `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
}

type Users = {
  readonly fallback: string | undefined;
  readonly ownerOfContact: (request: FollowUpRequest) => Promise<string | undefined>;
  readonly ourselves: () => Promise<string>;
  readonly requireUser: RequireUser;
};

/** @throws CrmError that names the owner as refused */
type RequireUser = (userId: string) => Promise<void>;

/**
 * For a CRM that also assigns to users who can no longer log in.
 * @param options.ownerField the vendor's name for the owner
 */
export const requiringUser =
  (
    hasUser: (userId: string) => Promise<boolean>,
    { vendor, ownerField }: { readonly vendor: string; readonly ownerField: string },
  ): RequireUser =>
  async (userId) => {
    if (await hasUser(userId)) return;
    throw new CrmError(
      `${vendor} has no active user with the id ${userId}.`,
      { kind: 'permanent' },
      { vendor, refused: [{ part: 'owner', field: ownerField, code: 'inactive' }] },
    );
  };

/**
 * For a CRM in which nobody sees a follow-up without a user. Assigns it to the chat's agent, else the contact's owner,
 * else `fallback`, else the user whose credentials we have; never to somebody who has left.
 */
export function assigned(
  { fallback, ownerOfContact, ourselves, requireUser }: Users,
  create: (request: FollowUpRequest, userId: string) => Promise<FollowUpId>,
): (request: FollowUpRequest) => Promise<FollowUpId> {
  async function createFor(request: FollowUpRequest, userId: string): Promise<FollowUpId> {
    await requireUser(userId);
    return create(request, userId);
  }

  return async (request) => {
    const { ownerId } = request;
    if (ownerId !== null && ownerId !== fallback) return createFor(request, ownerId);
    for (const userId of new Set([await ownerOfContact(request), fallback])) {
      try {
        if (userId !== undefined) return await createFor(request, userId);
      } catch (error) {
        // Report that the requested user was refused: the core then asks again without one.
        if (userId === ownerId || !isAboutUser(error)) throw error;
      }
    }
    return create(request, await ourselves());
  };
}

/** Some vendors name no field, so the refusal may be about the user. */
const isAboutUser = (error: unknown) =>
  error instanceof CrmError &&
  error.fault.kind === 'permanent' &&
  (error.refused.length === 0 || error.refused.some(({ part }) => part === 'owner'));
