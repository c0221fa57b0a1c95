import { describe, expect, test } from '@jest/globals';
import { TemplateError } from '../../../local/lib/errors.ts';
import { type References, resolve } from '../../../local/template/intrinsics.ts';

const references: References = {
  ref: (name) => (name === 'AWS::NoValue' ? undefined : `ref(${name})`),
  attribute: (logicalId, name) => `attribute(${logicalId}, ${name})`,
};

describe('resolve', () => {
  test.each([
    ['a plain value', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['Ref', { Ref: 'Queue' }, 'ref(Queue)'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'attribute(Queue, Arn)'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Nested.Outputs.Url' }, 'attribute(Nested, Outputs.Url)'],
    ['Fn::Join of references', { 'Fn::Join': [':', ['a', { Ref: 'B' }, 3]] }, 'a:ref(B):3'],
    ['Fn::Split', { 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
    ['Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
    ['Fn::Sub of a text', { 'Fn::Sub': `\${A}/\${B.Arn}/\${!Literal}` }, `ref(A)/attribute(B, Arn)/\${Literal}`],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${A}/\${C}`, { C: { Ref: 'D' } }] }, 'ref(A)/ref(D)'],
    ['Fn::Sub with a variable that looks like an attribute', { 'Fn::Sub': [`\${A.b}`, { 'A.b': 1 }] }, '1'],
    ['no value in a list', ['a', { Ref: 'AWS::NoValue' }], ['a']],
    ['no value as a property', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['references deep inside', { a: { b: [{ c: { Ref: 'D' } }] } }, { a: { b: [{ c: 'ref(D)' }] } }],
    ['a property that only looks like a function', { Reference: 'x' }, { Reference: 'x' }],
  ])('%s', (_name, value, expected) => {
    expect(resolve(value, references)).toEqual(expected);
  });

  test('says which function it does not know', () => {
    expect(() => resolve({ a: { 'Fn::ImportValue': 'x' } }, references)).toThrow(/Fn::ImportValue is not known/);
  });

  test('refuses to join what is no text', () => {
    expect(() => resolve({ 'Fn::Join': ['', [{ a: 1 }]] }, references)).toThrow(TemplateError);
  });
});
