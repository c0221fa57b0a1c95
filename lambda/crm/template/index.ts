import { oneLine } from '../../conversation/clean-text.ts';
import { renderHtml } from '../../conversation/transcript/formats.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/answer.ts';
import { contactOf } from '../notes/entry.ts';
import { describedIn, hasReference } from '../notes/follow-up.ts';
import { logAsNotes, notesIn } from '../notes/notes.ts';
import type { CrmAdapter, FollowUpRequest, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createTemplateClient } from './client.ts';
import { createContacts } from './contacts.ts';
import type { TemplateSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.crm.example';
/** In characters; for a CRM that counts bytes, add `measure: 'bytes'`. */
const maxNoteLength = 30_000;
const maxTitleLength = 255;

export function createTemplateAdapter(settings: TemplateSettings, deps: AdapterDeps): CrmAdapter {
  const client = createTemplateClient(settings.baseUrl ?? defaultBaseUrl, deps);

  const notes = logAsNotes({
    render: notesIn(renderHtml, { limit: maxNoteLength }, deps),
    create: (entry, html) => client.createNote(contactOf(entry), html),
    update: client.updateNote,
    remove: client.removeNote,
    exists: client.hasNote,
    list: async (entry) =>
      (await client.notesOf(contactOf(entry))).map(({ id, html }) => ({ id, body: String(html ?? '') })),
  });

  const description = describedIn(renderHtml, deps);
  const followUps = {
    create: oneByOne((request: FollowUpRequest) => client.createTask(task(request, description(request)))),
    find: async (request: FollowUpRequest) =>
      (await client.tasksOf(contactOf(request))).find(({ description }) => hasReference(description, request))?.id,
  };

  const check = () =>
    problemsFrom(async () => {
      const { scopes, fields, users } = await client.readAccount();
      const isReadOnly: Problem = { problem: 'The key may only read.', remedy: 'Make one with the scope "write".' };
      return [
        ...(scopes.includes('write') ? [] : [isReadOnly]),
        ...(await unknownNames('field', configuredFields(settings), fields, 'Fix its name in forwarder.json.')),
        ...(await unknownNames('user', ownersIn(settings.owners), users, 'Fix `owners` in forwarder.json.')),
      ];
    });

  return { upsertContacts: oneByOne(createContacts(client, settings)), ...notes, followUps, check };
}

/** The description's last line finds the task after a lost answer. */
function task(request: FollowUpRequest, html: string): JsonObject {
  const { contactId, ownerId, followUp } = request;
  return {
    contact_id: contactId,
    title: oneLine(followUp.title, maxTitleLength),
    description: html,
    due_at: followUp.dueAt,
    ...(ownerId !== null && { owner_id: ownerId }),
  };
}
