import { renderText } from '../../conversation/transcript/text.ts';
import { headlineOf } from '../../conversation/transcript/transcript.ts';
import { localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, timeOf, writtenSince } from '../notes/entry.ts';
import { logInBatches, type NewNote } from '../notes/note-batch.ts';
import { notesIn } from '../notes/note-parts.ts';
import type { Entry } from '../port/adapter.ts';
import { maxPerCall, type SalesforceClient, type Values } from './client.ts';
import { maxSubjectLength } from './mapping.ts';
import { isGone } from './refusals.ts';
import { quoted } from './soql.ts';

/** Half of 32,000 (https://help.salesforce.com/s/articleView?id=000382141), since a line end may count as two. */
const maxTextBytes = 16_000;

/**
 * Tasks, because timelines, reports and list views show them. A `ContentNote` would be a separate file linked by a
 * second call, and `LiveChatTranscript` needs a licence.
 */
export function createTasks(
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
export function onContact(type: 'Task' | 'Case', entry: Entry): string {
  const contact = `${type === 'Case' ? 'ContactId' : 'WhoId'} = ${quoted(contactOf(entry))}`;
  const isRecent = `CreatedDate >= ${writtenSince(entry).toISOString()}`;
  return `SELECT Id,Description FROM ${type} WHERE ${contact} AND ${isRecent} ORDER BY CreatedDate DESC`;
}
