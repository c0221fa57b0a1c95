import type { HubspotSettings } from '../../config/config.ts';
import { escapeHtml } from '../../conversation/transcript/html.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../adapter.ts';
import { fulfilled, rejected } from '../batch.ts';
import { CrmError } from '../errors.ts';
import { followUpMark, isMarked } from '../follow-up-mark.ts';
import { visibleText } from '../marker.ts';
import { activitiesOf, newActivity } from './activities.ts';
import { mostPerBatch } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { Stored, Values } from './shapes.ts';

const kinds = {
  task: { type: 'tasks', bodyProperty: 'hs_task_body' },
  ticket: { type: 'tickets', bodyProperty: 'content' },
} as const;

/** In every account's support pipeline (https://developers.hubspot.com/docs/api-reference/error-handling has them). */
const defaultPipeline = '0';
const defaultStage = '1';

/**
 * Tasks and tickets on the contact. What is to be done stands in the title; the chat itself is in the contact's note.
 * Properties by https://developers.hubspot.com/docs/api-reference/latest/crm/activities/tasks/guide and
 * https://developers.hubspot.com/docs/api-reference/latest/crm/objects/tickets/guide. A ticket has no time by which it
 * is due: that is for the service level agreements of the pipeline.
 */
export function createFollowUps(
  client: HubspotClient,
  { ticketPipeline = defaultPipeline, ticketStage = defaultStage }: HubspotSettings,
): FollowUps {
  function propertiesOf(request: FollowUpRequest): Values {
    const {
      ownerId,
      followUp: { kind, title, dueAt },
    } = request;
    const owner = ownerId !== null && { hubspot_owner_id: ownerId };
    const mark = followUpMark(request);
    return kind === 'ticket'
      ? { subject: title, content: mark, hs_pipeline: ticketPipeline, hs_pipeline_stage: ticketStage, ...owner }
      : {
          hs_task_subject: title,
          hs_task_body: escapeHtml(mark),
          hs_task_status: 'NOT_STARTED',
          hs_timestamp: dueAt,
          ...owner,
        };
  }

  async function run(requests: readonly FollowUpRequest[]): Promise<readonly PromiseSettledResult<FollowUpId>[]> {
    const outcomes = new Map<FollowUpRequest, PromiseSettledResult<FollowUpId>>();
    for (const kind of ['task', 'ticket'] as const) {
      const asked = requests.filter(({ followUp }) => followUp.kind === kind);
      const { type, bodyProperty } = kinds[kind];
      const objects = asked.map((request) =>
        newActivity(type, request, propertiesOf(request), ({ properties }: Stored) =>
          isOf(request, properties[bodyProperty] ?? ''),
        ),
      );
      const created = await client.create(type, objects);
      for (const [at, request] of asked.entries()) {
        const outcome = created[at] ?? rejected(new Error('Every item has an outcome.'));
        outcomes.set(request, outcome.status === 'fulfilled' ? fulfilled(outcome.value.id) : outcome);
      }
    }
    return requests.map((request) => outcomes.get(request) ?? rejected(unknownKind(request)));
  }

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const { kind } = request.followUp;
    if (kind === 'lead') throw unknownKind(request);
    const { type, bodyProperty } = kinds[kind];
    const candidates = await activitiesOf(client, type, request, bodyProperty);
    return candidates.find(({ body }) => isOf(request, body))?.id;
  }

  return { create: { most: mostPerBatch, run }, find };
}

/** HubSpot wraps what it takes for HTML. */
const isOf = (request: FollowUpRequest, body: string) => isMarked(visibleText(body), request);

const unknownKind = ({ followUp }: FollowUpRequest) =>
  new CrmError(`HubSpot has no follow-up of the kind "${followUp.kind}": set followUp.as to task or ticket.`, {
    kind: 'permanent',
  });
