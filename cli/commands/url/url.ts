import { type Language, languages } from '../../../lambda/conversation/locale.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import {
  cdkFlags,
  type Deployment,
  type Invocation,
  isDeployedKey,
  keyOf,
  type Where,
} from '../../lib/deployment/deployment.ts';
import { bold, note, print, printJson, wrapped } from '../../lib/terminal/output.ts';
import { type SupportEmail, supportAddress, supportEmail } from './support-email.ts';

type Options = { readonly language: string | undefined; readonly account: string | undefined; readonly json: boolean };

export async function url({
  options: { language, account: named, json },
  where,
  openDeployment,
}: Invocation<Options>): Promise<void> {
  const deployment = await openDeployment();
  const hookUrl = await deployment.hookUrl();
  const isValid = isDeployedKey(deployment.outputs, keyOf(hookUrl));
  const second = languages.find((each) => each === language) ?? configuredLanguage(deployment);
  const api = apiOf(deployment.outputs, hookUrl);
  // With an invalid key, Smartsupp's posts would fail.
  const account = named ?? (await accountOfChats(deployment));
  const emails = (isValid ? emailLanguages(second) : []).map(
    (each) => [each, supportEmail(each, hookUrl, account, api)] as const,
  );
  if (json) {
    const { webhooksUrl = null } = api ?? {};
    printJson({ hookUrl, webhooksUrl, isValid, to: supportAddress, letters: Object.fromEntries(emails) });
  } else print(urlText(hookUrl, api?.webhooksUrl, emails));
  for (const warning of warnings(isValid, where, account))
    note(['', ...wrapped(warning, { first: '! ', next: '  ' })].join('\n'));
}

/** The beginning of the chats' ids. Somebody who may not read them gets the e-mail all the same. */
async function accountOfChats({ table }: Deployment): Promise<string | undefined> {
  try {
    for await (const { conversationId } of createRecords(table).chats()) return conversationId.split(':')[0];
  } catch {
    // The URL matters more.
  }
  return undefined;
}

/** English for Smartsupp's support, and the user's own language. */
const emailLanguages = (language: Language): readonly Language[] => [...new Set<Language>(['en', language])];

/** A mistake in the configuration does not affect the URL. */
function configuredLanguage({ config }: Deployment): Language {
  try {
    return config().language;
  } catch {
    return 'en';
  }
}

/** Undefined without a second source. */
function apiOf({ ApiTokenSecretArn, WebhooksSecretArn }: Deployment['outputs'], hookUrl: string) {
  if (ApiTokenSecretArn === undefined) return undefined;
  return { webhooksUrl: WebhooksSecretArn === undefined ? undefined : `${hookUrl}/events` };
}

function urlText(
  hookUrl: string,
  webhooksUrl: string | undefined,
  emails: readonly (readonly [Language, SupportEmail])[],
): string {
  const versions = emails.map(([language, { subject, text }]) => {
    const name = new Intl.DisplayNames(language, { type: 'language' }).of(language);
    return [bold(`An e-mail to ${supportAddress} (${name})`), '', `Subject: ${subject}`, '', text].join('\n');
  });
  const webhooks = webhooksUrl === undefined ? [] : ['', bold('URL for the signed webhooks'), '', webhooksUrl];
  return [
    bold('Hook URL'),
    '',
    hookUrl,
    ...webhooks,
    ...(versions.length === 0 ? [] : ['', versions.join('\n\n\n')]),
  ].join('\n');
}

function warnings(isValid: boolean, where: Where, account: string | undefined): readonly string[] {
  const password = 'This URL is a password: anyone who knows it can post chats. Keep it out of tickets and logs.';
  const deploy = where.local ? 'restart npm start' : `run npx cdk deploy${cdkFlags(where)}`;
  if (!isValid) return [password, `Its new key is not valid yet: ${deploy}, then run this again.`];
  if (where.local)
    return [password, `It is this machine's URL, which Smartsupp cannot reach: send them the deployed one.`];
  return [
    password,
    ...(account === undefined ? ['The e-mail does not name your account yet: --account puts it in.'] : []),
    'Send the e-mail from the address that you sign in to Smartsupp with. The hook belongs to one of their paid plans.',
  ];
}
