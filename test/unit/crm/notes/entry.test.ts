import { describe, expect, test } from '@jest/globals';
import { partIn, referenceOf } from '../../../../lambda/crm/notes/entry.ts';

const id = '208:55039';

describe('the reference line of a note', () => {
  test.each([
    ['plain', `Hello\n\n${referenceOf(id)}`],
    ['HTML', `<p>Hello</p><p><em>${referenceOf(id)}</em></p>`],
    ['HTML that a CRM has wrapped', `<div dir="auto"><p>Hello</p><p>${referenceOf(id)}</p></div>\n`],
    ['Markdown', `Hello\n\n*${referenceOf(id)}*`],
    ['Markdown, escaped', `Hello\n\n_Smartsupp chat 208\\:55039_`],
  ])('tells the conversation in %s', (_, body) => {
    expect(partIn(body, id)).toBe(0);
  });

  test.each([
    [1, `<p>${referenceOf(id)}, part 2 of 3</p>`],
    [11, `*${referenceOf(id)}, part 12 of 12*`],
  ])('tells part %d, from 0', (part, body) => {
    expect(partIn(body, id)).toBe(part);
  });

  test.each([
    ['of another', referenceOf('208:5503')],
    ['of one that begins alike', referenceOf('208:550391')],
    ['of one that ends alike', referenceOf('1208:55039')],
    ['in the middle', `${referenceOf(id)} is what I saw`],
    ['in the middle, with another at the end', `${referenceOf(id)}\n${referenceOf('208:1')}`],
    ['inside a word', `x${referenceOf(id)}`],
    ['with a mark of Markdown before it alone', `*${referenceOf(id)}`],
    ['missing', ''],
  ])('is not of this conversation: %s', (_, body) => {
    expect(partIn(body, id)).toBeUndefined();
  });

  test.each(['my_shop_:a*', "o'neil%26sons.example:a-1"])('is found for the id %s', (odd) => {
    expect(partIn(`Hello\n${referenceOf(odd)}`, odd)).toBe(0);
    expect(partIn(`Hello\n_${referenceOf(odd)}_`, odd)).toBe(0);
  });
});
