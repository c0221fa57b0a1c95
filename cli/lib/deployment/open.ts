import type { Command } from 'commander';
import { commandLineOf, type Deployment, whereOf } from './deployment.ts';

/** Finds the deployment that the command line names. Throws CliError where there is none. */
export async function openDeployment(command: Command): Promise<Deployment> {
  const where = whereOf(command);
  // Loaded when they are needed: nobody waits for AWS's clients to read a help text.
  const parts = where.local
    ? await (await import('./local.ts')).openLocal()
    : await (await import('./on-aws.ts')).openOnAws(where);
  return { ...parts, commandLine: commandLineOf(command) };
}
