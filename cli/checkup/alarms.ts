import type { Deployment } from '../deployment/deployment.ts';
import { createTimes } from '../terminal/time.ts';
import { timezoneOf } from '../timezone.ts';
import { type Finding, ok, warning } from './finding.ts';

const subject = 'alarms';

/** The alarms that are raised, each with where to read on; nothing where a deployment has none. */
export async function checkAlarms(deployment: Pick<Deployment, 'alarms' | 'config'>): Promise<readonly Finding[]> {
  if (deployment.alarms === undefined) return [];
  const raised = await deployment.alarms();
  if (raised.length === 0) return [ok(subject, 'none is raised')];
  const times = createTimes(timezoneOf(deployment), new Date());
  return raised.map(({ name, since, what, runbook }) => {
    const when = since === undefined ? '' : ` since ${times.short(since.toISOString())} (${times.timezone})`;
    return warning(subject, `${name}${when}: ${what}`, `See ${runbook ?? 'docs/runbook.md'}.`);
  });
}
