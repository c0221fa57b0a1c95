import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { atMost, published, type Row } from '../row.ts';
import { bodyOfMessages } from '../support/chats.ts';
import { timeRounds } from '../support/rounds.ts';
import { median, ratio } from '../support/statistics.ts';

const few = 1_000;
const many = 50_000;

/** A transcript as HubSpot's notes get it, of a thousand messages and of as many as six megabytes hold. */
export const transcript: Row = {
  name: 'transcript',
  measure: async () => {
    const times = timeRounds(
      [
        { name: 'few', run: renderer(few) },
        { name: 'many', run: renderer(many) },
      ],
      { rounds: 9 },
    );
    const growth = ratio(times.many, times.few) / (many / few);
    return {
      results: [
        published('transcript, 1,000 messages', median(times.few) / 1e6, 'ms'),
        atMost(1.25, 'transcript, a message of 50,000 against one of 1,000', growth, '×'),
      ],
    };
  },
};

function renderer(messages: number): () => readonly string[] {
  const conversation = readConversation(bodyOfMessages(messages));
  if (conversation === undefined) throw new Error('The bench renders a body that is no chat.');
  return () =>
    renderHtml(buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' }), {
      limit: 65_536,
      reference: `Smartsupp chat ${conversation.id}`,
    });
}
