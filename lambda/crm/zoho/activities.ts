import { oneLine } from '../../conversation/clean-text.ts';
import { renderText } from '../../conversation/transcript/formats.ts';
import { headlineOf } from '../../conversation/transcript/transcript.ts';
import { asFile } from '../files/file.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, writtenSince } from '../notes/entry.ts';
import { describedIn, hasReference, localDay } from '../notes/follow-up.ts';
import { logInBatches, type NewNote, notesIn } from '../notes/notes.ts';
import type { Entry, Files, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { buildEach } from '../port/batch.ts';
import { idFrom, isAttachments, isResults, itemRefusal } from './answers.ts';
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

/** Zoho gives at most 200 (https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html). */
const filesPerPage = '200';

/** Attachments of the contact. An attachment's id counts within its contact, so the `FileId` has both. */
export function createFiles({ call }: ZohoClient): Files {
  const attachments = (contactId: string) => ['crm', 'v8', 'Contacts', contactId, 'Attachments'];

  async function listOn(contactId: string) {
    const answer = await call({
      operation: "list the contact's attachments",
      method: 'GET',
      path: attachments(contactId),
      query: { fields: 'id,File_Name', sort_by: 'Created_Time', sort_order: 'desc', per_page: filesPerPage },
      expected: [404],
      answer: 'json or nothing',
    });
    return answer.status === 200 ? answer.as(isAttachments).data : [];
  }

  return {
    attach: async (upload) => {
      const contactId = contactOf(upload.entry);
      const known = (await listOn(contactId)).find((file) => file['File_Name'] === upload.name);
      if (known !== undefined) return `${contactId}/${known.id}`;
      const multipart = new FormData();
      multipart.set('file', asFile(upload));
      const answer = await call({
        operation: 'add the attachment',
        method: 'POST',
        path: attachments(contactId),
        multipart,
      });
      const [id] = answer.as(isResults([undefined])).data.map((result) => {
        const added = idFrom(result);
        if (added === undefined) throw itemRefusal(answer, result);
        return added;
      });
      return `${contactId}/${id}`;
    },
    remove: async (file) => {
      const [contactId = '', id = ''] = file.split('/');
      const path = [...attachments(contactId), id];
      // A file that is already gone is refused as an invalid id.
      await call({ operation: 'delete the attachment', method: 'DELETE', path, expected: [400, 404] });
    },
    exists: async (file) => {
      const [contactId = '', id = ''] = file.split('/');
      return (await listOn(contactId)).some((each) => each.id === id);
    },
  };
}
