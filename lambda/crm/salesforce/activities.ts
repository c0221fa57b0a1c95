import { oneLine } from '../../conversation/clean-text.ts';
import { renderText } from '../../conversation/transcript/formats.ts';
import { headlineOf } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { isRecord } from '../http/answer.ts';
import { contactOf, timeOf, writtenSince } from '../notes/entry.ts';
import { describedIn, hasReference, localDay } from '../notes/follow-up.ts';
import { logInBatches, type NewNote, notesIn } from '../notes/notes.ts';
import type { Entry, Files, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { buildEach, byKind } from '../port/batch.ts';
import { CrmError } from '../port/errors.ts';
import { isGone } from './answers.ts';
import { maxPerCall, quoted, type SalesforceClient, type Values } from './client.ts';

/** Half of 32,000 (https://help.salesforce.com/s/articleView?id=000382141), since a line end may count as two. */
const maxTextBytes = 16_000;
/** …/object_reference/sforce_api_objects_task.htm */
const maxSubjectLength = 255;

/**
 * Tasks, because timelines, reports and list views show them. A `ContentNote` would be a separate file linked by a
 * second call, and `LiveChatTranscript` needs a licence.
 */
export function createNotes(
  client: SalesforceClient,
  deps: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>,
  completedStatus: string,
) {
  const { timezone, language, now } = deps;

  const wordsOf = ({ conversation }: Entry, body: string): Values => ({
    Subject: oneLine(headlineOf(conversation, language), maxSubjectLength),
    Description: body,
  });

  const toRecord = ({ entry, body }: NewNote): Values => ({
    ...wordsOf(entry, body),
    Status: completedStatus,
    ActivityDate: localDay(entry.conversation.endedAt ?? timeOf(entry.conversation) ?? now(), timezone),
    WhoId: contactOf(entry),
    ...(entry.ownerId !== null && { OwnerId: entry.ownerId }),
  });

  return logInBatches({
    maxSize: maxPerCall,
    render: notesIn(renderText, { limit: maxTextBytes, measure: 'bytes' }, deps),
    build: toRecord,
    createAll: (records) => client.create('create the task', 'Task', records),
    update: async (id, body, entry) => {
      const [saved] = await client.update('update the task', 'Task', [{ id, ...wordsOf(entry, body) }]);
      if (saved?.status !== 'rejected') return true;
      if (isGone(saved.reason)) return false;
      throw saved.reason;
    },
    remove: (id) => client.remove('delete the task', id),
    // Queries leave out the recycle bin.
    exists: async (id) => {
      const soql = `SELECT Id FROM Task WHERE Id = ${quoted(id)}`;
      return (await client.query('read the task', soql)).length > 0;
    },
    list: async (entry) => {
      const tasks = await client.query("list the contact's tasks", onContact('Task', entry));
      return tasks.map(({ Id: id, Description: body }) => ({ id, body: String(body ?? '') }));
    },
  });
}

/** Records that may belong to the conversation, newest first. */
function onContact(type: 'Task' | 'Case', entry: Entry): string {
  const contact = `${type === 'Case' ? 'ContactId' : 'WhoId'} = ${quoted(contactOf(entry))}`;
  const isRecent = `CreatedDate >= ${writtenSince(entry).toISOString()}`;
  return `SELECT Id,Description FROM ${type} WHERE ${contact} AND ${isRecent} ORDER BY CreatedDate DESC`;
}

/** Tasks are due on a day, so they get a reminder. No leads: in Salesforce a lead is not a contact yet. */
export function createFollowUps(client: SalesforceClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderText, deps);

  const toTask = (request: FollowUpRequest): Values => ({
    ActivityDate: localDay(request.followUp.dueAt, deps.timezone),
    IsReminderSet: true,
    ReminderDateTime: request.followUp.dueAt,
    WhoId: contactOf(request),
  });

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: oneLine(request.followUp.title, maxSubjectLength),
    Description: description(request),
    ...(typeOf(request) === 'Case' ? { ContactId: contactOf(request) } : toTask(request)),
    ...(request.ownerId !== null && { OwnerId: request.ownerId }),
  });

  const run = (requests: readonly FollowUpRequest[]) =>
    byKind(requests, typeOf, (type, some) =>
      buildEach(some, toRecord, (records) => client.create(`create the ${type.toLowerCase()}`, type, records)),
    );

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const type = typeOf(request);
    const records = await client.query(`list the contact's ${type.toLowerCase()}s`, onContact(type, request));
    return records.find(({ Description: text }) => hasReference(text, request))?.Id;
  }

  return { create: { maxSize: maxPerCall, run }, find };
}

const typeOf = ({ followUp }: FollowUpRequest) => (followUp.kind === 'ticket' ? 'Case' : 'Task');

/**
 * A file is a `ContentDocument` with a version, linked to the contact:
 * https://developer.salesforce.com/docs/platform/api-rest/guide/dome-sobject-insert-update-blob.html. 38 MB fit into a
 * request of JSON.
 */
export function createFiles({ create, query, queryRows, remove }: SalesforceClient): Files {
  async function idOf(name: string, contactId: string): Promise<string | undefined> {
    const [link] = await queryRows(
      'find the file',
      `SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = ${quoted(contactId)} ` +
        `AND ContentDocument.Title = ${quoted(name)} LIMIT 1`,
    );
    const id = isRecord(link) ? link['ContentDocumentId'] : undefined;
    return typeof id === 'string' ? id : undefined;
  }

  return {
    attach: async ({ entry, name, bytes }) => {
      const contactId = contactOf(entry);
      const known = await idOf(name, contactId);
      if (known !== undefined) return known;
      const version = {
        Title: name,
        PathOnClient: name,
        VersionData: Buffer.from(bytes).toString('base64'),
        FirstPublishLocationId: contactId,
      };
      const [outcome] = await create('add the file', 'ContentVersion', [version]);
      if (outcome?.status === 'rejected') throw outcome.reason;
      return (await idOf(name, contactId)) ?? fileNotShown();
    },
    remove: (id) => remove('delete the file', id),
    exists: async (id) =>
      (await query('find the file', `SELECT Id FROM ContentDocument WHERE Id = ${quoted(id)}`)).length > 0,
  };
}

function fileNotShown(): never {
  throw new CrmError('Salesforce took the file and does not show it. It will be tried again.', { kind: 'retryable' });
}
