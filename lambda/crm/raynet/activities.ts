import { oneLine } from '../../conversation/clean-text.ts';
import type { Conversation } from '../../conversation/model.ts';
import { renderHtml } from '../../conversation/transcript/formats.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/answer.ts';
import { transcriptOf } from '../notes/entry.ts';
import { describedIn } from '../notes/follow-up.ts';
import { logAsNotes, notesIn } from '../notes/notes.ts';
import type { Entry, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { maxConcurrentCalls, type RaynetClient } from './client.ts';
import type { RaynetSettings } from './settings.ts';

/** Bytes. Raynet documents no limit; this fits a text column of the usual databases. */
const maxPartLength = 60_000;
const maxTitleLength = 200;

/** Each part is an event, found again by its external id. */
export function createNotes(
  client: RaynetClient,
  { owners }: Pick<RaynetSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>,
) {
  const render = notesIn(renderHtml, { limit: maxPartLength, measure: 'bytes' }, deps);

  const { logConversations, ...log } = logAsNotes({
    render,
    create: (entry, html, part) => {
      const { headline } = transcriptOf(entry, deps);
      const times = timesOf(entry.conversation, deps.now());
      return client.create('event', newEvent(entry, html, part, { headline, owner: ownerOf(entry, owners), times }));
    },
    update: (id, html, entry) =>
      client.update('event', id, changedEvent(entry, html, transcriptOf(entry, deps).headline)),
    remove: (id) => client.remove('event', id),
    exists: async (id) => (await client.read('event', id)) !== undefined,
    list: async (entry) => {
      const found: { id: string; body: string }[] = [];
      for (const part of render(entry).keys()) {
        const event = await client.readByExternalId('event', eventIdOf(entry.conversation.id, part));
        if (event !== undefined) found.push({ id: String(event.id), body: String(event['description']) });
      }
      return found;
    },
  });
  return { ...log, logConversations: { ...logConversations, maxSize: maxConcurrentCalls } };
}

export function createFollowUps(
  client: RaynetClient,
  { owners }: Pick<RaynetSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const description = describedIn(renderHtml, deps);
  return {
    create: oneByOne(
      (request) => client.create('task', newTask(request, description(request), ownerOf(request, owners))),
      maxConcurrentCalls,
    ),
    find: async (request) => {
      const task = await client.readByExternalId('task', taskIdOf(request));
      return task && String(task.id);
    },
  };
}

/** Raynet requires an owner, so another takes the place of one who has left. */
function ownerOf({ ownerId, refused }: Entry, { fallback, agents = {} }: RaynetSettings['owners']): string {
  const gone = refused.flatMap(({ part, value }) => (part === 'owner' ? value : []));
  return ownerId ?? [fallback, ...Object.values(agents)].find((id) => !gone.includes(id)) ?? fallback;
}

type ChatTimes = { readonly from: string; readonly till: string };

function timesOf({ startedAt, endedAt, messages }: Conversation, now: Date): ChatTimes {
  const from = startedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt ?? endedAt ?? now.toISOString();
  return { from: withOffset(from), till: withOffset(endedAt ?? from) };
}

const newEvent = (
  { contactId, conversation }: Entry,
  html: string,
  part: number,
  { headline, owner, times }: { readonly headline: string; readonly owner: string; readonly times: ChatTimes },
): JsonObject => ({
  title: oneLine(headline, maxTitleLength),
  priority: 'DEFAULT',
  owner: Number(owner),
  person: Number(contactId),
  scheduledFrom: times.from,
  scheduledTill: times.till,
  completed: times.till,
  description: html,
  tags: ['smartsupp'],
  extId: eventIdOf(conversation.id, part),
});

/** A participant without an id is added (`TaskEditDtoParticipantsInner` of Raynet's OpenAPI). */
const changedEvent = ({ contactId, contactChanged }: Entry, html: string, headline: string): JsonObject => ({
  title: oneLine(headline, maxTitleLength),
  description: html,
  ...(contactChanged === true && { participants: [{ person: Number(contactId) }] }),
});

const eventIdOf = (conversationId: string, part: number) =>
  part === 0 ? `smartsupp:${conversationId}` : `smartsupp:${conversationId}:part-${part + 1}`;

const newTask = (request: FollowUpRequest, html: string, owner: string): JsonObject => ({
  title: oneLine(request.followUp.title, maxTitleLength),
  priority: 'DEFAULT',
  owner: Number(owner),
  resolver: Number(owner),
  deadline: withOffset(request.followUp.dueAt),
  person: Number(request.contactId),
  description: html,
  tags: ['smartsupp'],
  extId: taskIdOf(request),
});

const taskIdOf = ({ conversation, followUp }: FollowUpRequest) =>
  `smartsupp:${conversation.id}:follow-up-${followUp.reason}`;

/** Raynet's ISO 8601, `2022-01-01T12:00:00.000+01:00`, has no `Z`. */
const withOffset = (instant: string) => instant.replace(/Z$/, '+00:00');
