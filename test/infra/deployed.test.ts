import { expect, it } from '@jest/globals';
import { loopbackDestinations } from '../../infra/deployed.ts';

const webhook = (name: string, url: string) => ({ name, adapter: 'webhook', url }) as const;

it.each(['http://127.0.0.1:3000/crm', 'http://localhost', 'http://localhost:8080', 'http://[::1]/crm'])(
  'finds %s on this machine',
  (url) => {
    expect(
      loopbackDestinations({ destinations: [webhook('here', url), webhook('there', 'https://crm.example')] }),
    ).toEqual(['here']);
  },
);

it('finds the address of any adapter', () => {
  const hubspot = { name: 'hubspot', adapter: 'hubspot' } as const;
  const baseUrl = 'http://127.0.0.1:4010';
  expect(loopbackDestinations({ destinations: [hubspot] })).toEqual([]);
  expect(loopbackDestinations({ destinations: [{ ...hubspot, baseUrl }] })).toEqual(['hubspot']);
});

it('lets every other address pass', () => {
  const urls = ['https://localhost.example.com/', 'https://crm.example/?to=http://localhost/'];
  expect(loopbackDestinations({ destinations: urls.map((url) => webhook('there', url)) })).toEqual([]);
});
