import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { loadWithExpressions } from '../../../infra/config/load.ts';
import type { Config } from '../../../lambda/config/config.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { escapeHtml, renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript, headlineOf } from '../../../lambda/conversation/transcript/transcript.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { readHook } from '../../../lambda/smartsupp/hook.ts';
import { samplesNamed } from '../../../local/demo/samples/samples.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { bold, dim, print, printable, printableLines, printJson, stateText } from '../../lib/terminal/output.ts';
import { type PreviewedDelivery, previewDelivery } from './preview-delivery.ts';

type Options = {
  readonly sample: readonly string[];
  readonly html: boolean;
  readonly destination: string | undefined;
  readonly json: boolean;
};

export async function preview({ args: files, options, commandLine }: Invocation<Options>): Promise<void> {
  const { configFile } = readSettings(process.env, process.cwd());
  const config = await loadWithExpressions(configFile);
  const read = (file: string, body: string) => readBody(file, body, config.platform);
  const chats = [
    ...(await Promise.all(files.map((file) => readConversationFile(file, commandLine, read)))),
    ...samplesNamed(options.sample).map(({ name, body }) => ({ file: name, conversation: read(name, body) })),
  ];
  if (chats.length === 0) throw new UsageError('Say which chat: a file, or --sample answered.');
  if (options.html) {
    refuseTerminal([...files, ...options.sample.map((name) => `--sample ${name}`)]);
    return print(page(chats, config));
  }
  const destinations = config.destinations.filter(
    ({ name }) => options.destination === undefined || options.destination === name,
  );
  if (destinations.length === 0) throw new UsageError(`${configFile} has no such destination.`);
  const previews: Preview[] = [];
  for (const { file, conversation } of chats) {
    const deliveries = await Promise.all(
      destinations.map((each) => previewDelivery(each, conversation, { config, now: () => new Date() })),
    );
    previews.push({ file, conversationId: conversation.id, destinations: deliveries });
  }
  if (options.json) printJson(previews);
  else print(previews.map(previewText).join('\n\n'));
  const parked = previews.flatMap(({ destinations }) => destinations.filter(({ result }) => result === 'parked'));
  if (parked.length === 0) return;
  throw new CliError(`Not delivered to ${[...new Set(parked.map(({ destination }) => destination))].join(', ')}.`);
}

type CommandLine = Deployment['commandLine'];

async function readConversationFile(
  file: string,
  commandLine: CommandLine,
  read: (file: string, body: string) => Conversation,
) {
  if (file === '-') return { file: 'standard input', conversation: read('standard input', await text(process.stdin)) };
  const body = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(isChatId(file) ? noFile(file, commandLine) : cannotRead(file, error));
  });
  return { file, conversation: read(file, body) };
}

const isChatId = (file: string) => /^\d+:\w+$/.test(file);

const cannotRead = (file: string, error: unknown) =>
  `Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`;

const noFile = (id: string, commandLine: CommandLine) =>
  `${id} is no file but a chat's id. To preview that chat: ${commandLine(`show ${id} --body`)} | npx forwarder preview -`;

function readBody(file: string, body: string, platform: Config['platform']): Conversation {
  const conversation = readConversation(body, platform);
  if (conversation !== undefined) return conversation;
  const reading = readHook(body);
  const { detail, faults } = reading.ok ? notAChat : reading;
  const lines = faults.map(({ pointer, detail: fault }) => `  ${printable(pointer || '/')} ${fault}`);
  throw new CliError([`${file} would be refused: ${detail}`, ...lines].join('\n'));
}

const notAChat = { detail: 'It holds no chat.', faults: [] };

const transcriptsOf = (conversation: Conversation, config: Config): readonly string[] =>
  renderHtml(buildTranscript(conversation, config), {
    limit: Number.POSITIVE_INFINITY,
    reference: `Smartsupp chat ${conversation.id}`,
  });

function refuseTerminal(chats: readonly string[]): void {
  if (!process.stdout.isTTY) return;
  throw new UsageError(
    `It is a page for a browser. Write it to a file: npx forwarder preview ${chats.join(' ')} --html > chat.html`,
  );
}

/** Its policy allows no scripts and no requests. */
const page = (chats: readonly { readonly conversation: Conversation }[], config: Config) => `<!doctype html>
<html lang="${config.language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(chats.map(({ conversation }) => headlineOf(conversation, config.language)).join(' · '))}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
  article + article { border-top: 1px solid; margin-top: 2rem }
  p { margin: 0.5rem 0; overflow-wrap: anywhere }
</style>
${chats
  .flatMap(({ conversation }) => transcriptsOf(conversation, config))
  .map((html) => `<article>${html}</article>`)
  .join('\n')}
</html>`;

type Preview = {
  readonly file: string;
  readonly conversationId: string;
  readonly destinations: readonly PreviewedDelivery[];
};

const previewText = ({ file, conversationId, destinations }: Preview): string =>
  [
    `${bold(printable(conversationId))}  ${dim(printable(file))}`,
    ...destinations.flatMap((destination) => ['', ...destinationLines(destination)]),
  ].join('\n');

function destinationLines({ destination, adapter, result, reason, requests }: PreviewedDelivery): readonly string[] {
  const head = `${printable(destination)} (${adapter}): ${words[result]}`;
  if (result !== 'delivered') return [`${head}. ${printable(reason ?? '')}`];
  return [
    `${head} in ${requests.length} ${requests.length === 1 ? 'request' : 'requests'}, were the visitor new to it`,
    ...requests.flatMap(({ method, origin, path, headers, body }) => [
      '',
      `  ${bold(method)} ${printable(`${origin}${path}`)}`,
      ...Object.entries(headers).map(([name, value]) => `  ${dim(printable(`${name}: ${value}`))}`),
      ...(body === undefined ? [] : printableLines(JSON.stringify(body, null, 2)).map((line) => `  ${line}`)),
    ]),
  ];
}

const words: Readonly<Record<PreviewedDelivery['result'], string>> = {
  delivered: `would be ${stateText('delivered')}`,
  held: `would be ${stateText('held')}`,
  skipped: `would be ${stateText('skipped')}`,
  parked: `would be ${stateText('parked')}`,
};
