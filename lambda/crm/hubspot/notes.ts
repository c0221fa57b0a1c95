import { renderHtml } from '../../conversation/transcript/html.ts';
import { fulfilled } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { timeOf } from '../notes/entry.ts';
import { logInBatches, type NewNote } from '../notes/note-batch.ts';
import { notesIn } from '../notes/note-parts.ts';
import { partIn } from '../notes/reference.ts';
import { activitiesOf, newActivity } from './activities.ts';
import { maxPerBatch } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { Stored } from './shapes.ts';

/**
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide: 65,536, less room for HubSpot's
 * own tags.
 */
const maxBodyLength = 64_000;

export function createNotes(client: HubspotClient, deps: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>) {
  function newNote({ entry, body, part }: NewNote) {
    // One millisecond apart, to keep the parts in order.
    const at = (timeOf(entry.conversation) ?? deps.now()).getTime() + part;
    const properties = { hs_note_body: body, hs_timestamp: new Date(at).toISOString() };
    const isThisPart = ({ properties: { hs_note_body: written } }: Stored) =>
      partIn(written ?? '', entry.conversation.id) === part;
    return newActivity('notes', entry, properties, isThisPart);
  }

  return logInBatches({
    maxSize: maxPerBatch,
    render: notesIn(renderHtml, { limit: maxBodyLength }, deps),
    build: newNote,
    createAll: async (notes) => {
      const outcomes = await client.create('notes', notes);
      return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome : fulfilled(outcome.value.id)));
    },
    update: (id, body) => client.update('notes', id, { hs_note_body: body }),
    remove: (id) => client.remove('notes', id),
    exists: async (id) => (await client.read('notes', [id], [])).length > 0,
    list: (entry) => activitiesOf(client, 'notes', entry, 'hs_note_body'),
  });
}
