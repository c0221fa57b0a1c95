import { renderText } from '../../conversation/transcript/text.ts';
import { buildEach, byKind } from '../batches/batch.ts';
import { followUpReference, hasReference, localDay } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, transcriptOf } from '../notes/entry.ts';
import type { FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { maxPerCall, type SalesforceClient, type Values } from './client.ts';
import { maxSubjectLength } from './mapping.ts';
import { onContact } from './tasks.ts';

/** A case's `Description` has the size of a task's. */
const maxTextBytes = 16_000;

/** Tasks are due on a day, so they get a reminder. No leads: in Salesforce a lead is not a contact yet. */
export function createFollowUps(client: SalesforceClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>): FollowUps {
  const toTask = (request: FollowUpRequest): Values => ({
    ActivityDate: localDay(request.followUp.dueAt, deps.timezone),
    IsReminderSet: true,
    ReminderDateTime: request.followUp.dueAt,
    WhoId: contactOf(request),
    Description: followUpReference(request),
  });

  /** The rest of a longer transcript is in the contact's tasks. */
  const toCase = (request: FollowUpRequest): Values => {
    const transcript = transcriptOf(request, deps);
    const [text = ''] = renderText(transcript, {
      limit: maxTextBytes,
      measure: 'bytes',
      reference: followUpReference(request),
    });
    return { ContactId: contactOf(request), Description: text };
  };

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: oneLine(request.followUp.title, maxSubjectLength),
    ...(typeOf(request) === 'Case' ? toCase(request) : toTask(request)),
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
