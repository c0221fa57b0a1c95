import { renderText } from '../../conversation/transcript/text.ts';
import { buildEach, byKind } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference, localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { maxPerCall, type SalesforceClient, type Values } from './client.ts';
import { maxSubjectLength } from './mapping.ts';
import { onContact } from './tasks.ts';

/** Tasks are due on a day, so they get a reminder. No leads: in Salesforce a lead is not a contact yet. */
export function createFollowUps(client: SalesforceClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const description = describedIn(renderText, deps);

  const toTask = (request: FollowUpRequest): Values => ({
    ActivityDate: localDay(request.followUp.dueAt, deps.timezone),
    IsReminderSet: true,
    ReminderDateTime: request.followUp.dueAt,
    WhoId: contactOf(request),
  });

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: oneLine(request.followUp.title, maxSubjectLength),
    Description: description(request),
    ...(typeOf(request) === 'Case' ? { ContactId: contactOf(request) } : toTask(request)),
    ...(request.ownerId !== null && { OwnerId: request.ownerId }),
  });

  const run = (requests: readonly FollowUpRequest[]) =>
    byKind(requests, typeOf, (type, some) =>
      buildEach(some, toRecord, (records) => client.create(`create the ${type.toLowerCase()}`, type, records)),
    );

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const type = typeOf(request);
    const records = await client.query(`list the contact's ${type.toLowerCase()}s`, onContact(type, request));
    return records.find(({ Description: text }) => hasReference(text, request))?.Id;
  }

  return { create: { maxSize: maxPerCall, run }, find };
}

const typeOf = ({ followUp }: FollowUpRequest) => (followUp.kind === 'ticket' ? 'Case' : 'Task');
