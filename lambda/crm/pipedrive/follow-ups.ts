import { escapeHtml } from '../../conversation/transcript/html.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../adapter.ts';
import { oneByOne } from '../batch.ts';
import { cut } from '../cut.ts';
import { footerOf, partIn } from '../marker.ts';
import type { PipedriveClient } from './client.ts';
import { personIdOf, startOf } from './notes.ts';

const longestTitle = 255;

/**
 * An activity of type `task` on the person, or a lead. The task's note holds the line by which it is known again; a lead
 * has no text of its own, and is known by its `origin_id`.
 */
export function createFollowUps(client: PipedriveClient): FollowUps {
  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    const { conversation, ownerId, followUp } = request;
    const title = cut(followUp.title, longestTitle);
    const owner = ownerId === null ? {} : { owner_id: Number(ownerId) };
    const marker = footerOf(conversation.id);
    if (followUp.kind === 'lead') {
      return client.createLead({ title, person_id: personIdOf(request), origin_id: marker, ...owner });
    }
    return client.createActivity({
      subject: title,
      type: 'task',
      // In UTC, each by itself.
      due_date: followUp.dueAt.slice(0, 10),
      due_time: followUp.dueAt.slice(11, 19),
      participants: [{ person_id: personIdOf(request), primary: true }],
      note: `<p><em>${escapeHtml(marker)}</em></p>`,
      ...owner,
    });
  }

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const { id } = request.conversation;
    const person = String(personIdOf(request));
    if (request.followUp.kind === 'lead') {
      const leads = await client.leadsOf(person);
      return leads.find((lead) => lead['origin_id'] === footerOf(id))?.id;
    }
    const since = startOf(request) ?? '1970-01-01T00:00:00Z';
    const activities = await client.activitiesOf(person, since);
    const task = activities.find(({ note }) => typeof note === 'string' && partIn(note, id) !== undefined);
    return task && String(task.id);
  }

  return { create: oneByOne(create), find };
}
