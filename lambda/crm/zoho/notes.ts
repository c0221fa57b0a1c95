import { renderText } from '../../conversation/transcript/text.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, CrmAdapter, Entry } from '../adapter.ts';
import { cut } from '../cut.ts';
import { footerOf } from '../marker.ts';
import { logInBatches, type NewNote } from '../note-batch.ts';
import { logAsNotes } from '../note-parts.ts';
import type { Values, ZohoClient } from './client.ts';
import { longestTitle } from './mapping.ts';

/**
 * `Note_Content` takes 65,535 (https://github.com/zoho/crm-oas/blob/main/v8.0/notes/notes.yaml), and where it is not
 * said whether of characters or bytes, and how line ends count. Half of it in bytes is right whatever they count.
 */
const longestBytes = 32_000;
/** "You can create a maximum of 100 notes per API call" (https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html). */
const mostPerCall = 100;
/** How far the clocks of Smartsupp and Zoho may be apart. */
const clockSkewMs = 24 * 60 * 60 * 1000;

/** Conversations as notes, in plain text: Zoho shows a note's tags as they are. */
export function createNotes(
  client: ZohoClient,
  { timezone, language }: Pick<AdapterDeps, 'timezone' | 'language'>,
): Required<Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'findConversation' | 'removeConversation'>> {
  const transcriptOf = ({ conversation }: Entry) => buildTranscript(conversation, { timezone, language });

  const render = (entry: Entry) =>
    renderText(transcriptOf(entry), {
      limit: longestBytes,
      measure: 'bytes',
      footer: footerOf(entry.conversation.id),
    });

  const toRecord = ({ entry, body }: NewNote): Values => ({
    Note_Title: cut(transcriptOf(entry).headline, longestTitle),
    Note_Content: body,
    Parent_Id: { module: { api_name: 'Contacts' }, id: contactOf(entry) },
  });

  async function createAll(notes: readonly NewNote[]) {
    const outcomes = await client.createNotes(notes.map(toRecord));
    return outcomes.map((one) => (one.status === 'rejected' ? one : { ...one, value: one.value.id }));
  }

  const oneByOne = logAsNotes({
    render,
    create: async (entry, body, part) => {
      const [outcome] = await createAll([{ entry, body, part }]);
      if (outcome?.status === 'fulfilled') return outcome.value;
      throw outcome?.reason;
    },
    update: (id, body) => client.updateNote({ id, Note_Content: body }),
    remove: client.deleteNote,
    list: async (entry) => {
      const notes = await client.notesOf(contactOf(entry), madeAfter(entry));
      return notes.map(({ id, Note_Content: body }) => ({ id, body: String(body ?? '') }));
    },
  });

  return { ...oneByOne, logConversations: logInBatches({ most: mostPerCall, render, createAll }) };
}

/** No note of a chat was made before the chat was over. */
function madeAfter({ conversation: { endedAt, startedAt } }: Entry): Date | undefined {
  const over = Date.parse(endedAt ?? startedAt ?? '');
  return Number.isNaN(over) ? undefined : new Date(over - clockSkewMs);
}

export function contactOf({ contactId }: Entry): string {
  if (contactId === undefined) throw new Error('Zoho keeps conversations on contacts: call upsertContacts first.');
  return contactId;
}
