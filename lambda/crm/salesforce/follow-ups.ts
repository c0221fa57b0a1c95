import { renderText } from '../../conversation/transcript/text.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, FollowUpId, FollowUpRequest, FollowUps } from '../adapter.ts';
import { fulfilled, rejected } from '../batch.ts';
import { cut } from '../cut.ts';
import { followUpMark, isMarked } from '../follow-up-mark.ts';
import { localDay } from '../local-day.ts';
import { mostPerCall, type ObjectType, type SalesforceClient, type Values } from './client.ts';
import { longestSubject } from './mapping.ts';
import { quoted } from './soql.ts';
import { contactOf, since } from './tasks.ts';

/** Of a case's `Description`, which has the room of a task's. */
const longestBytes = 16_000;

/**
 * An open task on the contact with a reminder, since tasks are due on a day; or a case with the transcript. Their status
 * is left to the organisation's own default. There is no lead: in Salesforce that is somebody who is no contact yet.
 */
export function createFollowUps(
  client: SalesforceClient,
  { timezone, language }: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const toTask = (request: FollowUpRequest): Values => ({
    ActivityDate: localDay(request.followUp.dueAt, timezone),
    IsReminderSet: true,
    ReminderDateTime: request.followUp.dueAt,
    WhoId: contactOf(request),
    Description: followUpMark(request),
  });

  /** A transcript that is longer is all there on the contact. */
  const toCase = (request: FollowUpRequest): Values => {
    const transcript = buildTranscript(request.conversation, { timezone, language });
    const [text = ''] = renderText(transcript, {
      limit: longestBytes,
      measure: 'bytes',
      footer: followUpMark(request),
    });
    return { ContactId: contactOf(request), Description: text };
  };

  const toRecord = (request: FollowUpRequest): Values => ({
    Subject: cut(request.followUp.title, longestSubject),
    ...(typeOf(request) === 'Case' ? toCase(request) : toTask(request)),
    ...(request.ownerId !== null && { OwnerId: request.ownerId }),
  });

  async function run(requests: readonly FollowUpRequest[]) {
    const outcomes = new Map<FollowUpRequest, PromiseSettledResult<FollowUpId>>();
    for (const [type, some] of Map.groupBy(requests, typeOf)) {
      const saved = await client.create(`create the ${type.toLowerCase()}`, type, some.map(toRecord));
      for (const [at, one] of saved.entries()) {
        const request = some[at];
        if (request) outcomes.set(request, 'id' in one ? fulfilled(one.id) : rejected(one.error));
      }
    }
    return requests.flatMap((request) => outcomes.get(request) ?? []);
  }

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const type = typeOf(request);
    const contact = `${type === 'Case' ? 'ContactId' : 'WhoId'} = ${quoted(contactOf(request))}`;
    const soql = `SELECT Id,Description FROM ${type} WHERE ${contact}${since(request)} ORDER BY CreatedDate DESC`;
    const records = await client.query(`list the contact's ${type.toLowerCase()}s`, soql);
    return records.find(({ Description: text }) => isMarked(text, request))?.Id;
  }

  return { create: { most: mostPerCall, run }, find };
}

const typeOf = ({ followUp }: FollowUpRequest): ObjectType => (followUp.kind === 'ticket' ? 'Case' : 'Task');
