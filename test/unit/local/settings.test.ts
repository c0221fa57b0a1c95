import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StartError } from '../../../local/lib/errors.ts';
import { readSettings } from '../../../local/lib/settings.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('readSettings', () => {
  test('has a default for everything', () => {
    expect(readSettings({}, directory)).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataDirectory: join(directory, '.local'),
      configFile: join(directory, 'forwarder.json'),
      hookKey: undefined,
      secret: expect.any(Function),
    });
  });

  test('takes what is set, and relative paths from the directory', () => {
    const settings = readSettings(
      {
        PORT: '0',
        HOST: '0.0.0.0',
        FORWARDER_DATA: 'data',
        FORWARDER_CONFIG: '/etc/f.json',
        FORWARDER_HOOK_KEY: 'key',
      },
      directory,
    );
    expect(settings).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      dataDirectory: join(directory, 'data'),
      configFile: '/etc/f.json',
      hookKey: 'key',
    });
  });

  test("finds a destination's secret by its name in capitals", () => {
    const { secret } = readSettings({ FORWARDER_SECRET_MY_CRM: 'token', FORWARDER_SECRET_EMPTY: '' }, directory);
    expect([secret('my-crm'), secret('empty'), secret('other')]).toEqual(['token', undefined, undefined]);
  });

  test('reads .env, over which the environment wins', () => {
    writeFileSync(join(directory, '.env'), 'PORT=4000\nHOST=::1\nFORWARDER_SECRET_HUBSPOT="a b"\n');
    const settings = readSettings({ PORT: '5000' }, directory);
    expect([settings.port, settings.host, settings.secret('hubspot')]).toEqual([5000, '::1', 'a b']);
    rmSync(join(directory, '.env'));
  });

  test.each(['x', '-1', '65536', '3000.5', '0x10', ' '])('refuses the port %j', (PORT) => {
    expect(() => readSettings({ PORT }, directory)).toThrow(StartError);
  });
});
