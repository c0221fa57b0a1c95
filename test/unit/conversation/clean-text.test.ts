import { describe, expect, test } from '@jest/globals';
import { cut, nameWithoutFormulas, withoutFormula } from '../../../lambda/conversation/clean-text.ts';

describe('a text that begins like a formula', () => {
  test.each([
    ['=HYPERLINK("https://evil.example";"Click")', 'HYPERLINK("https://evil.example";"Click")'],
    ['@SUM(A1)', 'SUM(A1)'],
    ['+cmd|’/C calc’!A0', 'cmd|’/C calc’!A0'],
    ['-2+3+cmd|’/C calc’!A0', '2+3+cmd|’/C calc’!A0'],
    ['\t=1', '1'],
    ['\r\n=1', '1'],
    ['\u200b=1', '1'],
    ['＝1+1', '1+1'],
    ['=-=+@x', 'x'],
    ['= ', ''],
    ['=a@b.cz', 'a@b.cz'],
    ['- a list\n- of wishes', 'a list\n- of wishes'],
  ])('%j becomes %j', (text, neutral) => {
    expect(withoutFormula(text)).toBe(neutral);
  });

  test.each(['-5', '-5.20', '+420601123456', '+420 601 123 456', '-eva+shop@example.com', 'a=b', 'Žluť', ''])(
    '%j is none, and stays',
    (text) => {
      expect(withoutFormula(text)).toBe(text);
    },
  );
});

test.each([
  ['=cmd() Nováková', 'cmd() Nováková'],
  ['Eva =cmd()', 'Eva cmd()'],
  ['Nováková,=cmd()', 'Nováková,cmd()'],
  ['Eva \u200b=cmd()', 'Eva cmd()'],
  ['Eva - Nováková-Horáková', 'Eva  Nováková-Horáková'],
  ["Zoë O'Hara", "Zoë O'Hara"],
  ['=', ''],
])('the name %j becomes %j', (name, neutral) => {
  expect(nameWithoutFormulas(name)).toBe(neutral);
});

test('a text is cut to its field, and never in the middle of a character', () => {
  expect(cut('abc', 3)).toBe('abc');
  expect(cut('ab 🚲', 4)).toBe('ab');
});
