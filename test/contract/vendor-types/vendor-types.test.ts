import { describe, expect, test } from '@jest/globals';
import { isRecord } from '../../../lambda/crm/http/answer.ts';
import type { FollowUpKind } from '../../../lambda/crm/port/adapter.ts';
import { aConversation, aFollowUp, anEntry } from '../../fixtures/conversation.ts';
import type { Received, Reply } from '../../support/fake-server.ts';
import { invalid } from '../../support/fake-zendesk-store.ts';
import { aPerson, log, one, upsert } from '../driving.ts';
import type { Subject } from '../subject.ts';
import { pipedrive } from '../subjects/pipedrive.ts';
import { zendesk } from '../subjects/zendesk.ts';
import { declared, type Trial, useTrial } from '../trial.ts';
import { compile, type SentPart } from './compile.ts';

type Vendor = {
  readonly subject: Subject;
  readonly ownerId: string;
  readonly hasTypedQueries: boolean;
  /** The answer for a log that cannot be added to any more. */
  readonly closed?: Reply;
};

/** The vendors whose library for JavaScript is small enough to install. Each has a file here. */
const vendors: Readonly<Record<string, Vendor>> = {
  pipedrive: { subject: pipedrive, ownerId: '7011', hasTypedQueries: true },
  zendesk: {
    subject: zendesk,
    ownerId: '900123',
    hasTypedQueries: false,
    closed: invalid({ status: { description: 'Status: closed prevents ticket update' } }),
  },
};

describe.each(Object.entries(vendors))("%s: the types of the vendor's library", (name, vendor) => {
  const trial = useTrial(vendor.subject);

  test('have all that is sent, and refuse every key of it misspelt and every value of another type', async () => {
    await sendAll(trial(), vendor);
    const parts = partsOf(trial().crm.server.requests, vendor);
    const wrong = parts.flatMap(({ request, value }) =>
      [...mistakesIn(value)].map((each) => ({ request, value: each })),
    );
    const words = await compile(name, [...parts, ...wrong]);
    const accepted = [...parts, ...wrong].filter((_, at) => words[at] === undefined);
    expect(words.slice(0, parts.length)).toEqual(parts.map(() => undefined));
    expect(accepted).toEqual(parts);
  });
});

/** Every kind of request that an adapter makes, with all that it can hold. */
async function sendAll(trial: Trial, { subject, ownerId, closed }: Vendor): Promise<void> {
  const { adapter, crm, contacts, failWrite } = trial;
  const { field, customerIdField } = declared(subject.contacts);
  await adapter.check();

  const customerIdOf = (value: string) => ({ field: declared(customerIdField), value });
  const fields = [{ name: field, value: 'Gold', overwrite: true }];
  const person = aPerson({ phone: '+420601123456', customerId: customerIdOf('1'), fields, ownerId });
  const contactId = await upsert(adapter, person);
  await upsert(adapter, person, contactId);
  contacts().add({ name: 'jan', email: 'jan@example.com', customerId: '2' });
  await upsert(adapter, aPerson({ email: null, phone: '+420601999888', customerId: customerIdOf('2'), fields }));
  contacts().add({ name: 'Petr', phone: '+420601222333' });
  await upsert(adapter, aPerson({ email: 'petr@example.com', phone: '+420601222333' }));
  crm.server.inject({ on: contacts().isLookup, how: contacts().nobody });
  await upsert(adapter, aPerson());

  const missed = { ...anEntry(aConversation({ outcome: 'missed' }), contactId), ownerId };
  await log(adapter, missed);
  const chat = aConversation({ id: '208:2', channelId: '2' });
  const rated = { ...chat, rating: { score: 1, comment: 'Too slow' } };
  const id = await log(adapter, anEntry(chat, contactId));
  if (closed !== undefined) failWrite(closed);
  const continued = await adapter.updateConversation(anEntry(rated, contactId), id);
  await adapter.updateConversation(anEntry({ ...rated, rating: { score: 2, comment: null } }, contactId), continued);
  await declared(adapter.findConversation)(anEntry(rated, contactId));

  const kinds = Object.keys(subject.followUps) as FollowUpKind[];
  for (const kind of kinds) {
    const { create, find } = declared(adapter.followUps);
    const request = { ...missed, followUp: aFollowUp({ kind }) };
    await one(create, request);
    await find(request);
  }
}

/** The body or the query of each request, without repetitions. */
function partsOf(requests: readonly Received[], { hasTypedQueries }: Vendor): readonly SentPart[] {
  const parts = requests.flatMap(({ method, path, query, body }): readonly SentPart[] => {
    const request = `${method} ${path.replaceAll(/\/\d+(?=\/|$)/g, '/{id}')}`;
    if (body !== undefined) return [{ request, value: body }];
    return hasTypedQueries && query.size > 0 ? [{ request, value: Object.fromEntries(query) }] : [];
  });
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
}

/** Their keys are the customer's own. */
const untyped = ['custom_fields', 'user_fields'];

/** Copies with one key misspelt, or one value of a type that no key has. */
function* mistakesIn(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) for (const wrong of mistakesIn(item)) yield value.with(at, wrong);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...others } = value;
      yield { ...others, [`${key}_`]: item };
      if (!untyped.includes(key)) for (const wrong of mistakesIn(item)) yield { ...value, [key]: wrong };
    }
  } else {
    yield [[]];
  }
}
