import { oneLine } from '../../conversation/clean-text.ts';
import { renderHtml } from '../../conversation/transcript/formats.ts';
import { asFile } from '../files/file.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CallApi } from '../http/http.ts';
import { contactOf, timeOf, writtenSince } from '../notes/entry.ts';
import { describedIn, followUpReference, hasReference } from '../notes/follow-up.ts';
import { logAsNotes, notesIn } from '../notes/notes.ts';
import type { Files, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { isMany, isOne, isOneWith } from './answers.ts';
import { gone, type PipedriveClient } from './client.ts';

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

const filesPerPage = 100;

/** On the person, next to its notes: https://developers.pipedrive.com/docs/api/v1/Files. */
export function createFiles(call: CallApi): Files {
  async function idOf(name: string, personId: string): Promise<number | undefined> {
    const path = ['v1', 'persons', personId, 'files'];
    const query = { sort: 'id DESC', limit: String(filesPerPage) };
    const answer = await call({ operation: "list the person's files", method: 'GET', path, query });
    return answer.as(isMany).data?.find((file) => file['name'] === name)?.id;
  }

  async function add(personId: string, file: File): Promise<number> {
    const multipart = new FormData();
    multipart.set('person_id', personId);
    multipart.set('file', file);
    const answer = await call({ operation: 'add the file', method: 'POST', path: ['v1', 'files'], multipart });
    return answer.as(isOne).data.id;
  }

  return {
    attach: async (upload) => {
      const personId = contactOf(upload.entry);
      return String((await idOf(upload.name, personId)) ?? (await add(personId, asFile(upload))));
    },
    remove: async (id) => {
      const path = ['v1', 'files', id];
      const answer = await call({ operation: 'delete the file', method: 'DELETE', path, expected: gone });
      if (!gone.includes(answer.status)) answer.as(isOneWith(id));
    },
    exists: async (id) => {
      const answer = await call({
        operation: 'read the file',
        method: 'GET',
        path: ['v1', 'files', id],
        expected: gone,
      });
      return !gone.includes(answer.status) && answer.as(isOneWith(id)).data['active_flag'] !== false;
    },
  };
}
