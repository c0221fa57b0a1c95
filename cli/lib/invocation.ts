import type { Command } from 'commander';
import type { Deployment, Where } from './deployment/deployment.ts';

/** A command line, read by the command's declaration. */
export type Invocation<Options = unknown> = {
  readonly args: readonly string[];
  readonly options: Options;
  readonly where: Where;
  readonly commandLine: Deployment['commandLine'];
  /** Throws CliError if there is no such deployment. */
  readonly openDeployment: () => Promise<Deployment>;
  /** The whole program, with every command. */
  readonly loadProgram: () => Promise<Command>;
};

export type Handler<Options> = (invocation: Invocation<Options>) => Promise<void>;
