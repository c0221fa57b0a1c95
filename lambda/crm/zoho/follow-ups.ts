import { renderText } from '../../conversation/transcript/text.ts';
import { buildEach } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference, localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import type { Values, ZohoClient } from './client.ts';
import { quoted } from './coql.ts';
import { maxSubjectLength } from './mapping.ts';

const maxPerCall = 100;

/** Zoho's tasks are due on a day. The status is the account's default, because its values can be renamed. */
export function createFollowUps(client: ZohoClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderText, deps);

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: oneLine(request.followUp.title, maxSubjectLength),
    Due_Date: localDay(request.followUp.dueAt, deps.timezone),
    Who_Id: { id: contactOf(request) },
    Description: description(request),
    ...(request.ownerId !== null && { Owner: { id: request.ownerId } }),
  });

  const run = (requests: readonly FollowUpRequest[]) => buildEach(requests, toRecord, client.createTasks);

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const contact = quoted(contactOf(request));
    const select = `select id, Description from Tasks where Who_Id = ${contact} order by Created_Time desc`;
    const tasks = await client.query("list the contact's tasks", select);
    return tasks.find(({ Description: text }) => hasReference(text, request))?.id;
  }

  return { create: { maxSize: maxPerCall, run }, find };
}
