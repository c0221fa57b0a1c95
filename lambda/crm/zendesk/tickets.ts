import { oneLine } from '../../conversation/clean-text.ts';
import { type FollowUpSettings, followUpDueAt, followUpNeeded } from '../../conversation/follow-up.ts';
import type { Instant } from '../../conversation/model.ts';
import { escapeHtml } from '../../conversation/transcript/formats.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { isHolding, isRecord, type JsonObject } from '../http/answer.ts';
import { missingParts, partsOf, transcriptOf } from '../notes/entry.ts';
import type { CrmAdapter, Entry, Files, LogId } from '../port/adapter.ts';
import { oneByOne, removeAll } from '../port/batch.ts';
import { CrmError, inDoubt } from '../port/errors.ts';
import type { ZendeskClient } from './client.ts';

/** https://support.zendesk.com/hc/en-us/community/posts/4719863289498: about 65,000 characters. */
const maxCommentLength = 60_000;
/** Zendesk shows no more than this. */
const maxSubjectLength = 150;

/**
 * The transcript is the first private comment, and further ones if it is long. Comments cannot be rewritten, so a
 * changed chat is added below. For a closed ticket a linked follow-up ticket is created; the `LogId` then has both ids.
 */
export function createTickets(
  client: ZendeskClient,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
  followUp: FollowUpSettings | undefined,
): Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'findConversation' | 'removeConversation'> {
  /** Null if nobody has to follow up. The same at each attempt, as Zendesk compares the whole ticket. */
  const dueAtOf = ({ conversation, receivedAt }: Entry) =>
    followUpNeeded(conversation, followUp) === null
      ? null
      : followUpDueAt(conversation, followUp, new Date(receivedAt));

  async function create(entry: Entry, closedTicket?: string): Promise<LogId> {
    const transcript = transcriptOf(entry, deps);
    const [first = '', ...more] = partsOf(entry, transcript, maxCommentLength);
    const ticket = newTicket(entry, first, {
      headline: transcript.headline,
      dueAt: dueAtOf(entry),
      solver: await client.ownEmail(),
      closedTicket,
    });
    const id = String((await client.createTicket(ticket)).id);
    try {
      for (const comment of more)
        if (!(await client.updateTicket(id, addition(comment, null)))) throw closedMeanwhile();
    } catch (error) {
      throw inDoubt(error);
    }
    return id;
  }

  async function updateConversation(entry: Entry, log: LogId): Promise<LogId> {
    const tried = log.split(',');
    const known = tried.at(-1) ?? '';
    const state = await complete(entry, known);
    if (state === 'complete') return log;
    // An earlier attempt may have created the follow-up ticket.
    const others = await client.ticketsWith(entry.conversation.id);
    const later = others.filter(({ id, status }) => status !== 'closed' && !tried.includes(String(id))).at(-1);
    const kept = tried.filter((id) => state === 'closed' || id !== known);
    if (later !== undefined && (await complete(entry, String(later.id))) === 'complete') {
      return [...kept, later.id].join();
    }
    return [...kept, await create(entry, state === 'closed' ? known : undefined)].join();
  }

  /** Adds the parts of this version that the ticket lacks. */
  async function complete(entry: Entry, id: string): Promise<'complete' | 'closed' | 'gone'> {
    const comments = await client.commentsOf(id);
    if (comments === undefined) return 'gone';
    const transcript = transcriptOf(entry, deps);
    const parts = partsOf(entry, transcript, maxCommentLength);
    const missing = missingParts(
      entry,
      parts,
      comments.map((comment) => comment.html_body),
    );
    const dueAt = missing.length === parts.length ? dueAtOf(entry) : null;
    for (const [index, comment] of missing.entries()) {
      if (!(await client.updateTicket(id, addition(comment, index === 0 ? dueAt : null, entry)))) return 'closed';
    }
    return 'complete';
  }

  async function findConversation({ conversation }: Entry): Promise<LogId | undefined> {
    const found = await client.ticketsWith(conversation.id);
    return found.length === 0 ? undefined : found.map(({ id }) => id).join();
  }

  const removeConversation = (log: LogId) =>
    removeAll(log.split(','), { remove: client.deleteTicket, exists: client.hasTicket });

  return {
    logConversations: oneByOne((entry: Entry) => create(entry)),
    updateConversation,
    findConversation,
    removeConversation,
  };
}

const closedMeanwhile = () =>
  new CrmError('Zendesk closed the ticket while it was written. It will be tried again.', { kind: 'retryable' });

/**
 * The private first comment makes the whole ticket private, so the requester is not notified.
 * @param options.dueAt when the follow-up is due; null solves the ticket
 * @param options.solver the assignee that Zendesk requires for a solved ticket, if no owner is configured
 */
function newTicket(
  { conversation, contactId, ownerId }: Entry,
  comment: string,
  options: {
    readonly headline: string;
    readonly dueAt: Instant | null;
    readonly solver: string;
    readonly closedTicket: string | undefined;
  },
): JsonObject {
  const { dueAt, headline, solver, closedTicket } = options;
  const assignee = ownerId === null ? {} : { assignee_id: Number(ownerId) };
  return {
    subject: oneLine(headline, maxSubjectLength),
    external_id: conversation.id,
    requester_id: Number(contactId),
    comment: privateComment(comment),
    tags: ['smartsupp'],
    ...(dueAt === null
      ? { status: 'solved', ...(ownerId === null && { assignee_email: solver }), ...assignee }
      : // "New" is Zendesk's word for an open ticket that nobody has taken yet.
        { status: ownerId === null ? 'new' : 'open', ...assignee, ...task(dueAt) }),
    ...(closedTicket !== undefined && { via_followup_source_id: Number(closedTicket) }),
  };
}

/** Keeps the agent's status, unless a new follow-up is needed. */
const addition = (
  comment: string,
  dueAt: Instant | null,
  { contactId, contactChanged }: Pick<Entry, 'contactId' | 'contactChanged'> = { contactId: undefined },
): JsonObject => ({
  comment: privateComment(comment),
  ...(contactChanged === true && { requester_id: Number(contactId) }),
  ...(dueAt !== null && { status: 'open', ...task(dueAt) }),
});

const privateComment = (html: string) => ({ html_body: html, public: false });

const task = (dueAt: Instant) => ({ type: 'task', due_at: dueAt });

type TicketFile = { readonly id: number; readonly file_name: string };

/**
 * Each file is a private comment in the chat's ticket: a comment takes files only when it is written
 * (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/). The `FileId` has the ids of the
 * ticket, the comment and the file, because it is redacted by all three.
 */
export function createFiles({ call, commentsOf, updateTicket }: ZendeskClient): Files {
  async function find(ticket: string, isWanted: (file: TicketFile) => boolean) {
    for (const comment of (await commentsOf(ticket)) ?? []) {
      const file = comment.attachments?.find(isWanted);
      if (file !== undefined) return [ticket, comment.id, file.id].join('/');
    }
    return undefined;
  }

  return {
    attach: async ({ logId, name, mediaType, bytes }) => {
      const ticket = logId.split(',').at(-1) ?? '';
      const byName = () => find(ticket, (file) => file.file_name === name);
      const known = await byName();
      if (known !== undefined) return known;
      const request = { operation: 'add the file', method: 'POST', path: ['api', 'v2', 'uploads'] } as const;
      const headers = { 'content-type': mediaType };
      const answer = await call({ ...request, query: { filename: name }, headers, body: bytes });
      const { token } = answer.as(isHolding('upload', hasToken)).upload;
      const comment = { html_body: escapeHtml(name), public: false, uploads: [token] };
      if (!(await updateTicket(ticket, { comment }))) throw fileNotAdded();
      return (await byName()) ?? fileNotShown();
    },
    remove: async (file) => {
      const [ticket = '', comment = '', attachment = ''] = file.split('/');
      const path = ['api', 'v2', 'tickets', ticket, 'comments', comment, 'attachments', attachment, 'redact'];
      const operation = 'redact the file';
      await call({ operation, method: 'PUT', path, expected: [404], answer: 'anything' });
    },
    exists: async (file) => {
      const [ticket = '', , attachment = ''] = file.split('/');
      // Zendesk replaces a redacted file with an empty `redacted.txt`.
      const isLeft = (file: TicketFile) => String(file.id) === attachment && file.file_name !== 'redacted.txt';
      return (await find(ticket, isLeft)) !== undefined;
    },
  };
}

const hasToken = (value: unknown): value is { readonly token: string } =>
  isRecord(value) && typeof value['token'] === 'string';

const fileNotAdded = () =>
  new CrmError('Zendesk has closed the ticket, so the file was not added. The note has its link.', {
    kind: 'permanent',
  });

function fileNotShown(): never {
  throw new CrmError('Zendesk took the file and does not show it. It will be tried again.', { kind: 'retryable' });
}
