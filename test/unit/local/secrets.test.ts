import { describe, expect, test } from '@jest/globals';
import { generated, secretValues } from '../../../local/provision/secrets.ts';

describe('secretValues', () => {
  const secret = (arn: string, name?: string) => ({ arn, name, generate: {} });
  const secrets = [secret('hook'), secret('1', 'hubspot'), secret('2', 'my-crm'), secret('other')];
  const getOrCreate = (name: string) => `kept ${name}`;

  test('are kept under names that infra/ cannot change', () => {
    const settings = { hookKey: undefined, secret: () => undefined };
    expect([...secretValues({ secrets, hookKeyArn: 'hook', settings, getOrCreate })]).toEqual([
      ['hook', 'kept hook-key'],
      ['1', 'kept destination/hubspot'],
      ['2', 'kept destination/my-crm'],
      ['other', 'kept other'],
    ]);
  });

  test('are what the user has set', () => {
    const settings = { hookKey: 'key', secret: (name: string) => (name === 'hubspot' ? 'token' : undefined) };
    const values = secretValues({ secrets, hookKeyArn: 'hook', settings, getOrCreate });
    expect([values.get('hook'), values.get('1'), values.get('2')]).toEqual(['key', 'token', 'kept destination/my-crm']);
  });
});

describe('generated', () => {
  test('has the length and the characters that were asked for', () => {
    const options = { PasswordLength: 43, ExcludePunctuation: true };
    expect(generated(options)).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(generated(options)).not.toBe(generated(options));
    expect(generated({ PasswordLength: 200, ExcludePunctuation: true, ExcludeCharacters: 'abc' })).not.toMatch(/[abc]/);
    expect(generated({})).toHaveLength(32);
  });
});
