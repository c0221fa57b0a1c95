import fc from 'fast-check';

/** Halves of characters: no character on its own. */
const surrogates = { from: 0xd800, count: 0x800 };

/**
 * Any character of Unicode, as fast-check's unit `binary`. That one lists a million characters before it gives the first:
 * two seconds in each file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(0x10ffff - surrogates.count).map(
  (index) => String.fromCodePoint(index < surrogates.from ? index : index + surrogates.count),
  (value) => {
    const code = typeof value === 'string' ? value.codePointAt(0) : undefined;
    if (code === undefined || value !== String.fromCodePoint(code)) throw new Error('This is not one character.');
    return code < surrogates.from ? code : code - surrogates.count;
  },
);
