import { renderHtml } from '../../conversation/transcript/html.ts';
import { oneByOne } from '../batches/batch.ts';
import { assigned, requiringUser } from '../follow-ups/assign.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference, localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { oneLine } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { Domain, OdooClient } from './client.ts';
import { partnerOf } from './notes.ts';
import type { OdooSettings } from './settings.ts';

const maxTitleLength = 255;

/** Else Odoo e-mails the user of each new activity (`mail/models/mail_activity.py`). It is on their list all the same. */
const unnotified = { mail_activity_quick_update: true };

/** `activity_schedule` gives an activity to nobody unless it is told to whom. */
export function createFollowUps(
  client: OdooClient,
  { owners }: Pick<OdooSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const description = describedIn(renderHtml, deps);

  const createFor = (request: FollowUpRequest, userId: string): Promise<FollowUpId> =>
    client.make('create the task', 'res.partner/activity_schedule', partnerOf(request), {
      act_type_xmlid: 'mail.mail_activity_data_todo',
      summary: oneLine(request.followUp.title, maxTitleLength),
      note: description(request),
      date_deadline: localDay(request.followUp.dueAt, deps.timezone),
      user_id: Number(userId),
      context: unnotified,
    });

  const create = assigned(
    {
      fallback: owners?.fallback,
      ownerOfContact: salespersonOf,
      ourselves: client.ownUserId,
      // A search leaves out those who were archived.
      requireUser: requiringUser((id) => client.exists('find the user', 'res.users', id), {
        vendor: 'Odoo',
        ownerField: 'user_id',
      }),
    },
    createFor,
  );

  async function salespersonOf(request: FollowUpRequest): Promise<string | undefined> {
    const domain: Domain = [['id', '=', Number(partnerOf(request))]];
    const [partner] = await client.search('read the contact', 'res.partner', { domain, fields: ['user_id'] });
    const user = partner?.['user_id'];
    return Array.isArray(user) ? String(user[0]) : undefined;
  }

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
