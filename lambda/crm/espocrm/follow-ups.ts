import { escapeMarkdown, renderMarkdown } from '../../conversation/transcript/markdown.ts';
import { oneByOne } from '../batches/batch.ts';
import { assigned, requiringUser } from '../follow-ups/assign.ts';
import { describedIn } from '../follow-ups/description.ts';
import { followUpReference, hasReference } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/shapes.ts';
import { contactOf } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { EspocrmClient } from './client.ts';
import { allowedText } from './mapping.ts';
import { inSeconds } from './notes.ts';
import type { EspocrmSettings } from './settings.ts';

export function createFollowUps(
  client: EspocrmClient,
  { owners }: Pick<EspocrmSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const description = describedIn(renderMarkdown, deps);
  const requireUser = requiringUser(client.hasUser, { vendor: 'EspoCRM', ownerField: 'assignedUserId' });
  const bodyOf = (request: FollowUpRequest): JsonObject => ({
    name: allowedText(request.followUp.title),
    description: description(request),
  });

  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    if (isTask(request)) return createTask(request);
    if (request.ownerId !== null) await requireUser(request.ownerId);
    return (await client.createAnyway('Case', { ...bodyOf(request), ...caseOf(request) })).id;
  }

  /** EspoCRM requires an owner for a task (`entityDefs/Task.json`). */
  const createTask = assigned(
    {
      fallback: owners?.fallback,
      requireUser,
      ownerOfContact: async (request) => {
        const owner = (await client.readContact(contactOf(request)))?.['assignedUserId'];
        return typeof owner === 'string' && owner !== '' ? owner : undefined;
      },
      ourselves: async () => (await client.appUser()).user.id,
    },
    async (request, assignedUserId) =>
      (await client.createAnyway('Task', { ...bodyOf(request), ...taskOf(request), assignedUserId })).id,
  );

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const contact = isTask(request) ? 'parentId' : 'contactId';
    const candidates = await client.find(isTask(request) ? 'Task' : 'Case', [
      { type: 'equals', attribute: contact, value: contactOf(request) },
      { type: 'contains', attribute: 'description', value: escapeMarkdown(followUpReference(request)) },
    ]);
    return candidates.find(({ description }) => hasReference(description, request))?.id;
  }

  return { create: oneByOne(create), find };
}

function taskOf(request: FollowUpRequest): JsonObject {
  return {
    status: 'Not Started',
    dateEnd: inSeconds(new Date(request.followUp.dueAt)),
    parentType: 'Contact',
    parentId: contactOf(request),
  };
}

const isTask = ({ followUp }: FollowUpRequest) => followUp.kind === 'task';

function caseOf(request: FollowUpRequest): JsonObject {
  const contactId = contactOf(request);
  const { ownerId } = request;
  return { contactId, contactsIds: [contactId], ...(ownerId !== null && { assignedUserId: ownerId }) };
}
