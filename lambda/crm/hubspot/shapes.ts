/** What this adapter relies on in HubSpot's answers, checked before it is relied on. */

/** Every value is a string, or null where there is none. */
export type Properties = Readonly<Record<string, string | null>>;
export type Stored = { readonly id: string; readonly createdAt?: string; readonly properties: Properties };
type Paging = { readonly next?: { readonly after: string } };

export const hasId = (value: unknown): value is { readonly id: string } =>
  isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';

export const isStored = (value: unknown): value is Stored =>
  hasId(value) && hasProperties(value) && (!('createdAt' in value) || typeof value.createdAt === 'string');

export const isBatch = (value: unknown): value is { readonly results: readonly Stored[] } =>
  isRecord(value) && Array.isArray(value['results']) && value['results'].every(isStored);

/** A contact read with `associations=notes`. One that has no notes has no `associations` either. */
export function isContactWithNotes(value: unknown): value is {
  readonly associations?: { readonly notes?: { readonly results: readonly { id: string }[]; paging?: Paging } };
} {
  if (!hasId(value)) return false;
  const associations = 'associations' in value ? value.associations : undefined;
  if (associations === undefined) return true;
  if (!isRecord(associations)) return false;
  const notes = associations['notes'];
  return notes === undefined || (isPage(notes) && notes.results.every(hasId));
}

/** A page of the list of associations. */
export const isAssociations = (
  value: unknown,
): value is { readonly results: readonly { toObjectId: string | number }[]; readonly paging?: Paging } =>
  isPage(value) && value.results.every((result) => isRecord(result) && /^\d+$/.test(String(result['toObjectId'])));

/** 409: `Contact already exists. Existing ID: 12345`, the only place where the id is given. */
export const isConflict = (value: unknown): value is { readonly message: string } =>
  isRecord(value) && typeof value['message'] === 'string' && existingId(value['message']) !== undefined;

export const existingId = (message: string) => /Existing ID: (\d+)/.exec(message)?.[1];

function isPage(value: unknown): value is { readonly results: readonly unknown[]; readonly paging?: Paging } {
  if (!isRecord(value) || !Array.isArray(value['results'])) return false;
  const paging = value['paging'];
  if (paging === undefined) return true;
  if (!isRecord(paging)) return false;
  const next = paging['next'];
  return next === undefined || (isRecord(next) && typeof next['after'] === 'string');
}

function hasProperties(value: object): value is { readonly properties: Properties } {
  if (!('properties' in value) || !isRecord(value.properties)) return false;
  return Object.values(value.properties).every((property) => property === null || typeof property === 'string');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
