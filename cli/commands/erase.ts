import type { Command } from 'commander';
import { createHttpClient } from '../../lambda/crm/http/http.ts';
import { type Deployment, openDeployment } from '../deployment/deployment.ts';
import { exitCodes } from '../errors.ts';
import { example, jsonOption } from '../options.ts';
import { createAdapterOf } from '../person/adapters.ts';
import { type Erasure, erasePerson } from '../person/erase-person.ts';
import { findPerson, type Person } from '../person/find-person.ts';
import { whoOptions } from '../person/options.ts';
import { type WhoOptions, whoIs } from '../person/who.ts';
import { confirm } from '../terminal/confirm.ts';
import { printable } from '../terminal/escape.ts';
import { print, printJson } from '../terminal/output.ts';

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
    if (options.dryRun) return tellFound(await findPerson(deployment, who, { queues: 'look' }), options);
    const seen = await findPerson(deployment, who, { queues: 'leave alone' });
    await confirm(`Erase ${counted(seen)}, and what is on the queues, for good`, options);

    const erasure = await eraseAll(deployment, who);
    if (options.json) printJson(erasure);
    else print(erasureText(erasure));
    if (erasure.failed.length > 0) process.exitCode = exitCodes.failed;
  });
}

async function eraseAll(deployment: Deployment, who: ReturnType<typeof whoIs>): Promise<Erasure> {
  const now = () => new Date();
  const http = createHttpClient({ now });
  try {
    const adapterOf = createAdapterOf({ deployment, http, now });
    const person = await findPerson(deployment, who, { queues: 'take off' });
    return await erasePerson(person, { deployment, adapterOf, now });
  } finally {
    http.close();
  }
}

function tellFound(person: Person, { json }: Options): void {
  if (json) {
    printJson({ chats: person.chats.map(({ conversationId }) => conversationId), ...numbers(person) });
    return;
  }
  print(`${counted(person)}. Nothing was changed.`);
  for (const { conversationId, receivedAt } of person.chats) {
    print(`  ${printable(conversationId)}  received ${receivedAt.toISOString()}`);
  }
}

const numbers = ({ bodies, contacts }: Person) => ({ bodies: bodies.length, contacts: contacts.length });

const counted = ({ chats, bodies }: Person) =>
  `${many(chats.length, 'chat')} and ${bodies.length} other ${bodies.length === 1 ? 'body' : 'bodies'}`;

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function erasureText({ chats, notes, bodies, left, failed }: Erasure): string {
  const done = `Erased: ${many(chats, 'chat')} here, ${many(notes, 'note')} in the CRMs, ${bodies} other bodies.`;
  return [
    done,
    ...section('Left for you to do in the CRMs, if they are to go too:', left),
    ...section('Did not work; mend it and run the same again:', failed),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${printable(line)}`)];
