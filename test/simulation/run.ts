import { useClock } from './builtins.ts';
import { faultsOf } from './checks.ts';
import type { Script } from './script.ts';
import { createWorld, type World } from './world.ts';

export type Run = { readonly faults: readonly string[]; readonly world: World };

/** Plays a script to its first quiet end, then on after everything was repaired; answers which promises it broke. */
export async function run(script: Script, trace?: (line: string) => void): Promise<Run> {
  const { world, play, replay } = createWorld(script, trace);
  try {
    await play();
    const first = faultsOf(world, false);
    if (first.length > 0) return { faults: first, world };
    await replay();
    return { faults: faultsOf(world, true), world };
  } catch (error) {
    return { faults: [`It throws ${String(error)}.`], world };
  } finally {
    useClock(undefined);
  }
}
