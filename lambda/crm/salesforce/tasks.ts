import { renderText } from '../../conversation/transcript/text.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, CrmAdapter, Entry } from '../adapter.ts';
import { fulfilled, rejected } from '../batch.ts';
import { cut } from '../cut.ts';
import { localDay } from '../local-day.ts';
import { footerOf } from '../marker.ts';
import { logInBatches, type NewNote } from '../note-batch.ts';
import { logAsNotes } from '../note-parts.ts';
import { isGone, mostPerCall, type SalesforceClient, type Values } from './client.ts';
import { longestSubject } from './mapping.ts';
import { quoted } from './soql.ts';

/**
 * A task's `Description` takes 32,000, which for what comes by the API are bytes
 * (https://help.salesforce.com/s/articleView?id=000382141), and a line end can count as two. Half of it is right however
 * they count.
 */
const longestBytes = 16_000;
/** How far the clocks of Smartsupp and Salesforce may be apart. */
const clockSkewMs = 24 * 60 * 60 * 1000;

/**
 * Conversations as completed tasks on the contact, in plain text. A task is what the activity timeline of contact and
 * account, reports and list views know as something that has been done. A note (`ContentNote`) would be a file beside
 * it, to be linked by a second call, and chat transcripts (`LiveChatTranscript`) come with a licence.
 */
export function createTasks(
  client: SalesforceClient,
  options: Pick<AdapterDeps, 'timezone' | 'language' | 'now'> & { readonly completedStatus: string },
): Required<Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'findConversation' | 'removeConversation'>> {
  const { timezone, language, now, completedStatus } = options;
  const transcriptOf = ({ conversation }: Entry) => buildTranscript(conversation, { timezone, language });

  const render = (entry: Entry) =>
    renderText(transcriptOf(entry), {
      limit: longestBytes,
      measure: 'bytes',
      footer: footerOf(entry.conversation.id),
    });

  const toRecord = ({ entry, body }: NewNote): Values => ({
    Subject: cut(transcriptOf(entry).headline, longestSubject),
    Description: body,
    Status: completedStatus,
    ActivityDate: localDay(entry.conversation.endedAt ?? entry.conversation.startedAt ?? now(), timezone),
    WhoId: contactOf(entry),
    ...(entry.ownerId !== null && { OwnerId: entry.ownerId }),
  });

  async function createAll(notes: readonly NewNote[]) {
    const saved = await client.create('create the task', 'Task', notes.map(toRecord));
    return saved.map((one) => ('id' in one ? fulfilled(one.id) : rejected(one.error)));
  }

  const oneByOne = logAsNotes({
    render,
    create: async (entry, body, part) => {
      const [outcome] = await createAll([{ entry, body, part }]);
      if (outcome?.status === 'fulfilled') return outcome.value;
      throw outcome?.reason;
    },
    update: async (id, body) => {
      const [saved] = await client.update('update the task', 'Task', [{ id, Description: body }]);
      if (saved === undefined || 'id' in saved) return true;
      if (isGone(saved.code)) return false;
      throw saved.error;
    },
    remove: (id) => client.remove('delete the task', id),
    list: async (entry) => {
      const select = `SELECT Id,Description FROM Task WHERE WhoId = ${quoted(contactOf(entry))}`;
      const tasks = await client.query(
        "list the contact's tasks",
        `${select}${since(entry)} ORDER BY CreatedDate DESC`,
      );
      return tasks.map(({ Id: id, Description: body }) => ({ id, body: String(body ?? '') }));
    },
  });

  return { ...oneByOne, logConversations: logInBatches({ most: mostPerCall, render, createAll }) };
}

/** Nothing of a chat was written before the chat was over. */
export function since({ conversation: { endedAt, startedAt } }: Entry): string {
  const over = Date.parse(endedAt ?? startedAt ?? '');
  return Number.isNaN(over) ? '' : ` AND CreatedDate >= ${new Date(over - clockSkewMs).toISOString()}`;
}

export function contactOf({ contactId }: Entry): string {
  if (contactId === undefined)
    throw new Error('Salesforce keeps conversations on contacts: call upsertContacts first.');
  return contactId;
}
