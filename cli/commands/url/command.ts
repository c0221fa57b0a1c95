import { type Command, Option } from 'commander';
import { type Language, languages } from '../../../lambda/conversation/language.ts';
import { type Deployment, openDeployment, type Where, whereOf } from '../../lib/deployment/deployment.ts';
import { isDeployedKey, keyOf } from '../../lib/hook-key.ts';
import { letterIn, supportAddress } from './support-email.ts';
import { example, jsonOption } from '../../lib/options.ts';
import { cdkFlags } from '../init/next-steps.ts';
import { bold, note, print, printJson } from '../../lib/terminal/output.ts';
import { wrapped } from '../../lib/terminal/wrap.ts';

type Options = { readonly language?: Language; readonly json?: true };

export function url(program: Command): void {
  program
    .command('url')
    .description("The hook's full URL, and the e-mail that asks Smartsupp to post there.")
    .addOption(
      new Option('--language <code>', "of the e-mail's second version; else that of forwarder.json").choices(languages),
    )
    .addOption(jsonOption())
    .addHelpText('after', example('url --language cs', 'with the e-mail in English and in Czech'))
    .action(async ({ language, json }: Options, command: Command) => {
      const deployment = await openDeployment(command);
      const hookUrl = await deployment.hookUrl();
      const isValid = isDeployedKey(deployment.outputs, keyOf(hookUrl));
      const where = whereOf(command);
      // An e-mail would have Smartsupp post to what is refused.
      const versions = isValid ? letterLanguages(language ?? configuredLanguage(deployment)) : [];
      const letters = versions.map((each) => [each, letterIn(each, hookUrl)] as const);
      if (json) printJson({ hookUrl, isValid, to: supportAddress, letters: Object.fromEntries(letters) });
      else print(urlText(hookUrl, letters));
      for (const warning of warnings(isValid, where))
        note(['', ...wrapped(warning, { first: '! ', next: '  ' })].join('\n'));
    });
}

/** English, which their support reads, and the user's own. */
const letterLanguages = (language: Language): readonly Language[] => [...new Set<Language>(['en', language])];

/** A configuration with a mistake in it has nothing to do with the URL. */
function configuredLanguage({ config }: Deployment): Language {
  try {
    return config().language;
  } catch {
    return 'en';
  }
}

function urlText(hookUrl: string, letters: readonly (readonly [Language, ReturnType<typeof letterIn>])[]): string {
  const versions = letters.map(([language, { subject, text }]) => {
    const name = new Intl.DisplayNames(language, { type: 'language' }).of(language);
    return [bold(`An e-mail to ${supportAddress} (${name})`), '', `Subject: ${subject}`, '', text].join('\n');
  });
  return [bold('Hook URL'), '', hookUrl, ...(versions.length === 0 ? [] : ['', versions.join('\n\n\n')])].join('\n');
}

function warnings(isValid: boolean, where: Where): readonly string[] {
  const password = 'This URL is a password: whoever knows it can post chats. Keep it out of tickets and logs.';
  const deploy = where.local ? 'stop npm start, start it again' : `run npx cdk deploy${cdkFlags(where)}`;
  if (!isValid) return [password, `Its new key is not valid yet: ${deploy}, then run this again.`];
  if (where.local)
    return [password, 'It is the one of this machine, which Smartsupp cannot reach: send them the deployed one.'];
  return [
    password,
    'Send the e-mail from the address that you sign in to Smartsupp with. The hook belongs to one of their paid plans.',
  ];
}
