/**
 * Both functions' work on one chat, in a process of its own: decode, recognise, seal; unseal, translate, render.
 * Argument: the body's bytes. Tells its milliseconds, and the most memory in MB.
 */
import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { createOpenMessage, seal } from '../../../lambda/queue/envelope.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { bodyOfBytes } from '../support/chats.ts';
import { tell } from '../support/child.ts';

async function work(body: string): Promise<void> {
  if (!validateHook(body).ok) throw new Error('The bench posts a body that is no chat.');
  let overflow = new Uint8Array();
  const message = await seal(body, new Date(), async (bytes) => {
    overflow = Uint8Array.from(bytes);
    return 'overflow';
  });
  const opened = await createOpenMessage(async () => overflow)(message);
  const conversation = readConversation(opened.kind === 'hook' ? opened.body : '');
  if (conversation === undefined) throw new Error('What was accepted is a chat.');
  const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
  renderHtml(transcript, { limit: 64_000, reference: conversation.id });
}

const body = bodyOfBytes(Number(process.argv[2]));
const small = bodyOfBytes(3_000);
for (let time = 0; time < 200; time += 1) await work(small);
const begin = performance.now();
await work(body);
const milliseconds = performance.now() - begin;
tell({ milliseconds: [milliseconds], megabytes: [process.resourceUsage().maxRSS / 1024] });
