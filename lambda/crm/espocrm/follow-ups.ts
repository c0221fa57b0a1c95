import { escapeMarkdown, renderMarkdown } from '../../conversation/transcript/markdown.ts';
import { oneByOne } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { followUpReference, hasReference } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/shapes.ts';
import { contactOf } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import type { EspocrmClient } from './client.ts';
import { allowedText } from './mapping.ts';
import { inSeconds } from './notes.ts';

export function createFollowUps(client: EspocrmClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderMarkdown, deps);

  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    const body = { name: allowedText(request.followUp.title), description: description(request) };
    if (isTask(request)) return createTask({ ...body, ...taskOf(request) }, request);
    return (await client.createAnyway('Case', { ...body, ...caseOf(request) })).id;
  }

  /** EspoCRM requires an owner for a task (`entityDefs/Task.json`): without one, the contact's, or the API user. */
  async function createTask(task: JsonObject, { ownerId, contactId = '' }: FollowUpRequest): Promise<FollowUpId> {
    const ownedBy = async (assignedUserId: string) =>
      (await client.createAnyway('Task', { ...task, assignedUserId })).id;
    if (ownerId !== null) return ownedBy(ownerId);
    const contactOwner = (await client.readContact(contactId))?.['assignedUserId'];
    try {
      if (typeof contactOwner === 'string' && contactOwner !== '') return await ownedBy(contactOwner);
    } catch (error) {
      // The contact's owner may have left.
      if (!isOwnerRefused(error)) throw error;
    }
    return ownedBy((await client.appUser()).user.id);
  }

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

const isOwnerRefused = (error: unknown) =>
  error instanceof CrmError && error.refused.some(({ part }) => part === 'owner');

const isTask = ({ followUp }: FollowUpRequest) => followUp.kind === 'task';

function caseOf(request: FollowUpRequest): JsonObject {
  const contactId = contactOf(request);
  const { ownerId } = request;
  return { contactId, contactsIds: [contactId], ...(ownerId !== null && { assignedUserId: ownerId }) };
}
