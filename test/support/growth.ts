/** Of what takes twice the time for twice as much; the square would take four times. */
export const maxGrowth = 3;

/** Too little to measure its growth: the square of 100 KB takes more, however simple each step is. */
const negligibleMs = 30;

/** How many times as long it takes with twice the input, at the best of a few tries: a pause for the garbage is nobody's growth. */
export async function growthOf<Input>(
  work: (input: Input) => unknown,
  [single, double]: readonly [single: Input, double: Input],
): Promise<number> {
  let growth = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && growth > maxGrowth; tries += 1) {
    const twice = await timeOf(work, double);
    if (twice < negligibleMs) return 0;
    growth = Math.min(growth, twice / (await timeOf(work, single)));
  }
  return growth;
}

/** Of the processor's time, so that a busy machine changes nothing. */
async function timeOf<Input>(work: (input: Input) => unknown, input: Input): Promise<number> {
  const begun = process.cpuUsage();
  await work(input);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
