/** The stack cannot start, and the message says why and what to do. It is for the terminal, without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The template asks for something that the local stack cannot give. The message says what, and where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
