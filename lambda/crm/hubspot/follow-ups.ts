import { renderHtml } from '../../conversation/transcript/html.ts';
import { renderText } from '../../conversation/transcript/text.ts';
import { buildEach, byKind, fulfilled } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { oneLine } from '../notes/entry.ts';
import type { FollowUpId, FollowUpKind, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { activitiesOf, newActivity } from './activities.ts';
import { maxPerBatch } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { HubspotSettings } from './settings.ts';
import type { Stored, Values } from './shapes.ts';

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
