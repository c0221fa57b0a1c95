import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitName } from '../../../../lambda/crm/contacts/person-name.ts';

describe('a name', () => {
  test.each([
    ['Eva Horáková', 'Eva', 'Horáková'],
    ['  Anna   Maria Nováková ', 'Anna Maria', 'Nováková'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Maria de la Cruz', 'Maria', 'de la Cruz'],
    ['Van Morrison', 'Van', 'Morrison'],
    ['Novák, Jan', 'Jan', 'Novák'],
    ['Ing. Jan Novák, Ph.D.', 'Jan', 'Novák'],
    ['prof. MUDr. Jana Malá CSc.', 'Jana', 'Malá'],
    ['KMEŤ Dušan', 'Dušan', 'KMEŤ'],
    ['Jean-Luc DUPONT', 'Jean-Luc', 'DUPONT'],
    ['JAN NOVÁK', 'JAN', 'NOVÁK'],
    ["Sinéad O'Connor", 'Sinéad', "O'Connor"],
    ['田中 太郎', '太郎', '田中'],
    ['김 민준', '민준', '김'],
    ['Josef Novák\nof Brno'.slice(0, 11), 'Josef', 'Novák'],
  ])('%s', (typed, first, last) => {
    expect(splitName(typed, 'CZ')).toEqual({ first, last });
  });

  test('from Hungary has the surname first', () => {
    expect(splitName('Nagy János', 'hu')).toEqual({ first: 'János', last: 'Nagy' });
    expect(splitName('Nagy János', 'SK')).toEqual({ first: 'Nagy', last: 'János' });
  });

  test.each([
    ['Eva', 'Eva'],
    ['田中太郎', '田中太郎'],
    ['Doc.', 'Doc.'],
    ['Novák,', 'Novák'],
  ])('of one word is a first name: %s', (typed, first) => {
    expect(splitName(typed, null)).toEqual({ first });
  });

  test.each([
    null,
    '',
    '   ',
    'Visitor',
    'visitor 4711',
    'Visitor #12',
    'Návštěvník 3',
    'Anonymous',
    '#12345',
    '12345',
    '???',
    '👋',
    'eva@example.com',
    'null',
    'x'.repeat(500),
  ])('is not made of %j', (typed) => {
    expect(splitName(typed, 'CZ')).toEqual({});
  });

  test('cannot reverse the text around it, or break its line', () => {
    expect(splitName('Eva\u202e\n\u0000Horáková\ud800', null)).toEqual({ first: 'Eva', last: 'Horáková\ufffd' });
  });

  test('keeps every word except titles, and adds none', () => {
    const word = fc.stringMatching(/^\p{Lu}\p{Ll}{4,9}$/u);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('HU', 'CZ', null),
        (words, country) => {
          const { first = '', last = '' } = splitName(words.join(' '), country);
          const written = `${first} ${last}`.split(' ').filter((part) => part !== '');
          const typed = words.map((part) => part.normalize('NFC'));
          if (written.length > 0) expect(written.toSorted()).toEqual(typed.toSorted());
        },
      ),
    );
  });

  test('of any text is split without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string()), (typed, country) => {
        for (const part of Object.values(splitName(typed, country))) expect(part).toBe(part.trim());
      }),
    );
  });
});
