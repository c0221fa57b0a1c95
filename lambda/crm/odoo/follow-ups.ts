import { renderHtml } from '../../conversation/transcript/html.ts';
import { oneByOne } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference, localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { oneLine } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { OdooClient } from './client.ts';
import { partnerOf } from './notes.ts';

const maxTitleLength = 255;

export function createFollowUps(client: OdooClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderHtml, deps);

  const create = (request: FollowUpRequest): Promise<FollowUpId> =>
    client.make('create the task', 'res.partner/activity_schedule', partnerOf(request), {
      act_type_xmlid: 'mail.mail_activity_data_todo',
      summary: oneLine(request.followUp.title, maxTitleLength),
      note: description(request),
      date_deadline: localDay(request.followUp.dueAt, deps.timezone),
      ...(request.ownerId !== null && { user_id: Number(request.ownerId) }),
    });

  /** Also finds archived activities, which are done. */
  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const activities = await client.search('find the task', 'mail.activity', {
      domain: [
        ['res_model', '=', 'res.partner'],
        ['res_id', '=', Number(partnerOf(request))],
        ['note', 'ilike', 'Smartsupp follow-up'],
      ],
      fields: ['note'],
      context: { active_test: false },
    });
    const task = activities.find(({ note }) => hasReference(note, request));
    return task && String(task.id);
  }

  return { create: oneByOne(create), find };
}
