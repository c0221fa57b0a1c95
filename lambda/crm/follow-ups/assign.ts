import type { FollowUpId, FollowUpRequest } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';

type Users = {
  readonly fallback: string | undefined;
  readonly ownerOfContact: (request: FollowUpRequest) => Promise<string | undefined>;
  readonly ourselves: () => Promise<string>;
};

/**
 * For a CRM that tells nobody of a follow-up without a user: creates it for the chat's agent, else the contact's owner, else
 * `fallback`, else the user whose credentials we have.
 */
export const assigned =
  (
    { fallback, ownerOfContact, ourselves }: Users,
    create: (request: FollowUpRequest, userId: string) => Promise<FollowUpId>,
  ) =>
  async (request: FollowUpRequest): Promise<FollowUpId> => {
    const { ownerId } = request;
    if (ownerId !== null && ownerId !== fallback) return create(request, ownerId);
    const owner = await ownerOfContact(request);
    try {
      if (owner !== undefined && owner !== ownerId) return await create(request, owner);
    } catch (error) {
      // The contact's owner may have left.
      if (!isAboutUser(error)) throw error;
    }
    return create(request, ownerId ?? (await ourselves()));
  };

/** Some vendors do not say that it is about the user. */
const isAboutUser = (error: unknown) =>
  error instanceof CrmError &&
  error.fault.kind === 'permanent' &&
  (error.refused.length === 0 || error.refused.some(({ part }) => part === 'owner'));
