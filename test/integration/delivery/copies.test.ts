import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { renderText } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { oddHooks } from '../../fixtures/odd-hooks.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, id, noClaimCheck, now, pass } from './stage.ts';

const words = ['Hello', 'Hello, how can I help?', 'It came broken.'];
const endAt = Date.UTC(2026, 3, 30, 9);

/** A memory CRM that also remembers what was written last. */
function rememberingCrm() {
  const crm = createMemoryCrm();
  let written: Conversation | undefined;
  crm.disturb((_call, when, entry) => {
    if (when === 'after') written = entry?.conversation ?? written;
  });
  return { ...crm, written: () => written };
}

/** A copy of the test's own chat, with the first so many of its messages. */
const copy = (count: number, rating: number | null, minutesLater = 0) => {
  const messages = words.map((content, at) => ({
    type: at === 1 ? 'agent' : 'visitor',
    from: at === 1 ? 'agent:3' : 'visitor:a1',
    name: at === 1 ? 'Karel' : 'Eva',
    content,
  }));
  const body = aHookBody({
    channel: {
      id: Number(id().split(':')[1]),
      isCompleted: true,
      rating,
      ratingDesc: rating === null ? '' : 'Too slow',
    },
    endAt: endAt + minutesLater * 60_000,
    messages: messages.slice(0, count),
  });
  return seal(JSON.stringify(body), now(), noClaimCheck);
};

describe('a rating that comes later', () => {
  test.each([
    ['without messages', 0],
    ['with one message fewer, and ended a minute later', 2],
    ['with all of them', 3],
  ])('is in the note and has its task, beside all words, if it comes %s', async (_how, count) => {
    const crm = rememberingCrm();
    const { deliver, state } = createSystem({ crm });
    await deliver(await copy(3, null));
    expect(crm.tasks).toEqual([]);
    pass(600);
    await deliver(await copy(count, 1, count === 2 ? 1 : 0));
    expect(crm.written()).toMatchObject({ rating: { score: 1, comment: 'Too slow' }, outcome: 'answered' });
    expect(crm.written()?.messages.map(({ text }) => text)).toEqual(words);
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 1]);
    expect(await state('crm')).toMatchObject({ state: 'delivered' });
  });

  test('is there, too, if it overtakes the words', async () => {
    const crm = rememberingCrm();
    const { deliver } = createSystem({ crm });
    await deliver(await copy(0, 1));
    await deliver(await copy(3, null));
    expect(crm.written()).toMatchObject({ rating: { score: 1 } });
    expect(crm.written()?.messages.map(({ text }) => text)).toEqual(words);
    expect([crm.notes.length, crm.tasks.length]).toEqual([1, 1]);
  });

  test('is delivered by its own message if the process died after it was stored', async () => {
    const crm = rememberingCrm();
    const { deliver, save } = createSystem({ crm });
    await deliver(await copy(3, null));
    const rating = await copy(0, 1);
    await save(rating);
    await deliver(rating);
    expect(crm.written()).toMatchObject({ rating: { score: 1 } });
    expect(crm.calls.filter((call) => call === 'update')).toHaveLength(1);
  });
});

test.each(oddHooks)('a chat that is not as documented is stored and delivered: $what', async ({ body }) => {
  const crm = rememberingCrm();
  // Also a visitor who cannot be told from others.
  const { deliver, lines } = createSystem({ crm: { ...crm, settings: { anonymous: 'create' } } });
  const channel = { ...Object(body['channel']), id: Number(id().split(':')[1]) };
  await deliver(await seal(JSON.stringify({ ...body, channel }), now(), noClaimCheck));
  expect(lines).toContainEqual(expect.objectContaining({ message: 'not as documented' }));
  const said = crm.written();
  if (said === undefined) throw new Error('It was not delivered.');
  const transcript = buildTranscript(said, { timezone: 'Europe/Prague', language: 'en' });
  const text = renderText(transcript, { limit: 60_000, reference: 'x' }).join('');
  for (const line of said.messages.flatMap((message) => message.text.split('\n'))) expect(text).toContain(line);
  expect(said.messages.length).toBeGreaterThan(0);
});
