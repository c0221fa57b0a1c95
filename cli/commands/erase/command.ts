import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient, type HttpClient } from '../../../lambda/crm/http/http.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { createAdapter } from '../../../lambda/crm/registry.ts';
import { erasureDays } from '../../../lambda/store/erasure.ts';
import { createSharedToken } from '../../../lambda/store/tokens.ts';
import { defineCommand, flag, json, yes } from '../../lib/define-command.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { bodiesCounted, counted, findPerson, lookedText, mentionLines, type Person } from '../../lib/find-person.ts';
import { type PersonQuery, personOptions, readPersonQuery } from '../../lib/person-query.ts';
import { confirm } from '../../lib/terminal/ask.ts';
import { exitCodes, Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { plural, print, printable, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';
import { timezoneOf } from '../../lib/timezone.ts';
import { type Erasure, erasePerson } from './erase-person.ts';
import { keptForAWhile } from './kept-for-a-while.ts';
import { notErasedLines, notErasedOf } from './not-erased.ts';
import { type NotesAt, notesOf } from './unconfirmed-notes.ts';

export const erase = defineCommand({
  options: {
    ...personOptions,
    dryRun: flag('shows what would be erased, and changes nothing'),
    yes,
    json,
  },
  example: ['erase --email eva@example.com --dry-run', 'to see what there is'],
  handler: async ({ options, openDeployment }) => {
    const query = readPersonQuery(options);
    const deployment = await openDeployment();
    if (options.dryRun) return printFound(deployment, query, options);
    const seen = await findPerson(deployment, query, { queues: 'leave alone' });
    const found = seen.chats.length + seen.bodies.length === 0 ? '' : `${counted(seen)}, and `;
    await confirm(`Erase ${found}what is on the queues, for good`, options);
    await eraseAll(deployment, query, options);
  },
});

type Output = { readonly json: boolean };

/** After Ctrl-C the current chat is still erased completely. */
async function eraseAll(deployment: Deployment, query: PersonQuery, options: Output): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  try {
    const { erasure, person } = await withAdapters(deployment, async (adapterOf, now) => {
      const person = await findPerson(deployment, query, { queues: 'take off' });
      return { person, erasure: await erasePerson(person, { deployment, adapterOf, now, signal }) };
    });
    const { removedFrom, ...counts } = erasure;
    const kept = keptForAWhile(deployment.config(), removedFrom);
    if (options.json) printJson({ ...counts, kept, mentions: person.mentions, lookedThrough: person.looked });
    else print(erasureText({ ...erasure, kept }, person));
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
  const person = await findPerson(deployment, query, { queues: 'look' });
  const { notes, left } = await withAdapters(deployment, async (adapterOf) => ({
    notes: await notesOf(person.chats, adapterOf),
    left: notErasedLines(await notErasedOf(person, adapterOf)),
  }));
  if (!json) return print(foundText(person, { notes, left }, timezoneOf(deployment)));
  const chats = person.chats.map(({ conversationId }) => conversationId);
  const { bodies, contacts, mentions, looked } = person;
  printJson({ chats, bodies: bodies.length, contacts: contacts.length, notes, left, mentions, lookedThrough: looked });
}

type InCrms = { readonly notes: readonly NotesAt[]; readonly left: readonly string[] };

function foundText(person: Person, { notes, left }: InCrms, timezone: string): string {
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
    lookedText(person.looked),
    ...mentionLines(person.mentions),
    ...section(`Chats here (times are those of ${timezone}):`, chats),
    ...section('Would be removed from the CRMs:', removed),
    ...section('Would be left in the CRMs, for you to remove:', left),
  ].join('\n');
}

const noteCount = ({ count, doubtful }: NotesAt): string =>
  `${plural(count, 'note')}${doubtful > 0 ? `, and ${doubtful} that may be there` : ''}`;

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

function erasureText(
  { chats, notes, bodies, kept, left, failed }: Erasure & { readonly kept: readonly string[] },
  person: Person,
): string {
  const erased = [
    ...(chats > 0 ? [`${plural(chats, 'chat')} here`] : []),
    ...(notes > 0 ? [`${plural(notes, 'note')} in the CRMs`] : []),
    ...(bodies > 0 ? bodiesCounted(person.bodies) : []),
  ];
  return [
    `Erased: ${erased.join(', ') || 'nothing'}.`,
    lookedText(person.looked),
    ...mentionLines(person.mentions),
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

type AdapterContext = {
  readonly deployment: Pick<Deployment, 'table' | 'secrets' | 'destinations' | 'config'>;
  readonly http: HttpClient;
  readonly now: () => Date;
};

/**
 * Creates the destinations' adapters with their own credentials; undefined for a destination that is not configured.
 */
export function createAdapterOf({ deployment, http, now }: AdapterContext) {
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
      secret: async () => {
        const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
        return (await secrets.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '';
      },
    });
  };

  return async (name: string): Promise<CrmAdapter | undefined> => {
    const known = made.get(name) ?? make(name);
    if (known !== undefined) made.set(name, known);
    return known;
  };
}
