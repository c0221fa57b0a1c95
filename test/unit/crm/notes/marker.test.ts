import { describe, expect, test } from '@jest/globals';
import { footerOf, partIn } from '../../../../lambda/crm/notes/marker.ts';

const id = '208:55039';

describe('the last line of a note', () => {
  test.each([
    ['plain', `Hello\n\n${footerOf(id)}`],
    ['HTML', `<p>Hello</p><p><em>${footerOf(id)}</em></p>`],
    ['HTML that a CRM has wrapped', `<div dir="auto"><p>Hello</p><p>${footerOf(id)}</p></div>\n`],
    ['Markdown', `Hello\n\n*${footerOf(id)}*`],
    ['Markdown, escaped', `Hello\n\n_Smartsupp chat 208\\:55039_`],
  ])('tells the conversation in %s', (_, body) => {
    expect(partIn(body, id)).toBe(0);
  });

  test.each([
    [1, `<p>${footerOf(id)}, part 2 of 3</p>`],
    [11, `*${footerOf(id)}, part 12 of 12*`],
  ])('tells part %d, from 0', (part, body) => {
    expect(partIn(body, id)).toBe(part);
  });

  test.each([
    ['of another', footerOf('208:5503')],
    ['of one that begins alike', footerOf('208:550391')],
    ['of one that ends alike', footerOf('1208:55039')],
    ['in the middle', `${footerOf(id)} is what I saw`],
    ['in the middle, with another at the end', `${footerOf(id)}\n${footerOf('208:1')}`],
    ['inside a word', `x${footerOf(id)}`],
    ['with a mark of Markdown before it alone', `*${footerOf(id)}`],
    ['missing', ''],
  ])('is none of this conversation: %s', (_, body) => {
    expect(partIn(body, id)).toBeUndefined();
  });

  test.each(['my_shop_:a*', "o'neil%26sons.example:a-1"])('knows the id %s again', (odd) => {
    expect(partIn(`Hello\n${footerOf(odd)}`, odd)).toBe(0);
    expect(partIn(`Hello\n_${footerOf(odd)}_`, odd)).toBe(0);
  });
});
