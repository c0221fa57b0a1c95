import type { FromSchema } from 'json-schema-to-ts';
import type { Problem } from './adapter.ts';
import { CrmError } from './errors.ts';
import type { contactSettings } from './settings.ts';

/** Runs the questions in order. An error ends the check, since some vendors lock out repeated failures. */
export async function problemsFrom(
  ...questions: readonly (() => Promise<readonly Problem[]>)[]
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    for (const question of questions) problems.push(...(await question()));
  } catch (error) {
    problems.push(toProblem(error));
  }
  return problems;
}

function toProblem(error: unknown): Problem {
  if (!(error instanceof CrmError)) {
    const { name, message } = error instanceof Error ? error : { name: 'Unknown', message: String(error) };
    return {
      problem: `The check failed: ${name}: ${message}`,
      remedy: 'This is a bug in the adapter: report it.',
    };
  }
  const problem = error.message.replace(/ It will be tried again\.$/, '');
  return { problem, remedy: remedies[error.fault.kind] };
}

const remedies: Readonly<Record<CrmError['fault']['kind'], string>> = {
  credentials: 'See "What you need" in the file for this CRM in docs/crms/, and fix the credentials or their rights.',
  redirected: "Redirects are not followed: set the destination's address in forwarder.json to where it leads.",
  permanent: "See whether the destination's address and names in forwarder.json are right.",
  suspended: 'Lift the suspension in the CRM.',
  retryable: "See whether the destination's address in forwarder.json is right, and try again.",
};

/** @param existing a function is called only if there are configured names */
export async function unknownNames(
  what: string,
  configured: readonly string[],
  existing: readonly string[] | ((configured: readonly string[]) => Promise<readonly string[]>),
  remedy: string,
): Promise<readonly Problem[]> {
  if (configured.length === 0) return [];
  const names = typeof existing === 'function' ? await existing(configured) : existing;
  return configured
    .filter((name) => !names.includes(name))
    .map((name) => ({ problem: `There is no ${what} "${name}".`, remedy }));
}

type Configured = {
  readonly customerIdField?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
};

/** All fields that a destination writes in addition to the adapter's own. */
export const configuredFields = ({ customerIdField, fields = {} }: Configured): readonly string[] => [
  ...new Set([...Object.keys(fields), ...(customerIdField === undefined ? [] : [customerIdField])]),
];

export function ownersIn(owners: FromSchema<typeof contactSettings.owners> | undefined): readonly string[] {
  const { agents = {}, fallback } = owners ?? {};
  return [...new Set([...Object.values(agents), ...(fallback === undefined ? [] : [fallback])])];
}
