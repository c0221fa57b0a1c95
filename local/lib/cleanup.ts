/**
 * Defers the end of something that was started. If the stack was disposed in the meantime, ends it at once: `defer`
 * would throw and leave it running.
 */
export function deferOrEnd(resources: AsyncDisposableStack, end: () => unknown): void {
  const ending = async () => {
    await end();
  };
  if (resources.disposed) void ending().catch(() => {});
  else resources.defer(ending);
}
