import { companyOf } from './contacts/filling.ts';
import type { ContactRequest, Entry, Person, RefusedValue } from './port/adapter.ts';
import { CrmError, type Refusal } from './port/errors.ts';

/** The request without what the CRM refused; undefined if nothing can be left out. */
type Drop<Request> = (request: Request, refusal: CrmError, isUnchanged: boolean) => Left<Request> | undefined;

type Left<Request> = { readonly request: Request; readonly dropped: readonly RefusedValue[] };

/** Some vendors name one field at a time. */
const maxWrites = 8;

/**
 * Writes, and after a permanent refusal writes again without what was refused. An item of a batch may be refused for
 * another's field, so it may once be sent again unchanged.
 * @throws what `write` throws, once nothing can be left out
 */
export async function writeWithoutRefused<Request, Result>(
  request: Request,
  write: (request: Request) => Promise<Result>,
  drop: Drop<Request>,
): Promise<Left<Request> & { readonly result: Result }> {
  const dropped: RefusedValue[] = [];
  let current = request;
  let isUnchanged = false;
  for (let writes = 1; ; writes += 1) {
    try {
      return { result: await write(current), request: current, dropped };
    } catch (error) {
      const refusal = refusalIn(error);
      const left: Left<Request> | undefined =
        refusal && writes < maxWrites ? drop(current, refusal, isUnchanged) : undefined;
      if (left === undefined) throw error;
      current = left.request;
      isUnchanged = left.dropped.length === 0;
      dropped.push(...left.dropped);
    }
  }
}

/** Statuses about the content. Any other permanent error is about the target, or our own fault. */
const aboutContent: ReadonlySet<number | undefined> = new Set([400, 403, 409, 413, 422]);

/** @param error the CRM's, or one that wraps it */
function refusalIn(error: unknown): CrmError | undefined {
  const cause = error instanceof Error && error.cause instanceof CrmError ? error.cause : error;
  if (!(cause instanceof CrmError) || cause.fault.kind !== 'permanent' || cause.outcomeUnknown) return undefined;
  return aboutContent.has(cause.status) || cause.refused.length > 0 ? cause : undefined;
}

/**
 * Drops from a contact what the CRM refused. If the refusal names nothing that the contact has, drops all but name,
 * address and number; next, all but the name, or every change if the contact exists. After a refused look-up only the
 * extras are dropped, since the contact may exist.
 */
export const dropFromContact: Drop<ContactRequest> = ({ person, known }, refusal, isUnchanged) => {
  const left = without(person, refusal.refused, refusal);
  const isAnothers = left === undefined && refusal.refused.length > 0 && !isUnchanged;
  const then = isAnothers ? { person, dropped: [] } : (left ?? withEssentials(person, refusal));
  return then && { request: { person: then.person, known: refusal.contactId ?? known }, dropped: then.dropped };
};

/** Drops the owner from a note or a follow-up: nothing else in it is optional. */
export const dropFromEntry = <E extends Entry>(
  entry: E,
  refusal: CrmError,
): { readonly request: E; readonly dropped: readonly RefusedValue[] } | undefined => {
  const { refused } = refusal;
  const named = refused.length === 0 ? unnamed('owner', refusal) : refused.find(({ part }) => part === 'owner');
  if (entry.ownerId === null || named === undefined) return undefined;
  const dropped = [valued(named, entry.ownerId, refusal)];
  return { request: { ...entry, ownerId: null, refused: [...entry.refused, ...dropped] }, dropped };
};

type LeftOf = { readonly person: Person; readonly dropped: readonly RefusedValue[] };

function without(person: Person, refused: readonly Refusal[], error: CrmError): LeftOf | undefined {
  const dropped: RefusedValue[] = [];
  let left = person;
  for (const refusal of refused) {
    const [smaller, value] = withoutOne(left, refusal);
    if (value === undefined) continue;
    left = smaller;
    dropped.push(valued(refusal, value, error));
  }
  return dropped.length === 0 ? undefined : { person: left, dropped };
}

/** @returns the value that was left out; undefined if the person has none */
function withoutOne(person: Person, { part, field }: Refusal): readonly [Person, string | undefined] {
  const { email, phone, typedPhone = null, name, countryCode, customerId, ownerId, fields, unusable } = person;
  // A configured field replaces the standard one of the same name.
  const configured = fields.find((each) => each.name === field);
  if (configured !== undefined) {
    return [{ ...person, fields: fields.filter((each) => each !== configured) }, String(configured.value)];
  }
  if (customerId !== null && (part === 'customerId' || customerId.field === field)) {
    return [{ ...person, customerId: null }, customerId.value];
  }
  switch (part) {
    case 'email':
      return [{ ...person, email: null, unusable: withText(unusable, email) }, email ?? undefined];
    case 'phone':
      return [
        { ...person, phone: null, typedPhone: null, unusable: withText(unusable, phone ?? typedPhone) },
        phone ?? typedPhone ?? undefined,
      ];
    case 'name':
      return [{ ...person, name: null }, name ?? undefined];
    case 'company':
      return [{ ...person, company: '' }, companyOf(person) ?? undefined];
    case 'country':
      return [{ ...person, countryCode: null }, countryCode ?? undefined];
    case 'owner':
      return [{ ...person, ownerId: null }, ownerId ?? undefined];
    case 'unusable':
      return [
        { ...person, unusable: [], typedPhone: null },
        [...unusable, typedPhone ?? []].flat().join(', ') || undefined,
      ];
    case 'customerId':
    case 'changes':
    case 'field':
      return [person, undefined];
  }
}

const withText = (texts: readonly string[], text: string | null) =>
  text === null || texts.includes(text) ? texts : [...texts, text];

function withEssentials(person: Person, refusal: CrmError): LeftOf | undefined {
  const named = (part: Refusal['part'], field?: string) => unnamed(part, refusal, field);
  const extras = without(
    person,
    [
      ...person.fields.map(({ name }) => named('field', name)),
      named('customerId', person.customerId?.field),
      named('owner'),
      named('company'),
      named('country'),
    ],
    refusal,
  );
  if (extras !== undefined || refusal.isLookUp) return extras;
  if (refusal.contactId !== undefined) return unchanged(person, refusal);
  return without(person, [named('email'), named('phone')], refusal) ?? without(person, [named('unusable')], refusal);
}

/** The contact exists and refuses changes, so it stays as it is. */
function unchanged(person: Person, refusal: CrmError): LeftOf | undefined {
  const { email, phone, name } = person;
  if (email === null && phone === null && name === null) return undefined;
  const left = { ...person, email: null, phone: null, typedPhone: null, name: null };
  return { person: left, dropped: [valued(unnamed('changes', refusal, 'contact'), '', refusal)] };
}

const unnamed = (part: Refusal['part'], { status }: CrmError, field: string = part): Refusal => ({
  part,
  field,
  code: status === undefined ? 'refused' : String(status),
});

const valued = (refusal: Refusal, value: string, { vendor = 'The CRM' }: CrmError): RefusedValue => ({
  ...refusal,
  vendor,
  value,
});
