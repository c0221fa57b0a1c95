import leven from 'leven';

/** The names that may be meant, the likeliest first, at most two: those with a few other letters, or that go on. */
export function similarTo(written: string, names: Iterable<string>): readonly string[] {
  const lower = written.toLowerCase();
  const maxDistance = Math.floor(lower.length * 0.4);
  if (lower.length < 3) return [];
  const close = [...new Set(names)]
    .map((name) => {
      const other = name.toLowerCase();
      const whole = leven(lower, other);
      const beginnings = [lower.length - 1, lower.length, lower.length + 1].map((end) => other.slice(0, end));
      return { name, whole, distance: Math.min(whole, ...beginnings.map((beginning) => leven(lower, beginning))) };
    })
    .filter(({ distance }) => distance <= maxDistance)
    .toSorted((one, other) => one.distance - other.distance || one.whole - other.whole);
  const [best] = close;
  return close
    .filter(({ distance }) => distance === best?.distance)
    .slice(0, 2)
    .map(({ name }) => name);
}

/** `; did you mean a or b?`, or a full stop. */
export const didYouMean = (names: readonly string[]): string =>
  names.length === 0 ? '.' : `; did you mean ${names.join(' or ')}?`;
