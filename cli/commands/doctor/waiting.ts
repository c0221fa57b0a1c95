import { isAhead } from '../../../lambda/delivery/delivery.ts';
import type { DeliveryRecord } from '../../../lambda/store/records.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { plural } from '../../lib/terminal/output.ts';
import { type Finding, warning } from './findings.ts';

/** What waits for somebody to act, and is tried only every half hour: by then it may be fixed. */
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
