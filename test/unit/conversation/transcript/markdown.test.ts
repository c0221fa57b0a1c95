import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeMarkdown, renderMarkdown } from '../../../../lambda/conversation/transcript/markdown.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import { markup, reference, transcriptOf } from './chat.ts';

describe('as Markdown', () => {
  test('a chat reads as it should', () => {
    expect(renderMarkdown(transcriptOf(), { limit: 65_536, reference }).join('')).toMatchSnapshot();
  });

  test.each([
    ['**b** _i_ ~~s~~ `c`', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#126;&#126;s&#126;&#126; &#96;c&#96;'],
    ['[x](y) ![x](y) [x]: y', '&#91;x&#93;(y) !&#91;x&#93;(y) &#91;x&#93;: y'],
    ['<b>&lt;', '&#60;b&#62;&#38;lt;'],
    ['\\*', '&#92;&#42;'],
    ['# a\n#b', '&#35; a  \n&#35;b'],
    ['- a\n+ b\n--- - c', '&#45; a  \n&#43; b  \n&#45;-- - c'],
    ['1. a\n23) b\n3.14 c. 4.', '1&#46; a  \n23&#41; b  \n3&#46;14 c. 4.'],
    ['a\n===', 'a  \n&#61;=='],
    ['a|b\n-|-\n:-', 'a&#124;b  \n&#45;&#124;-  \n&#58;-'],
    ['a\r\n\r\n    b\r\t c', 'a  \n  \n&#160;&#160;&#160;&#160;b  \n&#160;&#160;c'],
    ['https://a.b/c_d WWW.e.f', 'https&#58;//a.b/c&#95;d WWW&#46;e.f'],
    ['@admin eva@example.com', '&#64;admin eva&#64;example.com'],
    ['It’s 10 % off: e.g. (a) - b + c = d!', 'It’s 10 % off: e.g. (a) - b + c = d!'],
    ['a\u0000\u202eb\ud800', 'a\ufffd\ufffdb\ufffd'],
  ])('shows %j as it was typed', (typed, written) => {
    expect(escapeMarkdown(typed)).toBe(written);
  });

  test('shows a page by its title, as a link that nothing typed can leave', () => {
    const paths = [
      {
        url: 'https://shop.example/a)b_(c)?d=<e>&f=*g*#`h`@admin/http://evil.example',
        title: '](http://evil.example) *Boots*',
      },
      { url: 'javascript:alert(1)', title: '[Boots](x)' },
    ];
    const [page = ''] = renderMarkdown(transcriptOf({ paths }), { limit: 65_536, reference });
    expect(page).toContain(
      'Pages visited: [&#93;(http&#58;//evil.example) &#42;Boots&#42;]' +
        '(https://shop.example/a%29b_%28c%29?d=%3Ce%3E&f=%2Ag%2A#%60h%60%40admin/http%3A//evil.example) → &#91;Boots&#93;(x)\n',
    );
  });

  test('holds nothing typed that any flavour takes for structure, wherever it is cut', () => {
    const typed = fc.array(fc.oneof(fc.constantFrom(...markup), fc.string({ unit: anyCharacter, maxLength: 10 })));
    fc.assert(
      fc.property(typed, fc.nat(40), (pieces, cut) => {
        const written = escapeMarkdown(pieces.join(' ').slice(cut));
        const bare = written.replace(/&#\d+;/g, '');
        expect(bare).not.toMatch(/[\\`*_[\]<>&~|@]|:\/\/|www\./i);
        expect(written).not.toMatch(/^(?:[#+\-=:]|[ \t]+\S|\d+[.)])/m);
      }),
      { numRuns: 500 },
    );
  });

  test('sets in bold and in italics what has words, and nothing else', () => {
    const messages = [
      { type: 'visitor', name: '\u0007', content: 'a' },
      { type: 'system', name: ' * ', content: '\n\n' },
    ];
    const [page = ''] = renderMarkdown(transcriptOf({ visitor: null, messages }), { limit: 65_536, reference });
    expect(page.match(/\*+.*?\*+/g)).toEqual(expect.arrayContaining(['**● \ufffd**', '*&#42;:*']));
    expect(page).not.toContain('****');
  });
});
