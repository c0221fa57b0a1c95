import { renderText } from '../../conversation/transcript/text.ts';
import { headlineOf } from '../../conversation/transcript/transcript.ts';
import { describedIn, hasReference, localDay } from '../follow-ups/follow-up.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, writtenSince } from '../notes/entry.ts';
import { logInBatches, type NewNote } from '../notes/note-batch.ts';
import { notesIn } from '../notes/note-parts.ts';
import type { Entry, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { buildEach } from '../port/batch.ts';
import type { Values, ZohoClient } from './client.ts';
import { quoted } from './contacts.ts';

/** Half of 65,535 of an unknown unit (https://github.com/zoho/crm-oas/blob/main/v8.0/notes/notes.yaml). */
const maxTextBytes = 32_000;
/** https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html; tasks have the same limit. */
const maxPerCall = 100;
/** `length` of https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html. */
const maxTitleLength = 120;
const maxSubjectLength = 255;

/** Plain text, because Zoho shows HTML tags as they are. */
export function createNotes(client: ZohoClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>) {
  const wordsOf = ({ conversation }: Entry, body: string): Values => ({
    Note_Title: oneLine(headlineOf(conversation, deps.language), maxTitleLength),
    Note_Content: body,
  });

  const toRecord = ({ entry, body }: NewNote): Values => ({
    ...wordsOf(entry, body),
    Parent_Id: { module: { api_name: 'Contacts' }, id: contactOf(entry) },
  });

  return logInBatches({
    maxSize: maxPerCall,
    render: notesIn(renderText, { limit: maxTextBytes, measure: 'bytes' }, deps),
    build: toRecord,
    createAll: client.createNotes,
    update: (id, body, entry) => client.updateNote({ id, ...wordsOf(entry, body) }),
    remove: client.deleteNote,
    exists: client.hasNote,
    list: async (entry) => {
      const notes = await client.notesOf(contactOf(entry), writtenSince(entry));
      return notes.map(({ id, Note_Content: body }) => ({ id, body: String(body ?? '') }));
    },
  });
}

/** Zoho's tasks are due on a day. The status is the account's default, because its values can be renamed. */
export function createFollowUps(client: ZohoClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderText, deps);

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: oneLine(request.followUp.title, maxSubjectLength),
    Due_Date: localDay(request.followUp.dueAt, deps.timezone),
    Who_Id: { id: contactOf(request) },
    Description: description(request),
    ...(request.ownerId !== null && { Owner: { id: request.ownerId } }),
  });

  const run = (requests: readonly FollowUpRequest[]) => buildEach(requests, toRecord, client.createTasks);

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const contact = quoted(contactOf(request));
    const select = `select id, Description from Tasks where Who_Id = ${contact} order by Created_Time desc`;
    const tasks = await client.query("list the contact's tasks", select);
    return tasks.find(({ Description: text }) => hasReference(text, request))?.id;
  }

  return { create: { maxSize: maxPerCall, run }, find };
}
