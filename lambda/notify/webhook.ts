const timeoutMs = 10_000;

/** Its message never contains the URL, which is a password: anybody who has it can write to the channel. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/**
 * The webhook's URL, without white space. On this machine it may be plain HTTP.
 * @throws WebhookError if it is none, such as the placeholder that the stack is made with
 */
export function webhookUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:') return url.href;
  if (url?.protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname)) return url.href;
  throw new WebhookError('The secret holds no https:// URL of a webhook. Store it: npx forwarder secret notify.');
}

/** @throws WebhookError if it was not accepted */
export async function postJson(url: string, body: object): Promise<void> {
  const post = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { ok, status } = await post.catch((error: unknown): never => {
    throw new WebhookError(`The webhook did not answer (${error instanceof Error ? error.name : typeof error}).`);
  });
  if (!ok) throw new WebhookError(`The webhook answered ${status}. Is its URL still valid?`);
}
