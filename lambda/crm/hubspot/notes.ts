import { renderHtml } from '../../conversation/transcript/html.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, Entry } from '../adapter.ts';
import { fulfilled } from '../batch.ts';
import { footerOf, partIn } from '../marker.ts';
import { logInBatches, type NewNote } from '../note-batch.ts';
import { logAsNotes } from '../note-parts.ts';
import { activitiesOf, newActivity } from './activities.ts';
import { mostPerBatch } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { Stored } from './shapes.ts';

/**
 * `hs_note_body` holds 65,536 characters
 * (https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide). Some are left for HubSpot,
 * which wraps and rewrites tags as it stores them.
 */
const longestBody = 64_000;

/** Conversations as notes, a hundred of them in one call. */
export function createNotes(
  client: HubspotClient,
  { timezone, language, now }: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>,
) {
  const render = ({ conversation }: Entry) =>
    renderHtml(buildTranscript(conversation, { timezone, language }), {
      limit: longestBody,
      footer: footerOf(conversation.id),
    });

  function newNote({ entry, body, part }: NewNote) {
    // A millisecond apart, so that the parts keep their order.
    const at = (chatTime(entry) ?? now()).getTime() + part;
    // Required of a new note: where it stands on the contact's timeline.
    const properties = { hs_note_body: body, hs_timestamp: new Date(at).toISOString() };
    const isThisPart = ({ properties: { hs_note_body: written } }: Stored) =>
      partIn(written ?? '', entry.conversation.id) === part;
    return newActivity('notes', entry, properties, isThisPart);
  }

  const createAll = async (notes: readonly NewNote[]) => {
    const outcomes = await client.create('notes', notes.map(newNote));
    return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome : fulfilled(outcome.value.id)));
  };

  const oneAtATime = logAsNotes({
    render,
    create: async (entry, body, part) => {
      const [outcome] = await client.create('notes', [newNote({ entry, body, part })]);
      if (outcome?.status !== 'fulfilled') throw outcome?.reason;
      return outcome.value.id;
    },
    update: (id, body) => client.update('notes', id, { hs_note_body: body }),
    remove: (id) => client.remove('notes', id),
    list: (entry) => activitiesOf(client, 'notes', entry, 'hs_note_body'),
  });
  return { ...oneAtATime, logConversations: logInBatches({ most: mostPerBatch, render, createAll }) };
}

function chatTime({ conversation }: Entry): Date | undefined {
  const { startedAt, endedAt, messages } = conversation;
  const at = startedAt ?? endedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt;
  return typeof at === 'string' ? new Date(at) : undefined;
}
