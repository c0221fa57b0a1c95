import { describe, expect, test } from '@jest/globals';
import { errorFor, hubspot, path, testMistakes, to } from './mistaken.ts';

describe('what is wrong, where, and what to write instead', () => {
  testMistakes([
    // JSON
    ['nothing', '«»', 'It is not JSON: it is empty. Delete it, and npx forwarder init writes one.'],
    [
      'a trailing comma in a list',
      '{ "destinations": [1,«]» }',
      'It is not JSON: a comma after the last entry. Take it out.',
    ],
    [
      'a trailing comma in an object',
      '{ "destinations": [],\n«}»',
      'It is not JSON: a comma after the last entry. Take it out.',
    ],
    [
      'a comment',
      '{\n  «// our CRM»\n  "destinations": []\n}',
      'It is not JSON: a comment, which JSON does not have. Take it out.',
    ],
    [
      'a comment between values',
      '{ "destinations": «/* none */» [] }',
      'It is not JSON: a comment, which JSON does not have. Take it out.',
    ],
    [
      'a name without quotes',
      '{ «destinations»: [] }',
      'It is not JSON: destinations is not a value. Text and names stand in "…"; other values are numbers, true, false, null.',
    ],
    ['single quotes', "{ «'destinations'»: [] }", `It is not JSON: 'destinations' has other quotes than "…".`],
    [
      'a comma that is missing',
      '{ "timezone": "UTC"\n  «"destinations"»: [] }',
      'It is not JSON: a comma must stand before this.',
    ],
    [
      'a colon that is missing',
      '{ "destinations" «[» }',
      'It is not JSON: a colon must stand here, between name and value.',
    ],
    ['a value that is missing', '{ "destinations":«}»', 'It is not JSON: a value must stand here.'],
    ['a brace that is missing', '{ "destinations": []«»', 'It is not JSON: it ends without the closing }.'],
    ['a bracket that is missing', '{ "destinations": [«}»', 'It is not JSON: a value must stand here.'],
    ['a brace too many', '{ "destinations": [] }«}»', 'It is not JSON: it must end before this.'],
    [
      'a quote that is missing',
      '{ "timezone": «"UTC,»\n  "destinations": [] }',
      'It is not JSON: this text has no closing " in its line. A line break in it is \\n.',
    ],
    [
      'a backslash',
      '{ "timezone": «"Europe\\Prague"», "destinations": [] }',
      'It is not JSON: "Europe\\Prague" has a \\ that means nothing. A backslash itself is \\\\.',
    ],
    [
      'a setting twice',
      '{ "timezone": "UTC", "destinations": [], «"timezone"»: "Europe/Prague" }',
      '/timezone: "timezone" is here twice, and only one can count. Take one out.',
    ],
    [
      'a field twice',
      hubspot('"fields": { "a/b": "visitor.city", «"a/b"»: "visitor.note" }'),
      '/destinations/0/fields/a~1b: "a/b" is here twice, and only one can count. Take one out.',
    ],

    // Settings
    ['a list', '«[]»', '/: [] is not an object, {…}.'],
    ['no destinations', '«{»}', '/destinations: it is missing. The CRMs that every chat goes to, at most 20.'],
    [
      'a misspelt setting',
      '{ «"timezon"»: "UTC", "destinations": [] }',
      '/timezon: there is no such setting here; did you mean timezone?',
    ],
    [
      'half a setting',
      '{ «"retention"»: 30, "destinations": [] }',
      '/retention: there is no such setting here; did you mean retentionDays?',
    ],
    [
      'a setting of a destination in another case',
      hubspot('«"onlyWithEMail"»: true'),
      '/destinations/0/onlyWithEMail: there is no such setting here; did you mean onlyWithEmail?',
    ],
    [
      'a setting that was renamed',
      hubspot('«"severalMatches"»: "newest"'),
      '/destinations/0/severalMatches: it is called onMultipleMatches now.',
    ],
    [
      'credentials',
      hubspot('«"apiKey"»: "eu1-0123"'),
      '/destinations/0/apiKey: credentials do not stand in this file. npx forwarder secret stores them.',
    ],
    [
      'a setting that nothing is like',
      '{ "variables": { «"loyaltyCard"»: "card" }, "destinations": [] }',
      '/variables/loyaltyCard: there is no such setting here. Use one of: phone, customerId.',
    ],
    [
      'a misspelt adapter',
      to('{ "name": "crm", "adapter": «"hubspto"» }'),
      '/destinations/0/adapter: there is no adapter "hubspto"; did you mean hubspot?',
    ],
    [
      'an adapter that is not here',
      to('{ "name": "crm", "adapter": «"lotus"» }'),
      '/destinations/0/adapter: there is no adapter "lotus". Use one of: webhook, hubspot, pipedrive, espocrm, zendesk, zoho, freshdesk, salesforce, raynet, odoo.',
    ],
    [
      'no adapter',
      to('«{» "name": "crm" }'),
      '/destinations/0/adapter: it is missing. Use one of: webhook, hubspot, pipedrive, espocrm, zendesk, zoho, freshdesk, salesforce, raynet, odoo.',
    ],
    [
      'no owners for Raynet',
      to('«{» "name": "crm", "adapter": "raynet", "instance": "shop" }'),
      '/destinations/0/owners: it is missing. The owners of new contacts, their chats and tasks: from Smartsupp\'s agents to Raynet\'s users. Raynet requires an owner for every activity, so a fallback is needed: `{"fallback": "7"}`, where 7 is the id of a user\'s contact, the number at the end of its address in the browser.',
    ],
    [
      'no fallback among the owners for Raynet',
      to('{ "name": "crm", "adapter": "raynet", "instance": "shop", "owners": «{»} }'),
      "/destinations/0/owners/fallback: it is missing. For all other chats: the id of a user's contact, the number at the end of its address.",
    ],
    [
      'a misspelt value',
      hubspot('"anonymous": «"holdd"»'),
      '/destinations/0/anonymous: "holdd" is not one of hold, skip, create; did you mean hold?',
    ],
    [
      'a language that is not spoken',
      '{ "language": «"xx"», "destinations": [] }',
      '/language: "xx" is not one of en, cs, de, es, pl, hu, fr, it.',
    ],
    [
      'a number in quotes',
      '{ "retentionDays": «"3"», "destinations": [] }',
      '/retentionDays: "3" is not a whole number.',
    ],
    ['too much', '{ "retentionDays": «5000», "destinations": [] }', '/retentionDays: 5000 is too large: at most 3650.'],
    ['too little', '{ "retentionDays": «0», "destinations": [] }', '/retentionDays: 0 is too small: at least 1.'],
    [
      'an empty text',
      '{ "variables": { "phone": «""» }, "destinations": [] }',
      '/variables/phone: it must not be empty.',
    ],
    [
      'something that is no address',
      '{ "alarmEmail": «"me"», "destinations": [] }',
      '/alarmEmail: "me" is not valid. Use an e-mail address.',
    ],
    [
      'a field that is a number',
      hubspot('"fields": { "a": «1» }'),
      '/destinations/0/fields/a: 1 is neither text nor {"value": "…", "overwrite": true}.',
    ],
    [
      'words that would cross a network in the clear',
      to('{ "name": "crm", "adapter": "webhook", "url": «"http://crm.example"» }'),
      '/destinations/0/url: "http://crm.example" is not valid. Use an https:// address (http:// only for this machine).',
    ],
    [
      'a name with capitals',
      to('{ "name": «"HubSpot"», "adapter": "hubspot" }'),
      '/destinations/0/name: "HubSpot" is not valid. Use lower-case letters, digits and -, starting with a letter; at most 40 characters.',
    ],
    [
      'a name twice',
      to('{ "name": "crm", "adapter": "hubspot" }, { "name": «"crm"», "adapter": "hubspot" }'),
      '/destinations/1/name: "crm" is already used. Give each destination its own name.',
    ],
    [
      'a misspelt timezone',
      '{ "timezone": «"Europe/Prag"», "destinations": [] }',
      '/timezone: "Europe/Prag" is not a timezone; did you mean Europe/Prague?',
    ],
    [
      'a timezone of no place',
      '{ "timezone": «"Home"», "destinations": [] }',
      '/timezone: "Home" is not a timezone. Use an IANA name, such as Europe/Prague.',
    ],
    [
      'a country of no place',
      '{ "phoneRegion": «"XX"», "destinations": [] }',
      '/phoneRegion: "XX" is not a country. Use its ISO 3166 code, such as CZ.',
    ],
    [
      'a country in small letters',
      '{ "phoneRegion": «"cz"», "destinations": [] }',
      '/phoneRegion: "cz" is not valid. Use the two capital letters of a country, such as CZ.',
    ],
  ]);
});

test('every mistake is listed with its file, line and column, and the line with a mark', async () => {
  const text = `{
  "timezone": "Europe/Prag",
\t"destinations": [{ "name": "crm", "adapter": "hubspot", "when": "\\"\\u010d\\" = visitor.contry" }]
}`;
  expect((await errorFor(text)).message).toBe(`${path} has mistakes:
  /timezone: "Europe/Prag" is not a timezone; did you mean Europe/Prague?
    --> ${path}:2:15
    2 |   "timezone": "Europe/Prag",
      |               ^^^^^^^^^^^^^
  /destinations/0/when: there is no visitor.contry; did you mean visitor.country or visitor.countryCode?
    --> ${path}:3:88
    3 | …, "adapter": "hubspot", "when": "\\"\\u010d\\" = visitor.contry" }]
      |                                                        ^^^^^^`);
});

test('a secret that stands in the file by mistake is not shown', async () => {
  const { message } = await errorFor(hubspot('"token": "pat-eu1-0123", "colour": 1'));
  expect(message).not.toContain('pat-eu1');
  expect(message).toContain('"token": "************"');
});
