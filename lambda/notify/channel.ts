import type { NotifyEvent, Service } from '../config/config.ts';
import type { Fact } from '../conversation/transcript/facts.ts';

/** A message to a channel, in plain texts. Any of them may be a visitor's or a vendor's: each format escapes them. */
export type Card = {
  readonly event: NotifyEvent | 'test';
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Longer texts, a paragraph each. */
  readonly texts: readonly string[];
  /** Commands to run, in our own words. */
  readonly run: readonly string[];
  /** The page in the CRM. */
  readonly link: string | null;
};

export const plainCard = (event: Card['event'], title: string, ...texts: readonly string[]): Card => ({
  event,
  title,
  facts: [],
  texts,
  run: [],
  link: null,
});

/** In characters: Slack refuses a longer text object. */
const maxLength = 2000;
const maxTitleLength = 140;

/** A card as the service takes it. */
export const formatted = (card: Card, service: Service): object => formats[service](card);

const formats: Readonly<Record<Service, (card: Card) => object>> = { slack, teams, webhook };

/**
 * Plain text objects, in which nothing is a link or a mention: https://docs.slack.dev/reference/block-kit/composition-objects/text-object.
 * `text` is what a notification shows, and is escaped: https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function slack({ title, facts, texts, run, link }: Card): object {
  const plain = (text: string) => ({ type: 'plain_text', text: cut(text, maxLength), emoji: false });
  const paragraphs = [factLines(facts).join('\n'), ...texts].filter((text) => text !== '');
  return {
    text: cut(title, maxTitleLength).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    blocks: [
      { type: 'header', text: plain(cut(title, maxTitleLength)) },
      ...paragraphs.map((text) => ({ type: 'section', text: plain(text) })),
      ...(run.length === 0 ? [] : [{ type: 'context', elements: [plain(run.join('\n'))] }]),
      ...(link === null
        ? []
        : [{ type: 'actions', elements: [{ type: 'button', text: plain('Open in the CRM'), url: link }] }]),
    ],
  };
}

/**
 * An Adaptive Card for a workflow's webhook. A text run, unlike a text block, reads no Markdown:
 * https://adaptivecards.io/explorer/TextRun.html
 */
function teams({ title, facts, texts, run, link }: Card): object {
  const paragraph = (text: string, style: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: cut(text, maxLength), ...style }],
  });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph(cut(title, maxTitleLength), { size: 'Large', weight: 'Bolder' }),
      ...[...factLines(facts), ...texts].map((text) => paragraph(text)),
      ...run.map((line) => paragraph(line, { fontType: 'Monospace', size: 'Small' })),
    ],
    actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: 'Open in the CRM', url: link }],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** The card itself, for programs; and its text, for receivers that take only text, such as Mattermost. */
function webhook(card: Card): object {
  const { title, facts, texts, run, link } = card;
  const lines = [title, ...factLines(facts), ...texts].map((line) => markdown(cut(line, maxLength)));
  const commands = run.map((line) => `\`${line.replaceAll('`', "'")}\``);
  return { text: [...lines, ...commands, ...(link === null ? [] : [link])].join('\n'), ...card };
}

const factLines = (facts: Card['facts']) => facts.map(({ label, value }) => `${label}: ${value}`);

/** Nothing is a link, an emphasis or a mention (`@channel`). */
const markdown = (text: string) =>
  text.replace(/[\\`*_{}[\]()#+\-.!|~<>&:]/g, String.raw`\$&`).replaceAll('@', '@\u200b');

const cut = (text: string, length: number) => {
  const clean = text.toWellFormed().replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return clean.length <= length ? clean : `${clean.slice(0, length - 1).toWellFormed()}…`;
};

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
