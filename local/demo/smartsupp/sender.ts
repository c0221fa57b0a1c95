import type { DocumentedHook } from '../../../lambda/smartsupp/hook.schema.ts';
import { bodyOf, samples } from '../samples/samples.ts';
import type { Sample } from '../samples/script.ts';

/** The hook's answer. */
export type Sent = {
  readonly status: number;
  /** The chat's id, or that of the kept body if it was refused. */
  readonly id: string | undefined;
  /** A sentence for the person who sent it. */
  readonly words: string;
};

export type Sender = {
  readonly body: (body: string | Uint8Array) => Promise<Sent>;
  /** The same body in so many requests at once. */
  readonly copies: (body: Uint8Array, count: number) => Promise<Sent>;
  /** Undefined for an unknown name. Without a second source every way is the hook. */
  readonly sample: (name: string, way?: Way) => Promise<Sent | undefined>;
};

/** The way by which a chat comes: a hook, a signed webhook, or neither, until reconcile finds it. */
export type Way = 'hook' | 'webhook' | 'lost';

/** The ways of the fake Smartsupp. */
type OtherWays = {
  readonly webhook: (hook: DocumentedHook) => Promise<Sent>;
  readonly lose: ((hook: DocumentedHook) => Sent) | undefined;
};

/** Copies that the page's button sends at once. */
export const manyCopies = 20;

/** The name that stands for the next sample in turn. */
export const eachInTurn = 'next';

/** Posts to the hook, as Smartsupp does. */
export function createSender(hookUrl: () => string, now: () => Date, others?: OtherWays): Sender {
  let turn = 0;
  const body = (text: string | Uint8Array) => post(hookUrl(), text);

  function choose(name: string): Sample | undefined {
    if (name !== eachInTurn) return samples.find((sample) => sample.name === name);
    turn += 1;
    return samples[(turn - 1) % samples.length];
  }

  return {
    body,
    async copies(text, count) {
      const answers = await Promise.all(Array.from({ length: count }, () => body(text)));
      const statuses = [...new Set(answers.map(({ status }) => status))];
      const [first] = answers;
      const words = `${count} copies were sent at once. The hook answered ${statuses.join(' and ')}.`;
      return { status: statuses.every((status) => status === 200) ? 200 : 502, id: first?.id, words };
    },
    async sample(name, way = 'hook') {
      const sample = choose(name);
      if (!sample) return undefined;
      const hook = bodyOf(sample, now());
      if (way === 'lost' && others?.lose !== undefined) return others.lose(hook);
      if (way === 'webhook' && others !== undefined) return others.webhook(hook);
      const sent = await body(JSON.stringify(hook));
      return sent.status === 200 ? { ...sent, words: `Sent “${sample.label}”.` } : sent;
    },
  };
}

async function post(url: string, body: string | Uint8Array): Promise<Sent> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : Buffer.from(body),
      signal: AbortSignal.timeout(35_000),
    });
    const { status } = response;
    const { id, detail } = readAnswer(await response.text());
    if (status === 200) return { status, id, words: 'The hook answered 200: the chat is safe, and on its way.' };
    return { status, id, words: `The hook answered ${status} instead of 200. ${detail ?? 'Its log says why.'}` };
  } catch {
    const words = 'The hook does not answer. Is the local stack still starting? Try again in a moment.';
    return { status: 503, id: undefined, words };
  }
}

/** Reads the hook's answer: the id of the chat or of the kept body, and why it was refused. */
export function readAnswer(text: string): { readonly id: string | undefined; readonly detail: string | undefined } {
  try {
    const { conversationId, rejectedId, detail } = Object(JSON.parse(text));
    return { id: textOf(conversationId) ?? textOf(rejectedId), detail: textOf(detail) };
  } catch {
    return { id: undefined, detail: undefined };
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
