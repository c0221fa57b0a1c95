import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSafeVendorMessage, safeVendorMessage } from '../../../../lambda/crm/http/vendor-message.ts';
import { growthOf, maxGrowth } from '../../../support/growth.ts';

describe('a vendor’s message', () => {
  test.each([
    ['HubSpot', { status: 'error', message: 'Slow down', category: 'RATE_LIMITS' }, 'Slow down (RATE_LIMITS)'],
    ['problem+json', { type: 'about:blank', title: 'Gone', detail: 'It is gone.' }, 'It is gone.'],
    ['OAuth', { error: 'invalid_grant', error_description: 'Expired' }, 'Expired'],
    ['a list of errors', [{ message: 'Required', errorCode: 'REQUIRED_FIELD' }], 'Required (REQUIRED_FIELD)'],
    [
      'HubSpot, of a scope that is missing',
      {
        message: "This app hasn't been granted all required scopes to make this call.",
        errors: [
          {
            message: 'One or more of the following scopes are required.',
            context: { requiredGranularScopes: ['crm.objects.contacts.write'] },
          },
        ],
        category: 'MISSING_SCOPES',
      },
      "This app hasn't been granted all required scopes to make this call. One or more of the following scopes are " +
        'required (MISSING_SCOPES). Scopes: crm.objects.contacts.write',
    ],
    [
      'HubSpot, of two properties',
      {
        message: `Property values were not valid: ${JSON.stringify([
          {
            message: 'Property "colour" does not exist',
            localizedErrorMessage: 'Property "colour" does not exist',
            name: 'colour',
          },
          { message: 'not one of the options', name: 'lifecyclestage', error: 'INVALID_OPTION' },
        ])}`,
        category: 'VALIDATION_ERROR',
      },
      'Property values were not valid: Property "colour" does not exist; lifecyclestage: not one of the options ' +
        '(VALIDATION_ERROR)',
    ],
    ['errors inside', { errors: [{ message: 'Deep' }] }, 'Deep'],
    ['a page', '<html><body><h1>502</h1>\n<p>Bad   gateway</p></body></html>', '502 Bad gateway'],
    ['nothing', undefined, ''],
    ['a number', 7, ''],
  ])('%s', (_, body, words) => {
    expect(safeVendorMessage(body, [])).toBe(words);
  });

  test('is one line, cut short', () => {
    const words = safeVendorMessage({ message: `line\n${'x'.repeat(5000)}` }, []);
    expect(words).toMatch(/^line x+…$/);
    expect(words.length).toBeLessThan(310);
  });
});

describe('a vendor’s message hides', () => {
  test('a value that we sent, in any case, but only as a whole word', () => {
    const words = safeVendorMessage('Eva HORÁKOVÁ (eva) is not evaluated: Eva', ['Eva', 'horáková']);
    expect(words).toBe('… … (…) is not evaluated: …');
  });

  test('a fragment of a long text that we sent', () => {
    const words = safeVendorMessage('Bad token near "the blue bicycle, ple"', [
      '<p><b>Eva</b></p><p>I want the blue bicycle, please</p>',
    ]);
    expect(words).toBe('Bad token near "…"');
  });

  test('any e-mail address, sent or not', () => {
    expect(safeVendorMessage('Owner (someone@else.example) refused', [])).toBe('Owner (…) refused');
    expect(safeVendorMessage('{"email":"a.b+c@d.cz"}', [])).toBe('{"email":"…"}');
  });

  test('anything that we sent, wherever the vendor quotes it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\d]{9,40}$/u), fc.string(), fc.string(), (value, before, after) => {
        expect(safeVendorMessage({ message: `${before} ${value} ${after}` }, [value]).toLowerCase()).not.toContain(
          value.toLowerCase(),
        );
      }),
      {
        examples: [
          ['0AA𐒰0AA0A', '', ''],
          ['İSTANBULİİİ', '', ''],
        ],
      },
    );
  });

  test('megabytes, in a time that grows as they do', async () => {
    const words = (length: number) => [Array.from({ length }, (_, at) => `word${at}`).join(' ')];
    const message = 'The word 149999 is bad: word149998 word149999';
    const read = (sent: readonly string[]) => expect(safeVendorMessage(message, sent)).toBe('The word 149999 is bad:…');
    expect(await growthOf(read, [words(150_000), words(300_000)])).toBeLessThanOrEqual(maxGrowth);
  });
});

test('equal messages of a batch are scanned once, and different ones until that costs too much', () => {
  let asked = 0;
  const words = createSafeVendorMessage(() => {
    asked += 1;
    return ['ž'.repeat(9_000_000), 'Eva Horáková'];
  });
  expect(words({ message: 'Eva Horáková is invalid' })).toBe('… is invalid');
  expect(words({ message: 'No such owner' })).toBe('No such owner');
  expect(words({ message: 'No such field' })).toBe('');
  expect(words({ message: 'No such owner' })).toBe('No such owner');
  expect(asked).toBe(1);
});
