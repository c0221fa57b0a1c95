import { contactSettings, followUpSettings, rules } from '../lambda/crm/port/settings.ts';
import { configSchema } from './config/schema.ts';

type Schema = {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
};

type Properties = Readonly<Record<string, Schema>>;

/** Settings of every destination, described once. */
const shared: ReadonlySet<string> = new Set([
  'name',
  'adapter',
  ...Object.keys(rules),
  ...Object.keys(contactSettings),
  ...Object.keys(followUpSettings('task')),
]);

/** Writes `docs/configure.md` from the schema of `forwarder.json`. */
export function configureDocument(): string {
  const { destinations, $schema: _, ...top } = configSchema.properties;
  const adapters: readonly Schema[] = destinations.items.oneOf;
  return [
    '<!-- Generated from infra/config/schema.ts by infra/compile-schemas.ts: change it there. -->',
    '',
    '# forwarder.json',
    '',
    'The file is checked when it is deployed, at `npm start` and by `npx forwarder doctor`, expressions included. Each mistake is',
    'reported with its line and column, and with what may be meant:',
    '',
    '```',
    '/destinations/0/when: there is no attribution.campain; did you mean attribution.campaign?',
    '  --> forwarder.json:5:28',
    '  5 |       "when": "attribution.campain = \\"spring\\""',
    '    |                            ^^^^^^^',
    '```',
    '',
    'Editors that read JSON schemas help you write it. `npx forwarder init` writes the first one for you, and',
    '`npx forwarder preview FILE` shows its effect on a chat. [Each CRM has a page](crms/README.md).',
    '',
    '## For all destinations',
    '',
    ...table(top, []),
    '',
    ...telling,
    '## destinations',
    '',
    destinations.description,
    'A new one gets the chats that come from then on; `npx forwarder backfill` sends it the stored ones. If you take one out, its',
    'pending deliveries are parked: `npx forwarder doctor` names them, and when it is back, `npx forwarder replay` sends them.',
    '',
    'Each has a `name` of your own, an `adapter`, and the settings of its kind:',
    '',
    ...adapters.flatMap(adapterSection),
    '### Which chats go there',
    '',
    'In every destination. All rules that are given must hold; other chats are stored, and _skipped_ there.',
    '',
    ...table(rules, []),
    '',
    '### How a visitor becomes a contact',
    '',
    'In every destination that keeps contacts. A visitor is matched by e-mail address, then phone number, then customer',
    'id; a new contact gets name, e-mail address, phone number and country. Fields that are filled stay as they are.',
    '',
    ...table(contactSettings, []),
    '',
    '### Follow-ups',
    '',
    'In every destination that has tasks, tickets or leads.',
    '',
    ...table(followUpSettings('task', 'ticket', 'lead'), []),
    '',
    ...expressions,
    '',
  ].join('\n');
}

const telling = [
  '## notify',
  '',
  'Failures and missed chats go where people are, within a minute: `"notify": { "to": "slack", "on": ["missed", "parked"] }`.',
  '',
  'Deploy, then store the URL: `npx forwarder secret notify` asks for it and posts a test. With `npm start` it is in `FORWARDER_SECRET_NOTIFY`, or `npx forwarder secret notify --local` writes it',
  'to `.env`. Slack gives out the URL of an _incoming webhook_; Teams that of a workflow, _Post to a channel when a webhook request is received_.',
  '',
  '- A card says who, why, and what to run. That of a missed chat has the name, address and number, the page, how long they waited, and a link to the CRM;',
  "  the visitor's words are in it only with `withWords`. A parked chat's card has what the CRM said, up to 300 characters, which may repeat what it was sent.",
  '- Each is told once. What the channel does not take is tried again every minute, for a day. At most ten cards go out a minute: the last counts the rest.',
  '- Nothing of this can delay a delivery or keep it out: it is a function of its own, which reads the table.',
  '',
] as const;

function adapterSection({ title = '', properties = {}, required = [] }: Schema): readonly string[] {
  const [name = '', what = ''] = title.split(/: (.*)/s);
  const own = Object.fromEntries(Object.entries(properties).filter(([key]) => !shared.has(key)));
  const has = (group: Properties) => Object.keys(group).some((key) => key in properties);
  const kinds = properties['followUp']?.properties?.['as']?.enum;
  const takes = [
    has(contactSettings) ? 'contacts' : '',
    kinds === undefined ? '' : `follow-ups (${kinds.map((kind) => `\`${String(kind)}\``).join(', ')})`,
  ].filter(Boolean);
  return [
    `### ${name}`,
    '',
    `${what.charAt(0).toUpperCase()}${what.slice(1)}.${takes.length === 0 ? '' : ` Takes the settings for ${takes.join(' and ')} below.`}`,
    '',
    ...(Object.keys(own).length === 0 ? ['Nothing else is needed.'] : table(own, required)),
    '',
  ];
}

const table = (properties: Properties, required: readonly string[]): readonly string[] => [
  '| setting | takes | default | |',
  '| --- | --- | --- | --- |',
  ...rows(properties, required, ''),
];

function rows(properties: Properties, required: readonly string[], under: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const { text, fallback } = described(schema);
    const byDefault = required.includes(key) ? '_required_' : fallback;
    const row = `| \`${under}${key}\` | ${takes(schema)} | ${byDefault} | ${text} |`;
    return [row, ...rows(schema.properties ?? {}, schema.required ?? [], `${under}${key}.`)];
  });
}

/** A destination's defaults are in its descriptions, since the schema does not fill them in. */
function described({ description = '', default: given }: Schema) {
  const [, text = description, stated] = /^(.*?) ?Default: ([^.]+)\.$/s.exec(description) ?? [];
  const isPlain = given !== undefined && typeof given !== 'object';
  return { text, fallback: isPlain ? `\`${String(given)}\`` : (stated ?? '') };
}

function takes(schema: Schema): string {
  const { type, enum: values, const: only, items, anyOf, minimum, maximum, additionalProperties } = schema;
  if (only !== undefined) return `\`"${only}"\``;
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' ');
  if (anyOf !== undefined) return anyOf.map(takes).join(' or ');
  if (typeof type === 'object') return type.map((each) => takes({ ...schema, type: each })).join(' or ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : takes(items)}`;
  if (typeof additionalProperties === 'object') return `object: name to ${takes(additionalProperties)}`;
  const range = minimum === undefined ? '' : ` from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`;
  return `${names[type ?? ''] ?? type ?? 'value'}${range}`;
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` `false`',
  object: 'object',
};

const expressions = [
  '## Expressions',
  '',
  '`when` and `fields` are [JSONata](https://docs.jsonata.org) over one conversation, as `Conversation` in',
  '[lambda/conversation/model.ts](../lambda/conversation/model.ts) describes it, and in addition:',
  '',
  "- `variables`: the values of the visitor's variables by their keys, such as `variables.userId`",
  '- `person`: what the visitor is recognised by: `email`, `otherEmails` (those after the first in the same field), `phone`;',
  '  and `company`: the one that the name is, else the domain of the e-mail address, unless it is one of free mail',
  '- `attribution`: `referrer`, `landingPage`, `lastPage`; `source`, `medium`, `campaign`, `term`, `content` of the first',
  '  page that has any `utm_…`; `clickSource` and `clickId` (`gclid`, `fbclid`, …)',
  "- `shop`: the visitor's account at the shop, if one of Smartsupp's official plugins tells of it (below)",
  '',
  'A rule lets a chat through when it is `true`, and nothing else. A field whose expression gives nothing is left alone.',
  'A name that no conversation has, such as `visitor.contry`, is a mistake. What only the chat can tell passes: the keys in',
  '`variables`, names in a predicate (`[…]`), and what comes after a `$` variable. JSONata compares with one `=`.',
  '',
  'Regular expressions are those of [RE2](https://github.com/google/re2/wiki/Syntax), which match in linear time whatever a visitor types. They do not look ahead or',
  'behind (`(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`), nor refer back to a group (`\\1`); `\\s`, `\\d` and `\\w` stand for ASCII characters.',
  '',
  '```json',
  JSON.stringify(
    {
      timezone: 'Europe/Prague',
      language: 'cs',
      variables: { phone: 'phone', customerId: 'userId' },
      destinations: [
        {
          name: 'hubspot',
          adapter: 'hubspot',
          when: 'visitor.countryCode in ["CZ", "SK"] or outcome = "offline"',
          minMessages: 2,
          customerIdField: 'shop_customer_id',
          fields: {
            first_campaign: 'attribution.campaign',
            last_chat_at: { value: 'endedAt', overwrite: true },
            last_chat_with: '$join($distinct(messages[speaker = "agent"].name), ", ")',
          },
          owners: { agents: { '3': '11349275740', 'Jana Nová': '11349275741' }, fallback: '11349275742' },
          followUp: { on: ['missed', 'offline'], dueInHours: 2 },
        },
      ],
    },
    null,
    2,
  ),
  '```',
  '',
  '## Shop plugins',
  '',
  "Smartsupp's official plugins tell of a customer who is logged in, each in its own way. The plugin is recognised by its",
  'variables, and what it tells is `shop` in expressions, null for any other chat. With `platform` every chat is read as one',
  'of that plugin: set it if your pages add variables of their own, so that a plugin is not recognised or taken for another.',
  '',
  '| `shop.` | is | from |',
  '| --- | --- | --- |',
  '| `platform` | `wordpress`, `woocommerce`, `prestashop`, `shopware`, `magento` or `shoptet` | the variables there are, or the setting |',
  '| `customerId` | text | the number behind the name (WordPress, WooCommerce), `id`, `shoptet_user_guid` |',
  '| `phone` | text, as the customer typed it | `phone` (PrestaShop, Shopware) |',
  "| `spending` | a number, in the shop's currency | `spent` (WooCommerce, `1234.50 Kč`), `spending` (PrestaShop, Shopware) |",
  '| `orders` | a number | `order` (WooCommerce), `orders` (PrestaShop, Shopware) |',
  '| `city`, `countryCode` | text | `billingLocation` (WooCommerce, `Praha, CZ`) |',
  '',
  'So `"fields": { "total_spent": { "value": "shop.spending", "overwrite": true } }` keeps a sum in the CRM. With',
  '`customerIdField` and without `variables.customerId`, customers are matched by `shop.customerId`.',
  'Names come without that number and without HTML entities; name and address are read from the variables if they are',
  "nowhere else. All of it comes from the visitor's browser, and proves nothing.",
  '',
  '## Names',
  '',
  'CRMs that keep first and last names apart get `Ing. Jan Novák, Ph.D.` as _Jan_ and _Novák_: titles and a number behind',
  'the name are left out, and `ml.` or `Jr.` stays with the last name. If it is not sure which is which, the whole text is',
  'the last name, and no first name is invented. A company, recognised by its legal form, its domain or a word such as',
  '_Hotel_, is the last name as a whole, and in HubSpot and Odoo the company, too. `Visitor #a1b2` or `Zákazník` is nobody:',
  'such a contact is named by its address, until somebody leaves a name.',
];
