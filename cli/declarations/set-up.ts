import { languages } from '../../lambda/conversation/locale.ts';
import { declare, flag, json, negatedFlag, text, textList, yes } from './declare.ts';

export const setUp = [
  declare(
    {
      name: 'init',
      description: 'Asks which CRM your chats go to, tries it, and writes forwarder.json.',
      options: {
        crm: text('<name>', 'which one', {
          choices: async () => (await import('../lib/crms/crms.ts')).crms.map(({ adapter }) => adapter),
        }),
        name: text('<name>', 'your own name for it'),
        set: textList('<name=value>', 'a setting of the CRM; may be repeated'),
        secretStdin: flag('reads the credentials from standard input'),
        check: negatedFlag('does not try them'),
        add: flag('adds it to the existing destinations'),
        replace: text('<name>', 'in place of this destination'),
        timezone: text('<name>', 'of your staff, such as Europe/Prague'),
        phoneRegion: text('<code>', 'country of phone numbers without one, such as CZ'),
        language: text('<code>', 'of the transcripts'),
        alarmEmail: text('<address>', 'where alarms are sent'),
        retentionDays: text('<days>', 'how long conversations are kept'),
        apiAccount: text('<id>', "your Smartsupp account's number, for its REST API and webhooks"),
        yes: flag('asks nothing, and uses the defaults'),
      },
      notes: ['Credentials may be in FORWARDER_SECRET_<NAME>, in the environment or in .env.'],
      example: ['init --local', 'for the stack that npm start runs'],
    },
    async () => (await import('../commands/init/init.ts')).init,
  ),
  declare(
    {
      name: 'secret',
      description: "Stores a destination's credentials: tries them first, and shows them nowhere.",
      argument: [
        '[name]',
        "the destination, if there are several; notify, for its channel; api and webhooks, for Smartsupp's token and shared secret",
      ],
      options: {
        secretStdin: flag('reads them from standard input'),
        check: negatedFlag('does not try them'),
      },
      notes: ['They may be in FORWARDER_SECRET_<NAME> too, in the environment or in .env.'],
      example: ['secret hubspot --secret-stdin < token.txt', 'from a file'],
    },
    async () => (await import('../commands/secret.ts')).secret,
  ),
  declare(
    {
      name: 'doctor',
      description: 'Checks everything that chats need on their way, and says how to fix what is wrong.',
      options: { json },
      notes: ['Exit code 1 means that there is a problem (✗); warnings (!) alone exit with 0.'],
      example: ['doctor --local', 'for the stack that npm start runs'],
    },
    async () => (await import('../commands/doctor/doctor.ts')).doctor,
  ),
  declare(
    {
      name: 'url',
      description: "The hook's full URL, and the e-mail that asks Smartsupp to post there.",
      options: {
        language: text('<code>', "of the e-mail's second version; else that of forwarder.json", { choices: languages }),
        account: text('<name>', 'what Smartsupp knows your account by; else its number, once a chat has come'),
        json,
      },
      example: ['url --language cs', 'with the e-mail in English and in Czech'],
    },
    async () => (await import('../commands/url/url.ts')).url,
  ),
  declare(
    {
      name: 'rotate-key',
      description: "Gives the hook's URL a new key. The old one stays valid until --retire-old.",
      options: { retireOld: flag('makes the old key invalid, once Smartsupp posts to the new URL'), yes },
      example: ['rotate-key --retire-old', 'days later, when chats come by the new URL'],
    },
    async () => (await import('../commands/rotate-key.ts')).rotateKey,
  ),
  declare(
    {
      name: 'completion',
      description: 'Prints what makes the Tab key complete commands and options in bash, zsh or fish.',
      argument: ['<shell>', 'bash, zsh or fish'],
      options: {},
      notes: [
        `To install it:
  bash  npx forwarder completion bash >> ~/.bashrc
  zsh   npx forwarder completion zsh >> ~/.zshrc
  fish  npx forwarder completion fish > ~/.config/fish/completions/npx.fish`,
        'It completes `npx forwarder` and `forwarder`; whatever else npx runs is left alone.',
      ],
      example: ['completion bash >> ~/.bashrc', 'for bash, from its next start on'],
    },
    async () => (await import('../commands/completion.ts')).completion,
  ),
];
