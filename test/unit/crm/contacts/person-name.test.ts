import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitName } from '../../../../lambda/crm/contacts/person-name.ts';
import { anyCharacter } from '../../../support/any-character.ts';

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
    ['Jan Novák (42)', 'Jan', 'Novák'],
    ['Jan Novák #42', 'Jan', 'Novák'],
    ['Jan Novák, 1984', 'Jan', 'Novák'],
    ['Mgr.Jana Nováková', 'Jana', 'Nováková'],
    ['Ing.arch.Jan Novák', 'Jan', 'Novák'],
    ['pan Jan Novák', 'Jan', 'Novák'],
    ['P. Novák', 'P.', 'Novák'],
    ['A.S. Byatt', 'A.S.', 'Byatt'],
    ['Jan Novák ml.', 'Jan', 'Novák ml.'],
    ['Novák, Jan ml.', 'Jan', 'Novák ml.'],
    ['Martin Luther King, Jr.', 'Martin Luther', 'King Jr.'],
    ['Jan Nový', 'Jan', 'Nový'],
    ['Christopher Guest', 'Christopher', 'Guest'],
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
    ['Novák ml.', 'Novák ml.'],
    ['honza77', 'honza77'],
    ['p. Novák', 'Novák'],
    ['p.Novák', 'Novák'],
    ['pí Nováková', 'Nováková'],
    ['Dr. No', 'Dr. No'],
    ['Pan Tadeusz', 'Pan Tadeusz'],
    ['Mgr.Jana', 'Mgr.Jana'],
    ['Jan Praha', 'Jan Praha'],
    ['Jan a Eva Novákovi', 'Jan a Eva Novákovi'],
    ['Jana Nováková (Malá)', 'Jana Nováková (Malá)'],
    ['prosím poradit s mojí poslední objednávkou', 'prosím poradit s mojí poslední objednávkou'],
  ])('that cannot be split for sure has no first name: %s', (typed, last) => {
    expect(splitName(typed, null)).toEqual({ last });
  });

  test.each([
    'ACME s.r.o.',
    'ACME, spol. s r. o.',
    'Alza.cz a.s.',
    'Alza.cz',
    'Lesy ČR, s.p.',
    'IKEA Praha',
    'Müller GmbH & Co. KG',
    'Stadler Rail AG',
    'Tesco Stores Ltd',
    'Ryba sp. z o.o.',
    'Kovács Bt.',
    'Hotel Slavia',
    'Novák & syn',
  ])('of a company is its last name as a whole: %s', (name) => {
    expect(splitName(name, 'CZ')).toEqual({ last: name, company: name });
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
    'Visitor #a1b2',
    'Web visitor',
    'Zákazník',
    'Nový zákazník',
    'Navstevnik 7',
    'Neznámý',
    'V000123',
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
      fc.property(fc.string({ unit: anyCharacter }), fc.option(fc.string()), (typed, country) => {
        for (const part of Object.values(splitName(typed, country))) expect(part).toBe(part.trim());
      }),
    );
  });
});
