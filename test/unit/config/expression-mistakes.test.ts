import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadWithExpressions } from '../../../infra/config/load.ts';
import { hubspot, path, testMistakes, when } from './mistaken.ts';

describe('what is wrong with an expression, where, and what to write instead', () => {
  testMistakes([
    ['==', when('visitor.countryCode =«=» "CZ"'), '/destinations/0/when: JSONata has no ==: write one =.'],
    ['&&', when('visitor.email &«&» rating'), '/destinations/0/when: JSONata has no &&: write and.'],
    ['||', when('visitor.email «|»| rating'), '/destinations/0/when: JSONata has no ||: write or.'],
    [
      'half an expression',
      when('visitor.countryCode «=»'),
      '/destinations/0/when: Unexpected end of expression (at position 21, after "visitor.countryCode =").',
    ],
    ['an unknown function', when('«$lenght»(pages) > 3'), '/destinations/0/when: there is no function $lenght.'],
    [
      'a misspelt property',
      when('visitor.«contry» = "CZ"'),
      '/destinations/0/when: there is no visitor.contry; did you mean visitor.country or visitor.countryCode?',
    ],
    [
      'a misspelt campaign',
      when('$contains(attribution.«campain», "spring")'),
      '/destinations/0/when: there is no attribution.campain; did you mean attribution.campaign?',
    ],
    [
      'a misspelt person',
      when('$exists(person.«emial»)'),
      '/destinations/0/when: there is no person.emial; did you mean person.email?',
    ],
    [
      'a misspelt property of the shop, in a field',
      hubspot('"fields": { "total": { "value": "shop.«spendng»", "overwrite": true } }'),
      '/destinations/0/fields/total/value: there is no shop.spendng; did you mean shop.spending?',
    ],
    [
      'a misspelt property behind a predicate',
      when('messages[speaker = "agent"].«nme» = "Eva"'),
      '/destinations/0/when: there is no messages.nme; did you mean messages.name?',
    ],
    [
      'a property without the part that it is in',
      when('«email» = "eva@example.com"'),
      '/destinations/0/when: there is no email; did you mean visitor.email or person.email?',
    ],
    [
      'a variable by its list',
      when('visitor.variables.«userId» > 0'),
      '/destinations/0/when: there is no visitor.variables.userId; did you mean variables.userId?',
    ],
    [
      'a property of a text',
      when('visitor.name.«first» = "Eva"'),
      '/destinations/0/when: there is no visitor.name.first.',
    ],
  ]);
});

describe('what is right or known only when it runs passes', () => {
  test.each([
    'variables.userId = "7"',
    'visitor.variables[key = "userId"].value = "7"',
    'visitor.variables.label',
    '$lookup(visitor, "contry") = "CZ"',
    'visitor.*[0] = "Eva"',
    '**.colour = "blue"',
    '($v := visitor; $v.contry = "CZ")',
    '$filter(messages, function($m) { $m.colour = "blue" })',
    'messages[colour = "blue"]',
    'messages@$m.pages[url = $m.text]',
    '$$.visitor.email = person.email',
    '$.visitor.email = person.otherEmails',
    'visitor.(email ? email : name)',
    'visitor.{ "mail": email }.mail = "eva@example.com"',
    'messages^(>sentAt)[0].text',
    '(messages{speaker: $count(text)}).agent > 2',
    '(pages ~> |$|{ "seen": true }|).seen',
    'visitor."countryCode" = "CZ" and `visitor`.`city` = "Brno"',
    'flags.isMissed or rating.score < 3 or timing.firstResponse > 60 or shop.platform = "shoptet"',
    'pages.$uppercase(url)',
  ])('%s', async (expression) => {
    writeFileSync(path, when(expression));
    expect((await loadWithExpressions(path)).destinations).toHaveLength(1);
  });
});
