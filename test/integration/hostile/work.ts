/**
 * Takes the hostile bodies one by one, as both functions do, and prints what became of each. Run in a process with the
 * memory of a function: what takes more ends it.
 */
import { contentHash } from '../../../lambda/conversation/revision.ts';
import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { compress } from '../../../lambda/platform/compression.ts';
import { createOpenMessage, seal } from '../../../lambda/queue/envelope.ts';
import { decodeBody } from '../../../lambda/receive/request.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';

export type Work = {
  readonly what: string;
  readonly accepted: boolean;
  readonly tookMs: number;
  readonly pages: number;
  /** Any `<` or `>` in the CRM's HTML that is not of our own tags. */
  readonly hasStrayMarkup: boolean;
  readonly isWellFormed: boolean;
};

const ourTags = /<\/?(?:p|em|strong|bdi)>|<br>|<a href="https?:[^"<>]*">|<\/a>/g;

/** About HubSpot's. */
const limit = 64_000;

async function work({ what, make }: (typeof hostileBodies)[number]): Promise<Work> {
  const event = JSON.stringify({ body: make().toString('base64'), isBase64Encoded: true });
  const begin = performance.now();
  const decoded = await decodeBody(JSON.parse(event));
  const body = decoded.ok && validateHook(decoded.text).ok ? decoded.text : undefined;
  let pages: readonly string[] = [];
  if (body === undefined) {
    await compress(decoded.bytes);
  } else {
    const overflow: Uint8Array[] = [];
    const message = await seal(body, new Date(), async (bytes) => String(overflow.push(bytes)));
    const opened = await createOpenMessage(async () => overflow[0] ?? new Uint8Array())(message);
    const conversation = readConversation(opened.kind === 'hook' ? opened.body : '');
    if (conversation === undefined) throw new Error('What was accepted is a chat.');
    await compress(Buffer.from(body));
    contentHash(conversation);
    const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
    pages = renderHtml(transcript, { limit, reference: `Smartsupp chat ${conversation.id}` });
    JSON.stringify({ type: 'conversation', data: conversation });
  }
  return {
    what,
    accepted: body !== undefined,
    tookMs: Math.round(performance.now() - begin),
    pages: pages.length,
    hasStrayMarkup: pages.some((page) => /[<>]/.test(page.replaceAll(ourTags, ''))),
    isWellFormed: pages.every((page) => page.isWellFormed()),
  };
}

for (const body of hostileBodies) process.stdout.write(`${JSON.stringify(await work(body))}\n`);
