const sentences: Record<string, (who: string) => string> = {
  'agent.join': (who) => `${who} joined`,
  'close.visitorClose': (who) => `${who} closed the chat`,
};

/** Whether it was the visitor who did it, where the message names nobody. */
export const isOfVisitor = (code: string) => code.startsWith('close.visitor');

/**
 * A system message's code in words. Only two codes are documented, and the set is open: another is shown as it came.
 */
export function eventInWords(code: string, who: string): string {
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  return sentence ? sentence(who) : `${who}: ${code}`;
}
