import type { Conversation } from '../../conversation/model.ts';
import { renderHtml } from '../../conversation/transcript/html.ts';
import { oneByOne } from '../batches/batch.ts';
import { describedIn } from '../follow-ups/description.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { transcriptOf } from '../notes/entry.ts';
import { logAsNotes } from '../notes/note-parts.ts';
import { referenceOf } from '../notes/reference.ts';
import type { Batch, CrmAdapter, Entry, FollowUpRequest } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createRaynetClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { type ChatTimes, changedEvent, eventIdOf, newEvent, newTask, taskIdOf, withOffset } from './mapping.ts';
import type { RaynetSettings } from './settings.ts';

const defaultBaseUrl = 'https://app.raynet.cz/api/v2';
/** Raynet answers 429 to a client's fifth connection (https://app.raynetcrm.com/api/doc/index-en.html). */
const maxConcurrentCalls = 2;
/** Bytes. Raynet documents no limit; this fits a text column of the usual databases. */
const maxPartLength = 60_000;

export function createRaynetAdapter(settings: RaynetSettings, deps: AdapterDeps): CrmAdapter {
  const { instance, baseUrl = defaultBaseUrl, owners } = settings;
  const client = createRaynetClient({ baseUrl, instance }, deps);
  const { now } = deps;

  /** Raynet requires an owner, so another takes the place of one who has left. */
  const ownerOf = ({ ownerId, refused }: Entry) => {
    const gone = refused.flatMap(({ part, value }) => (part === 'owner' ? value : []));
    const others = [owners.fallback, ...Object.values(owners.agents ?? {})];
    return ownerId ?? others.find((id) => !gone.includes(id)) ?? owners.fallback;
  };
  const description = describedIn(renderHtml, deps);
  const render = (entry: Entry) =>
    renderHtml(transcriptOf(entry, deps), {
      limit: maxPartLength,
      measure: 'bytes',
      reference: referenceOf(entry.conversation.id),
    });

  const { logConversations, ...log } = logAsNotes({
    render,
    create: (entry, html, part) => {
      const { headline } = transcriptOf(entry, deps);
      const times = timesOf(entry.conversation, now());
      return client.create('event', newEvent(entry, html, part, { headline, owner: ownerOf(entry), times }));
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

  return {
    upsertContacts: limited(createContacts(client, settings)),
    logConversations: { ...logConversations, maxSize: maxConcurrentCalls },
    ...log,
    followUps: {
      create: limited((request: FollowUpRequest) =>
        client.create('task', newTask(request, description(request), ownerOf(request))),
      ),
      find: async (request) => {
        const task = await client.readByExternalId('task', taskIdOf(request));
        return task && String(task.id);
      },
    },
    check: createCheck(client, settings),
  };
}

const limited = <Item, Result>(effect: (item: Item) => Promise<Result>): Batch<Item, Result> => ({
  ...oneByOne(effect),
  maxSize: maxConcurrentCalls,
});

function timesOf({ startedAt, endedAt, messages }: Conversation, now: Date): ChatTimes {
  const from = startedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt ?? endedAt ?? now.toISOString();
  return { from: withOffset(from), till: withOffset(endedAt ?? from) };
}
