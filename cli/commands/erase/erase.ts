import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { findPerson } from '../../lib/person/find-person.ts';
import { counted } from '../../lib/person/person.ts';
import { type PersonOptions, type PersonQuery, readPersonQuery } from '../../lib/person/person-query.ts';
import { confirm } from '../../lib/terminal/ask.ts';
import { exitCodes, Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { plural, print, printJson } from '../../lib/terminal/output.ts';
import { timezoneOf } from '../../lib/time.ts';
import { erase as eraseFound, erasureText, findErasable, foundText } from './erasure.ts';

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
    const erased = await eraseFound(deployment, query, signal);
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
