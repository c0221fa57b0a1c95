import { hash } from 'node:crypto';

/** What a file of a chat is remembered by. Without the link's query, which is signed anew each time. */
export function keyOf(conversationId: string, url: string): string {
  const { origin = '', pathname = url } = URL.parse(url) ?? {};
  return hash('sha256', `${conversationId}\0${origin}${pathname}`).slice(0, 8);
}
