import type { SNSEvent } from 'aws-lambda';

const timeoutMs = 10_000;

/** Its message never contains the URL, which is a password: anybody who has it can write to the channel. */
class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/**
 * The webhook's URL, without white space.
 * @throws WebhookError if it is none, such as the placeholder that the stack is made with
 */
export function webhookUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:') return url.href;
  throw new WebhookError('The secret holds no https:// URL of a webhook. Store it: npx forwarder secret alarms.');
}

/**
 * Posts a text as Slack, Mattermost and Teams take it (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 * @throws WebhookError if it was not accepted
 */
export async function postText(url: string, text: string): Promise<void> {
  const post = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { ok, status } = await post.catch((error: unknown): never => {
    throw new WebhookError(`The webhook did not answer (${error instanceof Error ? error.name : typeof error}).`);
  });
  if (!ok) throw new WebhookError(`The webhook answered ${status}. Is its URL still valid?`);
}

/** Of an alarm's message its name, meaning and runbook section; any other message as it is. */
export function textOf(message: string): string {
  const { AlarmName: name, AlarmDescription: description, NewStateValue: state } = parse(message);
  return typeof name === 'string' ? `${String(state)}: ${name}\n${String(description ?? '')}`.trimEnd() : message;
}

function parse(message: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}

/** Posts what the alarms' topic says. If that fails, SNS invokes the function again, and its own alarm goes by e-mail. */
export const createTellAlarm =
  (readSecret: () => Promise<string>, post: typeof postText = postText) =>
  async ({ Records }: SNSEvent): Promise<void> => {
    const url = webhookUrl(await readSecret());
    for (const { Sns } of Records) await post(url, textOf(Sns.Message));
  };
