import { describe, expect, test } from '@jest/globals';
import { localConfig } from '../../../local/assemble.ts';

const origin = 'http://127.0.0.1:4567';
const withUrl = (url: string) =>
  JSON.stringify({ timezone: 'UTC', destinations: [{ name: 'demo', adapter: 'webhook', url }] });

describe('localConfig', () => {
  test.each(['http://127.0.0.1:3000/demo-crm', 'http://localhost:3000/demo-crm', `${origin}/demo-crm`])(
    'moves the demo CRM from %s to where it is',
    (url) => {
      const { text, demoDestination } = localConfig(withUrl(url), origin);
      expect(demoDestination).toBe('demo');
      const api = { accountId: '100200', url: `${origin}/demo-smartsupp/v2/` };
      expect(JSON.parse(text)).toEqual({ ...JSON.parse(withUrl(`${origin}/demo-crm`)), api });
    },
  );

  test('puts no fake Smartsupp in the place of one that is configured', () => {
    const api = { accountId: '208', webhooks: false };
    const text = JSON.stringify({ ...JSON.parse(withUrl(`${origin}/demo-crm`)), api });
    expect(JSON.parse(localConfig(text, origin).text).api).toEqual(api);
  });

  test.each([
    ['another path', withUrl('http://127.0.0.1:3000/demo-crm-2')],
    ['another port', withUrl('http://127.0.0.1:3001/demo-crm')],
    ['another machine', withUrl('https://crm.example.com:3000/demo-crm')],
    ['no destinations', '{}'],
    ['destinations that are no list', '{"destinations": {"url": 1}}'],
    ['destinations that are none', '{"destinations": [null, 1, {"url": 2}]}'],
    ['no object', 'null'],
    ['no JSON', '{"a'],
    ['nothing', ''],
  ])('leaves %s as it is', (_name, text) => {
    expect(localConfig(text, origin)).toEqual({ text, demoDestination: undefined });
  });
});
