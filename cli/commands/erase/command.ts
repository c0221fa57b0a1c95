import type { Command } from 'commander';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { erasureDays } from '../../../lambda/store/erasure.ts';
import { type Deployment, openDeployment } from '../../lib/deployment/deployment.ts';
import { exitCodes, Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { example, jsonOption } from '../../lib/options.ts';
import { createAdapterOf } from './adapters.ts';
import { bodiesCounted, counted, many } from '../../lib/counted.ts';
import { type Erasure, erasePerson } from './erase-person.ts';
import { findPerson, type Person } from '../../lib/find-person.ts';
import { leftLines, leftOfPerson } from './not-erased.ts';
import { type NotesAt, notesOf } from './notes-of.ts';
import { whoOptions } from '../../lib/person-options.ts';
import { type Who, type WhoOptions, whoIs } from '../../lib/who.ts';
import { confirm } from '../../lib/terminal/confirm.ts';
import { printable } from '../../lib/terminal/escape.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';
import { timezoneOf } from '../../lib/timezone.ts';

type Options = WhoOptions & { readonly dryRun?: true; readonly yes?: true; readonly json?: true };

export function erase(program: Command): void {
  const command = program
    .command('erase')
    .description('Erases one person: every chat here, on the queues too, and the notes that were written in the CRMs.')
    .option('--dry-run', 'shows what would be erased, and changes nothing')
    .option('--yes', 'does not ask')
    .addHelpText('after', example('erase --email eva@example.com --dry-run', 'to see what there is'));
  for (const option of [...whoOptions(), jsonOption()]) command.addOption(option);
  command.action(async (options: Options, command: Command) => {
    const who = whoIs(options);
    const deployment = await openDeployment(command);
    if (options.dryRun) return tellFound(deployment, who, options);
    const seen = await findPerson(deployment, who, { queues: 'leave alone' });
    const found = seen.chats.length + seen.bodies.length === 0 ? '' : `${counted(seen)}, and `;
    await confirm(`Erase ${found}what is on the queues, for good`, options);
    await eraseAll(deployment, who, options);
  });
}

/** Ctrl-C lets the chat that is being erased be erased whole, and no other begin. */
async function eraseAll(deployment: Deployment, who: Who, options: Options): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  try {
    const { erasure, person } = await withAdapters(deployment, async (adapterOf, now) => {
      const person = await findPerson(deployment, who, { queues: 'take off' });
      return { person, erasure: await erasePerson(person, { deployment, adapterOf, now, signal }) };
    });
    if (options.json) printJson(erasure);
    else print(erasureText(erasure, person));
    if (signal.aborted) {
      throw new Interrupted(
        `Stopped after ${erasure.chats} of ${many(person.chats.length, 'chat')}. Run the same again for the rest.`,
      );
    }
    if (erasure.failed.length > 0) process.exitCode = exitCodes.failed;
  } finally {
    release();
  }
}

async function tellFound(deployment: Deployment, who: Who, { json }: Options): Promise<void> {
  const person = await findPerson(deployment, who, { queues: 'look' });
  const { notes, left } = await withAdapters(deployment, async (adapterOf) => ({
    notes: await notesOf(person.chats, adapterOf),
    left: leftLines(await leftOfPerson(person, adapterOf)),
  }));
  if (!json) return print(foundText(person, { notes, left }, timezoneOf(deployment)));
  const chats = person.chats.map(({ conversationId }) => conversationId);
  printJson({ chats, bodies: person.bodies.length, contacts: person.contacts.length, notes, left });
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
    ...section(`Chats here (times are those of ${timezone}):`, chats),
    ...section('Would be removed from the CRMs:', removed),
    ...section('Would be left for you to do in the CRMs, if they are to go too:', left),
  ].join('\n');
}

/** `3 notes`; `3 notes, and 1 that may be there`. */
const noteCount = ({ count, doubtful }: NotesAt): string =>
  `${many(count, 'note')}${doubtful > 0 ? `, and ${doubtful} that may be there` : ''}`;

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

function erasureText({ chats, notes, bodies, left, failed }: Erasure, person: Person): string {
  const erased = [
    ...(chats > 0 ? [`${many(chats, 'chat')} here`] : []),
    ...(notes > 0 ? [`${many(notes, 'note')} in the CRMs`] : []),
    ...(bodies > 0 ? bodiesCounted(person.bodies) : []),
  ];
  return [
    `Erased: ${erased.join(', ') || 'nothing'}.`,
    ...(chats > 0
      ? [`What still comes of ${chats === 1 ? 'this chat' : 'these chats'} within ${erasureDays} days is thrown away.`]
      : []),
    ...section('Left for you to do in the CRMs, if they are to go too:', left),
    ...section('Did not work; mend it and run the same again:', failed),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0
    ? []
    : [title, ...lines.flatMap((line) => wrapped(printable(line), { first: '  ', next: '    ' }))];
