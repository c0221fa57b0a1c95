import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient, type HttpClient } from '../../../lambda/crm/http/http.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { erasureDays } from '../../../lambda/store/erasure.ts';
import { createSharedToken } from '../../../lambda/store/tokens.ts';
import { readStored } from '../../lib/crms/credentials.ts';
import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { findPerson } from '../../lib/person/find-person.ts';
import {
  bodiesCounted,
  counted,
  lookedText,
  mentionLines,
  type Person,
  type PersonOptions,
  type PersonQuery,
  readPersonQuery,
} from '../../lib/person/person.ts';
import { confirm } from '../../lib/terminal/ask.ts';
import { exitCodes, Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { noteWrapped, plural, print, printable, printJson, wrapped } from '../../lib/terminal/output.ts';
import { createTimes, timezoneOf } from '../../lib/time.ts';
import { type Erasure, erasePerson } from './erase-person.ts';
import { keptForAWhile, type NotesAt, notErasedLines, notErasedOf, notesOf } from './not-erased.ts';

type Options = PersonOptions & { readonly dryRun: boolean; readonly yes: boolean; readonly json: boolean };

export async function erase({ options, openDeployment }: Invocation<Options>): Promise<void> {
  const query = readPersonQuery(options);
  const deployment = await openDeployment();
  if (options.dryRun) return printFound(deployment, query, options);
  const seen = await findPerson(deployment, query, { queues: 'leave alone' });
  const found = seen.chats.length + seen.bodies.length === 0 ? '' : `${counted(seen)}, and `;
  await confirm(`Erase ${found}what is on the queues, for good`, options);
  await eraseAll(deployment, query, options);
}

type Output = { readonly json: boolean };

/** After Ctrl-C the current chat is still erased completely. */
async function eraseAll(deployment: Deployment, query: PersonQuery, options: Output): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  try {
    const erased = await findAndErase(deployment, query, signal);
    const { erasure, person, kept } = erased;
    const { removedFrom: _, ...counts } = erasure;
    if (options.json) printJson({ ...counts, kept, mentions: person.mentions, lookedThrough: person.looked });
    else print(erasureText(erased));
    if (signal.aborted) {
      throw new Interrupted(
        `Stopped after ${erasure.chats} of ${plural(person.chats.length, 'chat')}. Run the same command again for the rest.`,
      );
    }
    if (erasure.failed.length > 0) process.exitCode = exitCodes.failed;
  } finally {
    release();
  }
}

async function printFound(deployment: Deployment, query: PersonQuery, { json }: Output): Promise<void> {
  const found = await findErasable(deployment, query);
  if (!json) return print(foundText(found, timezoneOf(deployment)));
  const { person, notes, left } = found;
  const chats = person.chats.map(({ conversationId }) => conversationId);
  const { bodies, contacts, mentions, looked } = person;
  printJson({ chats, bodies: bodies.length, contacts: contacts.length, notes, left, mentions, lookedThrough: looked });
}

/** A person's data, before anything is erased. */
type Erasable = {
  readonly person: Person;
  readonly notes: readonly NotesAt[];
  /** Would stay in the CRMs. */
  readonly left: readonly string[];
};

type Erased = {
  readonly erasure: Erasure;
  readonly person: Person;
  /** By the CRMs, for a while. */
  readonly kept: readonly string[];
};

export async function findErasable(deployment: Deployment, query: PersonQuery): Promise<Erasable> {
  const person = await findPerson(deployment, query, { queues: 'look' });
  return withAdapters(deployment, async (adapterOf) => ({
    person,
    notes: await notesOf(person.chats, adapterOf),
    left: notErasedLines(await notErasedOf(person, adapterOf)),
  }));
}

/** Once the signal is aborted, the current chat is still erased completely. */
export async function findAndErase(deployment: Deployment, query: PersonQuery, signal: AbortSignal): Promise<Erased> {
  return withAdapters(deployment, async (adapterOf, now) => {
    const person = await findPerson(deployment, query, { queues: 'take off' });
    const erasure = await erasePerson(person, { deployment, adapterOf, now, signal, tellLeft });
    return { erasure, person, kept: keptForAWhile(deployment.config(), erasure.removedFrom) };
  });
}

/** At once: should this fail before its end, nothing else would say so. */
function tellLeft(lines: readonly string[]): void {
  for (const line of lines) noteWrapped(`Left in the CRM, for you to remove: ${printable(line)}`);
}

async function withAdapters<T>(
  deployment: Deployment,
  act: (adapterOf: ReturnType<typeof createAdapterOf>, now: () => Date) => Promise<T>,
): Promise<T> {
  const now = () => new Date();
  const http = createHttpClient({ now });
  try {
    return await act(createAdapterOf({ deployment, http, now }), now);
  } finally {
    http.close();
  }
}

type AdapterContext = {
  readonly deployment: Pick<Deployment, 'table' | 'secrets' | 'destinations' | 'config'>;
  readonly http: HttpClient;
  readonly now: () => Date;
};

/**
 * Creates the destinations' adapters with their own credentials; undefined for a destination that is not configured.
 */
function createAdapterOf({ deployment, http, now }: AdapterContext) {
  const { table, secrets, destinations } = deployment;
  const config = deployment.config();
  const made = new Map<string, Promise<CrmAdapter>>();

  const make = (name: string): Promise<CrmAdapter> | undefined => {
    const settings = config.destinations.find((each) => each.name === name);
    const secretId = destinations[name];
    if (settings === undefined || secretId === undefined) return undefined;
    return createAdapter(settings, {
      http,
      now,
      timezone: config.timezone,
      language: config.language,
      token: createSharedToken(table, { destination: name, now, sleep }),
      secret: () => readStored(secrets, secretId),
    });
  };

  return async (name: string): Promise<CrmAdapter | undefined> => {
    const known = made.get(name) ?? make(name);
    if (known !== undefined) made.set(name, known);
    return known;
  };
}

export function foundText({ person, notes, left }: Erasable, timezone: string): string {
  const times = createTimes(timezone, new Date());
  const chats = person.chats.map(
    ({ conversationId, receivedAt }) =>
      `${printable(conversationId)}  received ${times.short(receivedAt.toISOString())}`,
  );
  const removed = notes
    .filter(({ isRemovable }) => isRemovable)
    .map((each) => `${each.destination}: ${noteCount(each)}`);
  return [
    `Found: ${counted(person)}. Nothing was changed.`,
    ...[lookedText(person.looked), ...mentionLines(person.mentions)].flatMap((line) => wrapped(line)),
    ...section(`Chats here (times are those of ${timezone}):`, chats),
    ...section('Would be removed from the CRMs:', removed),
    ...section('Would be left in the CRMs, for you to remove:', left),
  ].join('\n');
}

const noteCount = ({ count, doubtful }: NotesAt): string =>
  `${plural(count, 'note')}${doubtful > 0 ? `, and ${doubtful} that may be there` : ''}`;

export function erasureText({ erasure, person, kept }: Erased): string {
  const { chats, notes, bodies, left, failed } = erasure;
  const erased = [
    ...(chats > 0 ? [`${plural(chats, 'chat')} here`] : []),
    ...(notes > 0 ? [`${plural(notes, 'note')} in the CRMs`] : []),
    ...(bodies > 0 ? bodiesCounted(person.bodies) : []),
  ];
  return [
    `Erased: ${erased.join(', ') || 'nothing'}.`,
    ...[lookedText(person.looked), ...mentionLines(person.mentions)].flatMap((line) => wrapped(line)),
    ...(chats > 0
      ? [`Copies of ${chats === 1 ? 'this chat' : 'these chats'} that come within ${erasureDays} days are discarded.`]
      : []),
    ...section('Kept by the CRMs for a while:', kept),
    ...section('Left in the CRMs, for you to remove:', left),
    ...section('Failed; fix the cause, and run the same command again:', failed),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0
    ? []
    : [title, ...lines.flatMap((line) => wrapped(printable(line), { first: '  ', next: '    ' }))];
