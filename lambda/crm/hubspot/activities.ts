import { oneLine } from '../../conversation/clean-text.ts';
import { renderHtml, renderText } from '../../conversation/transcript/formats.ts';
import { asFile } from '../files/file.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { hasId, hasTextId } from '../http/answer.ts';
import type { CallApi } from '../http/http.ts';
import { contactOf, partIn, timeOf, writtenSince } from '../notes/entry.ts';
import { describedIn, hasReference } from '../notes/follow-up.ts';
import { logInBatches, type NewNote, notesIn } from '../notes/notes.ts';
import type { Entry, Files, FollowUpId, FollowUpKind, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { buildEach, byKind, fulfilled } from '../port/batch.ts';
import { CrmError } from '../port/errors.ts';
import { type ObjectType, type Stored, type Values, version } from './answers.ts';
import { maxPerBatch, type NewObject } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { HubspotSettings } from './settings.ts';

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

const kinds = {
  task: { type: 'tasks', bodyProperty: 'hs_task_body' },
  ticket: { type: 'tickets', bodyProperty: 'content' },
} as const;

const maxTitleLength = 255;

/** Every account has this support pipeline (https://developers.hubspot.com/docs/api-reference/error-handling). */
const defaultPipeline = '0';
const defaultStage = '1';

/**
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/tasks/guide and
 * https://developers.hubspot.com/docs/api-reference/latest/crm/objects/tickets/guide. Tickets have no due time.
 */
export function createFollowUps(
  client: HubspotClient,
  { ticketPipeline = defaultPipeline, ticketStage = defaultStage }: HubspotSettings,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const html = describedIn(renderHtml, deps);
  const text = describedIn(renderText, deps);

  function propertiesOf(request: FollowUpRequest): Values {
    const { kind, dueAt } = request.followUp;
    const title = oneLine(request.followUp.title, maxTitleLength);
    const owner = request.ownerId !== null && { hubspot_owner_id: request.ownerId };
    return kind === 'ticket'
      ? {
          subject: title,
          content: text(request),
          hs_pipeline: ticketPipeline,
          hs_pipeline_stage: ticketStage,
          ...owner,
        }
      : {
          hs_task_subject: title,
          hs_task_body: html(request),
          hs_task_status: 'NOT_STARTED',
          hs_timestamp: dueAt,
          ...owner,
        };
  }

  const createAll = async (kind: FollowUpKind, requests: readonly FollowUpRequest[]) => {
    const { type, bodyProperty } = storedAs(kind);
    const build = (request: FollowUpRequest) =>
      newActivity(type, request, propertiesOf(request), ({ properties }: Stored) =>
        hasReference(properties[bodyProperty], request),
      );
    const outcomes = await buildEach(requests, build, (objects) => client.create(type, objects));
    return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome : fulfilled(outcome.value.id)));
  };

  const run = (requests: readonly FollowUpRequest[]) => byKind(requests, ({ followUp }) => followUp.kind, createAll);

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const { type, bodyProperty } = storedAs(request.followUp.kind);
    const candidates = await activitiesOf(client, type, request, bodyProperty);
    return candidates.find(({ body }) => hasReference(body, request))?.id;
  }

  return { create: { maxSize: maxPerBatch, run }, find };
}

function storedAs(kind: FollowUpKind) {
  if (kind !== 'lead') return kinds[kind];
  throw new CrmError('HubSpot has no leads here: set followUp.as to task or ticket.', { kind: 'permanent' });
}

/**
 * `HUBSPOT_DEFINED` association types (https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide).
 */
const toContact = { notes: 202, tasks: 204, tickets: 16 } as const;
type ActivityType = keyof typeof toContact & ObjectType;

/** With more activities than this, older ones are dropped before any body is read. */
const fewActivities = 25;

function newActivity(
  type: ActivityType,
  entry: Entry,
  properties: Values,
  isCreatedAs: NewObject['isCreatedAs'],
): NewObject {
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: toContact[type] }];
  return { properties, associations: [{ to: { id: contactOf(entry) }, types }], isCreatedAs };
}

/** The activities that may belong to the conversation, newest first. */
async function activitiesOf(
  client: HubspotClient,
  type: ActivityType,
  entry: Entry,
  bodyProperty: string,
): Promise<readonly { readonly id: string; readonly body: string }[]> {
  const ids = await client.idsOn(contactOf(entry), type);
  const likely = ids.length <= fewActivities ? ids : await madeAfter(client, type, ids, entry);
  const activities = await client.read(type, likely, [bodyProperty], { bodies: true });
  return [...activities]
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map(({ id, properties }) => ({ id, body: properties[bodyProperty] ?? '' }));
}

async function madeAfter(
  client: HubspotClient,
  type: ActivityType,
  ids: readonly string[],
  entry: Entry,
): Promise<readonly string[]> {
  const since = writtenSince(entry);
  const isSince = ({ createdAt }: Stored) => Date.parse(createdAt) >= since.getTime();
  return (await client.read(type, ids, [])).filter(isSince).map(({ id }) => id);
}

const fileFolder = '/smartsupp';
/** Private: HubSpot signs each link for its users. A second upload replaces the first. */
const fileOptions = { access: 'PRIVATE', overwrite: true };

/**
 * Attached to the chat's note (https://developers.hubspot.com/docs/api-reference/2026-03/files/guide), which names its
 * files in `hs_attachment_ids`, separated by semicolons.
 */
export function createFiles({ call, read, update }: HubspotClient): Files {
  const path = ['files', version, 'files'];

  return {
    attach: async (upload) => {
      const multipart = new FormData();
      multipart.set('file', asFile(upload));
      multipart.set('fileName', upload.name);
      multipart.set('folderPath', fileFolder);
      multipart.set('options', JSON.stringify(fileOptions));
      const { id } = (await call({ operation: 'add the file', method: 'POST', path, multipart })).as(hasTextId);
      const [note = ''] = upload.logId.split(',');
      const [stored] = await read('notes', [note], ['hs_attachment_ids']);
      const attached = (stored?.properties['hs_attachment_ids'] ?? '').split(';').filter((each) => each !== '');
      if (!attached.includes(id)) await update('notes', note, { hs_attachment_ids: [...attached, id].join(';') });
      return id;
    },
    // `gdpr-delete` skips the recycle bin.
    remove: async (id) => {
      const request = { operation: 'delete the file', method: 'DELETE', path: [...path, id, 'gdpr-delete'] } as const;
      await call({ ...request, expected: [404], answer: 'nothing' });
    },
    exists: async (id) => {
      const answer = await call({ operation: 'read the file', method: 'GET', path: [...path, id], expected: [404] });
      return answer.status !== 404 && answer.as(hasId(id))['archived'] !== true;
    },
  };
}

/** @throws CrmError of kind `credentials` if the scope is missing */
export async function tryFiles(call: CallApi): Promise<void> {
  const path = ['files', version, 'files', '0'];
  await call({ operation: 'read files', method: 'GET', path, expected: [404] });
}
