/** The stack cannot start. The message says why and what to do, and is shown without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The template needs something that the local stack cannot provide. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
