import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromAttributes, toAttributes, type Values } from '../../../lambda/store/attributes.ts';

const { tree: values } = fc.letrec<{ tree: Values }>((tie) => {
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.uint8Array(),
  );
  const value = fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf), tie('tree'));
  return {
    tree: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      value,
    ),
  };
});

/** Bytes as they travel, in base64. */
const travelling = (attributes: object): unknown =>
  JSON.parse(
    JSON.stringify(attributes, function (this: Record<string, unknown>, name, value) {
      const original = this[name];
      return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
    }),
  );
const onTheWire = (attributes: object): object => JSON.parse(JSON.stringify(attributes));
test('what is written is what the SDK would write', () => {
  fc.assert(
    fc.property(values, (each) => {
      expect(onTheWire(toAttributes(each))).toEqual(travelling(marshall(each, { removeUndefinedValues: true })));
    }),
  );
});

test('what is read is what was written, as the SDK reads it', () => {
  fc.assert(
    fc.property(values, (each) => {
      const marshalled = marshall(each, { removeUndefinedValues: true });
      const read = fromAttributes(onTheWire(toAttributes(each))) ?? {};
      expect(travelling(read)).toEqual(travelling(unmarshall(marshalled)));
    }),
  );
});

test('nothing is no item', () => {
  expect(fromAttributes(undefined)).toBeUndefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is no number that could be kept', (value) => {
  expect(() => toAttributes({ value })).toThrow(RangeError);
});

test('what this release does not write is not read as something else', () => {
  expect(() => fromAttributes({ names: { SS: ['a'] } })).toThrow('an attribute of type SS');
});
