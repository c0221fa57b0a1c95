import { renderHtml } from '../../conversation/transcript/html.ts';
import { oneByOne } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { followUpReference, hasReference } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, writtenSince } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { PipedriveClient } from './client.ts';

const maxTitleLength = 255;

/** A `task` activity described in its note, or a lead with an `origin_id`, because leads have no text. */
export function createFollowUps(client: PipedriveClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderHtml, deps);

  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    const { ownerId, followUp } = request;
    const title = oneLine(followUp.title, maxTitleLength);
    const owner = ownerId === null ? {} : { owner_id: Number(ownerId) };
    const person_id = Number(contactOf(request));
    if (followUp.kind === 'lead') {
      return client.createLead({ title, person_id, origin_id: followUpReference(request), ...owner });
    }
    return client.createActivity({
      subject: title,
      type: 'task',
      // Both in UTC.
      due_date: followUp.dueAt.slice(0, 10),
      due_time: followUp.dueAt.slice(11, 19),
      participants: [{ person_id, primary: true }],
      note: description(request),
      ...owner,
    });
  }

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const person = contactOf(request);
    if (request.followUp.kind === 'lead') {
      const leads = await client.leadsOf(person);
      return leads.find((lead) => lead['origin_id'] === followUpReference(request))?.id;
    }
    const activities = await client.activitiesOf(person, writtenSince(request));
    const task = activities.find(({ note }) => hasReference(note, request));
    return task && String(task.id);
  }

  return { create: oneByOne(create), find };
}
