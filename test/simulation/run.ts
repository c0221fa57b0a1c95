import { faultsOf } from './checks.ts';
import type { Script } from './script.ts';
import { createWorld, type World } from './world.ts';

/** Plays a script to its first quiet end, then on after everything was repaired; answers what is wrong. */
export async function run(
  script: Script,
  trace?: (line: string) => void,
): Promise<{ readonly faults: readonly string[]; readonly world: World }> {
  const { world, play, replay } = createWorld(script, trace);
  await play();
  const first = faultsOf(world, false);
  if (first.length > 0) return { faults: first, world };
  await replay();
  return { faults: faultsOf(world, true), world };
}
