import { renderHtml } from '../../conversation/transcript/html.ts';
import { describedIn, followUpReference, hasReference } from '../follow-ups/follow-up.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, timeOf, writtenSince } from '../notes/entry.ts';
import { logAsNotes, notesIn } from '../notes/note-parts.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import type { PipedriveClient } from './client.ts';

/** About 100,000 (https://developers.pipedrive.com/docs/api/v1/Notes), less room for Pipedrive's own tags. */
const maxNoteLength = 90_000;

export function createNotes(client: PipedriveClient, deps: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>) {
  return logAsNotes({
    render: notesIn(renderHtml, { limit: maxNoteLength, measure: 'bytes' }, deps),
    create: (entry, content, part) => {
      // One second apart, to keep the parts in order.
      const at = new Date((timeOf(entry.conversation) ?? deps.now()).getTime() + part * 1000);
      return client.createNote({ content, person_id: Number(contactOf(entry)), add_time: inSeconds(at) });
    },
    update: (id, content) => client.updateNote(id, { content }),
    remove: client.deleteNote,
    exists: client.hasNote,
    list: async (entry) => {
      const notes = await client.notesOf(contactOf(entry), writtenSince(entry));
      const active = notes.filter((note) => note['active_flag'] !== false);
      return active.map(({ id, content }) => ({ id: String(id), body: typeof content === 'string' ? content : '' }));
    },
  });
}

const inSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');

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
