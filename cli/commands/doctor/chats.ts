import { isAhead } from '../../../lambda/delivery/delivery.ts';
import { type SeenDeviation, seenDeviations } from '../../../lambda/store/deviations.ts';
import type { DeliveryRecord } from '../../../lambda/store/lists.ts';
import { type ChatRecord, createRecords, type RejectedRecord } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import { type Deployment, depthOf } from '../../lib/deployment/deployment.ts';
import { canReplay } from '../../lib/rejected.ts';
import { plural } from '../../lib/terminal/output.ts';
import { daysBefore, inWords } from '../../lib/time.ts';
import { type Finding, findingsOf, ok, problem, warning } from './findings.ts';

/** The sweep runs every minute: what waits longer was not swept. */
const maxWaitMs = 15 * 60_000;
const maxCounted = 1000;
const maxRefusedShown = 5;

export async function checkChats(deployment: Deployment): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    findingsOf('queue', () => checkQueue(deployment)),
    findingsOf('chats', () => checkRecords(deployment)),
    findingsOf('skipped', () => checkSkipped(deployment)),
  ]);
  return findings.flat();
}

async function checkQueue(deployment: Deployment): Promise<readonly Finding[]> {
  const { outputs, commandLine } = deployment;
  const [{ messages, inFlight }, dead] = await Promise.all([
    depthOf(deployment, outputs.QueueUrl),
    depthOf(deployment, outputs.DeadLetterQueueUrl),
  ]);
  return [
    ok('queue', `${messages} ready, ${inFlight} in flight or delayed`),
    dead.messages === 0
      ? ok('dead letters', 'none')
      : problem(
          'dead letters',
          `${dead.messages} messages crashed the function.`,
          commandLine('replay --dead-letters'),
        ),
  ];
}

async function checkRecords(deployment: Deployment): Promise<readonly Finding[]> {
  const records = createRecords(deployment.table);
  const now = new Date();
  const [latest, parked, pending, held, warned, rejected, oldest, deviations] = await Promise.all([
    collect(records.chats(), 1),
    collect(records.deliveries('parked'), maxCounted),
    collect(records.deliveries('pending'), maxCounted),
    collect(records.deliveries('held'), maxCounted),
    collect(records.deliveries('warned'), maxCounted),
    collect(records.rejected({ since: daysBefore(now, 7) }), maxCounted),
    collect(records.spooled(), 1),
    collect(seenDeviations(deployment.table)),
  ]);
  return [
    ...latestFindings(latest, now),
    ...parkedFindings(deployment, parked),
    ...waitingFindings(deployment, pending, now),
    ...heldFindings(deployment, held),
    ...warnedFindings(deployment, warned, daysBefore(now, 7)),
    ...rejectedFindings(deployment, rejected),
    ...oldest.flatMap((receivedAt) => spooledFindings(now.getTime() - Date.parse(receivedAt))),
    ...deviations.map(deviationFinding),
  ];
}

function deviationFinding({ deviation, chats, firstSeenAt, lastSeenAt }: SeenDeviation): Finding {
  const [pointer = '', rule = ''] = deviation.split(' ');
  const days = `${firstSeenAt.slice(0, 10)} to ${lastSeenAt.slice(0, 10)}`;
  return warning(
    'format',
    `${pointer} was not as documented (${rule}) in ${plural(chats, 'chat')}, ${days}.`,
    'They were accepted. docs/runbook.md, "Format changed", says what to look at.',
  );
}

/** A rule that lets no chat through is a mistake more often than it is meant. Chats in which nobody wrote do not count. */
async function checkSkipped({ table, destinations, commandLine }: Deployment): Promise<readonly Finding[]> {
  const records = createRecords(table);
  const latest = await collect(records.chats(daysBefore(new Date(), 1)), maxCounted);
  const chats = latest.filter(({ outcome }) => outcome !== 'automatic');
  const deliveries = await records.deliveriesTo(
    Object.keys(destinations),
    chats.map(({ conversationId }) => conversationId),
  );
  return [...Map.groupBy(deliveries, ({ delivery }) => delivery.destination)].flatMap(([name, of]) => {
    if (of.some(({ delivery }) => delivery.state !== 'skipped')) return [];
    const reasons = new Set(of.map(({ delivery }) => delivery.reason ?? ''));
    const text = `Every chat of the last 24 hours (${of.length}) was skipped at ${name}. ${[...reasons].join(' ')}`;
    const remedy = `If that is not meant, change the rule, deploy, then ${commandLine(`replay --state skipped --destination ${name}`)}.`;
    return [warning('skipped', text, remedy)];
  });
}

const latestFindings = (latest: readonly ChatRecord[], now: Date) =>
  latest.length === 0
    ? [ok('last chat', 'none has come yet')]
    : latest.map(({ receivedAt }) => ok('last chat', `${inWords(now.getTime() - Date.parse(receivedAt))} ago`));

function parkedFindings({ destinations, commandLine }: Deployment, parked: readonly DeliveryRecord[]) {
  const isDeployed = ({ delivery }: DeliveryRecord) => Object.hasOwn(destinations, delivery.destination);
  const ours = parked.filter(isDeployed);
  const orphans = Map.groupBy(
    parked.filter((each) => !isDeployed(each)),
    ({ delivery }) => delivery.destination,
  );
  const show = `${commandLine('list --state parked')} shows why; replay sends them again, dismiss marks them as seen.`;
  return [
    ours.length === 0 ? ok('parked', 'none') : warning('parked', `${were(ours, parked)} given up.`, show),
    ...[...orphans].map(([name, of]) =>
      warning(
        'parked',
        `${were(of, parked)} on the way to ${name}, which is not deployed any more.`,
        `Put it back, deploy, then ${commandLine(`replay --destination ${name}`)}; or ${commandLine('dismiss')} them.`,
      ),
    ),
  ];
}

function warnedFindings({ commandLine }: Deployment, warned: readonly DeliveryRecord[], since: Date) {
  const recent = warned.filter(({ delivery }) => Date.parse(delivery.updatedAt) >= since.getTime());
  if (recent.length === 0) return [ok('warned', 'none in 7 days')];
  const refused = [...new Set(recent.flatMap(({ delivery }) => delivery.warnings))];
  const more = refused.length > maxRefusedShown ? ', and more' : '';
  return [
    warning(
      'warned',
      `${were(recent, warned)} delivered in 7 days without ${refused.slice(0, maxRefusedShown).join(', ')}${more}.`,
      `${commandLine('list --state warned')} shows them. Fix the fields or owners in the CRM or in forwarder.json.`,
    ),
  ];
}

/** Faults that need somebody to act. Such deliveries are tried only every half hour, and may be fixed before. */
const causes = {
  credentials: 'whose CRM refused the credentials',
  redirected: 'whose CRM answered with a redirect',
} as const;

export function waitingFindings(
  { commandLine }: Pick<Deployment, 'commandLine'>,
  pending: readonly DeliveryRecord[],
  now: Date,
): readonly Finding[] {
  return Object.entries(causes).flatMap(([fault, words]) => {
    const waiting = pending.filter(({ delivery }) => delivery.fault === fault && isAhead(delivery.nextAttemptAt, now));
    const byDestination = Map.groupBy(waiting, ({ delivery }) => delivery.destination);
    return [...byDestination].map(([name, of]) =>
      warning(
        'pending',
        `${plural(of.length, 'chat')} ${of.length === 1 ? 'waits' : 'wait'} for ${name}, ${words}.`,
        `Once that is fixed, ${commandLine(`replay --state pending --destination ${name}`)} sends them at once, and not within 35 minutes.`,
      ),
    );
  });
}

/** How many for each reason: they wait as configured, but somebody should know of it. */
function heldFindings({ commandLine }: Deployment, held: readonly DeliveryRecord[]): readonly Finding[] {
  if (held.length === 0) return [ok('held', 'none')];
  const remedy = `${commandLine('list --state held')} shows which.`;
  return [...Map.groupBy(held, ({ delivery }) => delivery.reason ?? '')].map(([reason, of]) => ({
    ...ok('held', `${of.length}${held.length >= maxCounted ? ' or more' : ''} held. ${reason}`.trim()),
    remedy,
  }));
}

function rejectedFindings({ commandLine }: Deployment, rejected: readonly RejectedRecord[]) {
  if (rejected.length === 0) return [ok('rejected', 'none in 7 days')];
  const list = commandLine('list --state rejected');
  const others = rejected.filter(canReplay);
  const unreadable = rejected.filter((each) => !canReplay(each));
  const notChats = `${were(unreadable, rejected)} refused in 7 days and cannot be chats: not even JSON.`;
  const again = `${list} shows why; replay sends them again, once a release accepts them.`;
  const never = `${list} shows them. No release accepts them, so replay does not help; they expire.`;
  return [
    ...(others.length === 0 ? [] : [warning('rejected', `${were(others, rejected)} refused in 7 days.`, again)]),
    ...(unreadable.length === 0 ? [] : [warning('rejected', notChats, never)]),
  ];
}

const spooledFindings = (waitedMs: number) =>
  waitedMs > maxWaitMs
    ? [problem('sweep', `A chat waits in the table for ${inWords(waitedMs)}.`, 'See the log of sweep.')]
    : [];

const were = ({ length }: readonly unknown[], all: readonly unknown[]) =>
  all.length >= maxCounted ? `${length} or more were` : `${length} ${length === 1 ? 'was' : 'were'}`;
