/** The stack cannot start, and the message says why and what to do. It is for the terminal, without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
