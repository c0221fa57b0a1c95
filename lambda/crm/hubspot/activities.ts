import { contactOf, writtenSince } from '../notes/entry.ts';
import type { Entry } from '../port/adapter.ts';
import type { NewObject } from './batches.ts';
import type { HubspotClient } from './client.ts';
import type { ObjectType, Stored, Values } from './shapes.ts';

/**
 * `HUBSPOT_DEFINED` association types (https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide).
 */
const toContact = { notes: 202, tasks: 204, tickets: 16 } as const;
export type ActivityType = keyof typeof toContact & ObjectType;

/** With more activities than this, older ones are dropped before any body is read. */
const fewActivities = 25;

export function newActivity(
  type: ActivityType,
  entry: Entry,
  properties: Values,
  isCreatedAs: NewObject['isCreatedAs'],
): NewObject {
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: toContact[type] }];
  return { properties, associations: [{ to: { id: contactOf(entry) }, types }], isCreatedAs };
}

/** The activities that may belong to the conversation, newest first. */
export async function activitiesOf(
  client: HubspotClient,
  type: ActivityType,
  entry: Entry,
  bodyProperty: string,
): Promise<readonly { readonly id: string; readonly body: string }[]> {
  const ids = await client.idsOn(contactOf(entry), type);
  const likely = ids.length <= fewActivities ? ids : await madeAfter(client, type, ids, entry);
  const activities = await client.read(type, likely, [bodyProperty], { bodies: true });
  return [...activities]
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map(({ id, properties }) => ({ id, body: properties[bodyProperty] ?? '' }));
}

async function madeAfter(
  client: HubspotClient,
  type: ActivityType,
  ids: readonly string[],
  entry: Entry,
): Promise<readonly string[]> {
  const since = writtenSince(entry);
  const isSince = ({ createdAt }: Stored) => Date.parse(createdAt) >= since.getTime();
  return (await client.read(type, ids, [])).filter(isSince).map(({ id }) => id);
}
