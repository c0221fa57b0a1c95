import type { NotifyConfig } from '../../../lambda/config/config.ts';
import { plainCard } from '../../../lambda/notify/cards.ts';
import { formatted, postJson, webhookUrl } from '../../../lambda/notify/channel.ts';
import { readStdin, storeForLocal, storeOnAws, variableOf } from '../../lib/crms/credentials.ts';
import type { Invocation } from '../../lib/define-command.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';

type Place = Pick<Invocation<unknown>, 'where' | 'openDeployment'>;

type Options = { readonly secretStdin: boolean; readonly check: boolean };

const variable = variableOf('notify');

/** Stores the URL of the channel that is told, after a test card. */
export async function storeNotifySecret(
  notify: NotifyConfig | undefined,
  place: Place,
  options: Options,
): Promise<void> {
  if (notify === undefined) {
    throw new UsageError('forwarder.json has no notify. Say where to: "notify": { "to": "slack" }.');
  }
  const put = await putFor(place);
  const url = webhookUrl(await given(notify, options));
  const test = plainCard('test', 'The forwarder tells this channel what somebody should know. This is a test.');
  if (options.check) await postJson(url, formatted(test, notify.to));
  await uninterrupted(async () => put(url));
}

async function putFor({ where, openDeployment }: Place) {
  if (where.local) return (url: string) => storeForLocal('notify', url);
  const { name, notifySecret, secrets } = await openDeployment();
  if (notifySecret !== undefined) return (url: string) => storeOnAws(secrets, notifySecret, url);
  throw new CliError(`${name} tells nobody yet. Deploy it with "notify" in forwarder.json, then run this.`);
}

async function given({ to }: NotifyConfig, { secretStdin }: Options): Promise<string> {
  if (secretStdin) return readStdin();
  const set = process.env[variable];
  if (set !== undefined) return set;
  const ask = createAsker({ yes: false });
  if (ask.isInteractive) return ask.hidden({ message: `URL of the channel's webhook (${to})` });
  throw new UsageError(`The URL is missing: put it into ${variable}, or pipe it in with --secret-stdin.`);
}
