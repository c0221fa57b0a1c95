import { oneLine } from '../../conversation/clean-text.ts';
import { type FollowUpSettings, followUpNeeded } from '../../conversation/follow-up.ts';
import type { Conversation } from '../../conversation/model.ts';
import { escapeHtml } from '../../conversation/transcript/formats.ts';
import { asFile } from '../files/file.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/answer.ts';
import { contactOf, isPartOf, missingParts, partsOf, transcriptOf, writtenSince } from '../notes/entry.ts';
import type { CrmAdapter, Entry, Files, LogId } from '../port/adapter.ts';
import { oneByOne, removeAll } from '../port/batch.ts';
import { inDoubt } from '../port/errors.ts';
import { isNoteWithFile } from './answers.ts';
import type { FreshdeskClient } from './client.ts';

/** Bytes. Freshdesk documents no limit; this fits a text column of the usual databases. */
const maxPartLength = 60_000;
const maxSubjectLength = 250;

/**
 * The transcript is the ticket's description and, if long, private notes. A changed chat is added as a private note.
 */
export function createTickets(
  client: FreshdeskClient,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
  followUp: FollowUpSettings | undefined,
): Required<Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'findConversation' | 'removeConversation'>> {
  const ticketTextOf = (entry: Entry) =>
    transcriptOf({ ...entry, conversation: withoutNote(entry.conversation) }, deps);

  async function create(entry: Entry): Promise<LogId> {
    const transcript = ticketTextOf(entry);
    const [first = '', ...more] = partsOf(entry, transcript, maxPartLength);
    const isOpen = followUpNeeded(entry.conversation, followUp) !== null;
    const id = await client.createTicket(newTicket(entry, first, { headline: transcript.headline, isOpen }));
    try {
      for (const part of more) await client.createNote(id, part);
    } catch (error) {
      throw inDoubt(error);
    }
    return id;
  }

  /** Adds the parts of this version that the ticket lacks. A deleted ticket is created again. */
  async function updateConversation(entry: Entry, log: LogId): Promise<LogId> {
    const ticket = await client.readTicket(log);
    if (ticket === undefined) return (await findElsewhere(entry, log)) ?? create(entry);
    if (entry.contactChanged === true) await client.updateTicket(log, { requester_id: Number(contactOf(entry)) });
    const parts = partsOf(entry, ticketTextOf(entry), maxPartLength);
    const notes = await client.conversationsOf(log);
    const missing = missingParts(entry, parts, [ticket.description, ...notes.map(({ body }) => body)]);
    const isNew = missing.length === parts.length;
    // Reopen before adding the note: a later attempt that finds the note must not reopen what an agent closed.
    if (isNew && followUpNeeded(entry.conversation, followUp) !== null) await client.updateTicket(log, reopened);
    for (const part of missing) await client.createNote(log, part);
    return log;
  }

  /** Finds the ticket that an earlier attempt created to replace a deleted one. */
  async function findElsewhere(entry: Entry, gone: LogId): Promise<LogId | undefined> {
    const found = await findConversation(entry);
    return found === undefined || found === gone ? undefined : updateConversation(entry, found);
  }

  async function findConversation(entry: Entry): Promise<LogId | undefined> {
    const tickets = await client.ticketsOf(contactOf(entry), writtenSince(entry));
    const found = tickets.find(({ description }) => isPartOf(entry.conversation, description));
    return found && String(found.id);
  }

  return {
    logConversations: oneByOne(create),
    updateConversation,
    findConversation,
    removeConversation: (log) => removeAll([log], { remove: client.deleteTicket, exists: client.hasTicket }),
  };
}

/** Requesters may read the description in the portal, so it must not contain the agents' note about them. */
const withoutNote = (conversation: Conversation): Conversation => ({
  ...conversation,
  visitor: { ...conversation.visitor, note: null },
});

/** https://developers.freshdesk.com/api/#ticket_attributes */
const status = { open: 2, resolved: 4 } as const;

const priority = { low: 1, medium: 2 } as const;

const chatSource = 7;

const newTicket = (
  { contactId, ownerId }: Entry,
  html: string,
  { headline, isOpen }: { readonly headline: string; readonly isOpen: boolean },
): JsonObject => ({
  requester_id: Number(contactId),
  subject: oneLine(headline, maxSubjectLength),
  description: html,
  status: isOpen ? status.open : status.resolved,
  priority: isOpen ? priority.medium : priority.low,
  source: chatSource,
  tags: ['smartsupp'],
  ...(ownerId !== null && { responder_id: Number(ownerId) }),
});

const reopened: JsonObject = { status: status.open };

/**
 * Each file is a private note in the chat's ticket (https://developers.freshdesk.com/api/#add_note_to_a_ticket), of at most
 * 20 MB. Freshdesk has no call that reads one attachment, so the `FileId` has the ticket's id as well.
 */
export function createFiles({ call, conversationsOf }: FreshdeskClient): Files {
  const filesIn = async (ticket: string) =>
    (await conversationsOf(ticket)).flatMap(({ attachments = [] }) => attachments);

  return {
    attach: async (upload) => {
      const { logId: ticket, name } = upload;
      const known = (await filesIn(ticket)).find((file) => file.name === name);
      if (known !== undefined) return `${ticket}/${known.id}`;
      const multipart = new FormData();
      multipart.set('body', escapeHtml(name));
      multipart.set('private', 'true');
      multipart.set('attachments[]', asFile(upload));
      const path = ['api', 'v2', 'tickets', ticket, 'notes'];
      const answer = await call({ operation: 'add the file', method: 'POST', path, multipart });
      const [file] = answer.as(isNoteWithFile).attachments;
      return `${ticket}/${file.id}`;
    },
    remove: async (file) => {
      const path = ['api', 'v2', 'attachments', file.split('/')[1] ?? ''];
      await call({ operation: 'delete the file', method: 'DELETE', path, expected: [404], answer: 'nothing' });
    },
    exists: async (file) => {
      const [ticket = '', id = ''] = file.split('/');
      return (await filesIn(ticket)).some((each) => String(each.id) === id);
    },
  };
}
