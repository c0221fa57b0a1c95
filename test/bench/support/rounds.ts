export type Subject<Name extends string> = { readonly name: Name; readonly run: () => unknown };

/**
 * Times functions against each other: each gets its turn in every round, for at least `sliceMs`.
 * @returns each one's nanoseconds a call, round by round
 */
export function timeRounds<const Name extends string>(
  subjects: readonly Subject<Name>[],
  { rounds = 15, sliceMs = 20 }: { readonly rounds?: number; readonly sliceMs?: number } = {},
): Readonly<Record<Name, readonly number[]>> {
  const calls = subjects.map(({ run }) => callsIn(sliceMs, run));
  const times = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { run }] of subjects.entries()) {
      times[index]?.push(nanoseconds(run, calls[index] ?? 1));
    }
  }
  return Object.fromEntries(subjects.map(({ name }, index) => [name, times[index] ?? []])) as Record<Name, number[]>;
}

/** How many calls fill a slice, once the function is compiled. */
function callsIn(sliceMs: number, run: () => unknown): number {
  let calls = 1;
  while (nanoseconds(run, calls) * calls < sliceMs * 1e6) calls *= 2;
  return calls;
}

const kept: { result?: unknown } = {};

function nanoseconds(run: () => unknown, calls: number): number {
  const begin = process.hrtime.bigint();
  // Kept, so that no call can be left out as unused.
  for (let call = 0; call < calls; call += 1) kept.result = run();
  return Number(process.hrtime.bigint() - begin) / calls;
}
