import type { Script } from './script.ts';

type Visitor = Script['visitor'];

/** Fictitious: names at example.com, addresses from the ranges for documentation (RFC 2606, RFC 5737). */
export const jana: Visitor = {
  id: 'vJ4na8f21',
  name: 'Jana Nováková',
  email: 'jana.novakova@example.com',
  note: 'Regular customer, hikes a lot',
  group: null,
  ipAddress: '192.0.2.18',
  city: 'Brno',
  country: 'Czech Republic',
  countryCode: 'CZ',
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1',
  platform: 'iPhone',
  referer: 'https://www.google.com/',
  variables: { customer: { label: 'Customer number', value: 48213 }, orders: { label: 'Orders so far', value: 7 } },
};

export const anna: Visitor = {
  id: 'vQ77xkd02',
  name: '',
  email: '',
  note: null,
  group: null,
  ipAddress: '203.0.113.77',
  city: 'Olomouc',
  country: 'Czech Republic',
  countryCode: 'CZ',
  userAgent: 'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
  platform: 'Android',
  referer: '',
  variables: {},
};

export const elise: Visitor = {
  id: 'vE1ise55a',
  name: 'Élise Fournier',
  email: 'elise.fournier@example.org',
  note: null,
  group: null,
  ipAddress: '198.51.100.55',
  city: 'Lyon',
  country: 'France',
  countryCode: 'FR',
  userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.6 Safari/605.1.15',
  platform: 'MacIntel',
  referer: 'https://www.pinterest.com/',
  variables: { phone: { label: 'Phone', value: '+33 1 99 00 12 34' } },
};

export const marek: Visitor = {
  id: 'vM4rek310',
  name: 'Marek Kowalczyk',
  email: 'Marek.Kowalczyk@Example.com',
  note: null,
  group: null,
  ipAddress: '192.0.2.131',
  city: 'Katowice',
  country: 'Poland',
  countryCode: 'PL',
  userAgent: 'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
  platform: 'Android',
  referer: '',
  variables: { basket: { label: 'Basket', value: '3 489 Kč' } },
};

export const petra: Visitor = {
  id: 'vP3tra904',
  name: 'Petra Horvathová',
  email: 'petra.horvathova@example.net',
  note: null,
  group: 'newsletter',
  ipAddress: '198.51.100.204',
  city: 'Žilina',
  country: 'Slovakia',
  countryCode: 'SK',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  platform: 'Win32',
  referer: '',
  variables: {},
};

export const tomas: Visitor = {
  id: 'vT0mas612',
  name: 'Tomáš Dvořák',
  email: 'tomas.dvorak@example.org',
  note: 'Leads a scout troop in Plzeň',
  group: null,
  ipAddress: '203.0.113.12',
  city: 'Plzeň',
  country: 'Czech Republic',
  countryCode: 'CZ',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
  platform: 'Win32',
  referer: `https://duckduckgo.com/`,
  variables: {
    organisation: { label: 'Organisation', value: '3rd troop Plzeň' },
    invoice: { label: 'Wants an invoice', value: true },
  },
};
