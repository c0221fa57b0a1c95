import type { FollowUpId, FollowUpRequest } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';

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
