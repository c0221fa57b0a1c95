import { expect, test } from '@jest/globals';
import { companyDomainOf } from '../../../lambda/conversation/email.ts';

test.each([
  'gmail.com',
  'seznam.cz',
  'volny.cz',
  'azet.sk',
  'wp.pl',
  'freemail.hu',
  'gmx.de',
  'libero.it',
  'orange.fr',
])('an address at %s tells no company', async (domain) => {
  expect(await companyDomainOf(`jan.novak@${domain}`)).toBeNull();
});

test('another address tells its company’s domain', async () => {
  expect(await companyDomainOf('jan.novak@acme.example')).toBe('acme.example');
});
