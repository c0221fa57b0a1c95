/** The stack cannot start. The message says why and what to do, and is shown without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The template needs something that the local stack cannot provide. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** For a part of the state that its program cannot open. `reason` is the program's. */
export function cannotOpen(path: string, reason: string): StartError {
  // SQLite says this for anything that the system refuses, including a file that may not grow.
  const remedy = reason.includes('disk I/O error')
    ? 'Its disk may be full or damaged, or its files limited (ulimit -f). Change that, and start again.'
    : 'Restore it, or move it away to start without what it holds.';
  return new StartError(`${path} cannot be opened (${reason}). ${remedy}`);
}

/** The line for a user whose start failed at a file; undefined for any other error. */
export function explainFileError(error: unknown): string | undefined {
  const { code, path, message } = Object(error);
  if (typeof code !== 'string' || typeof path !== 'string') return undefined;
  return `${path} cannot be used (${message}). Make it readable and writable, or move it away, and start again.`;
}

/** The line for a user whose start failed for want of room; undefined for any other error. */
export function explainNoRoom(error: string): string | undefined {
  const [limited] = /EFBIG[^\n]*/.exec(error) ?? [];
  if (limited) return `A file may not grow as needed (${limited}). Raise the limit (ulimit -f), and start again.`;
  const [reason] = /ENOSPC[^\n]*|EDQUOT[^\n]*|database or disk is full/.exec(error) ?? [];
  return reason && `There is no room on the disk (${reason}). Free some, and start again.`;
}

/** An unexpected error, as Node.js would print it. */
export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
