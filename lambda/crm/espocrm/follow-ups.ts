import { escapeMarkdown } from '../../conversation/transcript/markdown.ts';
import { oneByOne } from '../batches/batch.ts';
import { followUpReference, hasReference } from '../follow-ups/fields.ts';
import type { JsonObject } from '../http/shapes.ts';
import { contactOf } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { EspocrmClient } from './client.ts';
import { allowedText } from './mapping.ts';
import { inSeconds } from './notes.ts';

export function createFollowUps(client: EspocrmClient): FollowUps {
  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    const body = { name: allowedText(request.followUp.title), description: descriptionOf(request) };
    const { id } = isTask(request)
      ? await client.createAnyway('Task', { ...body, ...(await taskOf(request)) })
      : await client.createAnyway('Case', { ...body, ...caseOf(request) });
    return id;
  }

  async function taskOf(request: FollowUpRequest): Promise<JsonObject> {
    const contactId = contactOf(request);
    return {
      status: 'Not Started',
      dateEnd: inSeconds(new Date(request.followUp.dueAt)),
      parentType: 'Contact',
      parentId: contactId,
      assignedUserId: request.ownerId ?? (await defaultOwner(contactId)),
    };
  }

  /** EspoCRM requires an owner for a task (`entityDefs/Task.json`): the contact's owner, or the API user. */
  async function defaultOwner(contactId: string): Promise<string> {
    const owner = (await client.readContact(contactId))?.['assignedUserId'];
    return typeof owner === 'string' && owner !== '' ? owner : (await client.appUser()).user.id;
  }

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const contact = isTask(request) ? 'parentId' : 'contactId';
    const candidates = await client.find(isTask(request) ? 'Task' : 'Case', [
      { type: 'equals', attribute: contact, value: contactOf(request) },
      { type: 'contains', attribute: 'description', value: descriptionOf(request) },
    ]);
    return candidates.find(({ description }) => hasReference(description, request))?.id;
  }

  return { create: oneByOne(create), find };
}

const isTask = ({ followUp }: FollowUpRequest) => followUp.kind === 'task';

const descriptionOf = (request: FollowUpRequest) => escapeMarkdown(followUpReference(request));

function caseOf(request: FollowUpRequest): JsonObject {
  const contactId = contactOf(request);
  const { ownerId } = request;
  return { contactId, contactsIds: [contactId], ...(ownerId !== null && { assignedUserId: ownerId }) };
}
