import { person, type Sample, shop } from './script.ts';

const jana = person({
  id: 'vJ4na8f21',
  name: 'Jana Nováková',
  email: 'jana.novakova@example.com',
  note: 'Regular customer, hikes a lot',
  ipAddress: '192.0.2.18',
  city: 'Brno',
  country: 'Czech Republic',
  countryCode: 'CZ',
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1',
  platform: 'iPhone',
  referer: 'https://www.google.com/',
  variables: { customer: { label: 'Customer number', value: 48213 }, orders: { label: 'Orders so far', value: 7 } },
});

export const answered: Sample = {
  name: 'answered',
  label: 'Answered and rated',
  script: {
    visitor: jana,
    pages: [
      { url: `${shop}/boots/womens`, title: 'Women’s hiking boots · Horal' },
      { url: `${shop}/boots/womens/tatra-mid-gtx`, title: 'Tatra Mid GTX · Horal' },
      { url: `${shop}/delivery`, title: 'Delivery and returns · Horal' },
    ],
    flags: { isChat: true, isCompleted: true },
    rating: { score: 5, comment: 'Quick, kind, and she knew the boots. Thank you!' },
    lines: [
      ['trigger', 0, 'Looking at boots|Hello! Not sure about the size? We have measured every boot we sell, just ask.'],
      ['visitor', 24, 'Hi! I wear 39 in normal shoes. Which size should I take in the Tatra Mid?'],
      ['joins', 9, ''],
      [
        'agent',
        11,
        'Good afternoon, Jana. The Tatra runs a little small, so I would go for 40.\n\nA quick way to check: stand on a sheet of paper and measure your foot. Up to 25.2 cm is size 39, up to 25.8 cm is size 40.',
      ],
      ['visitor', 48, '25.5 cm, so 40 it is 🙂 Can I have them in Brno by Friday?'],
      [
        'agent',
        16,
        'Yes. The last pair in forest green is here in the warehouse. Order by 2 pm and they arrive tomorrow.',
      ],
      ['visitor', 21, 'And if they still do not fit?'],
      [
        'agent',
        13,
        'Send them back within 60 days, the label is in the box and the return is free. Try them at home on a carpet first, please.',
      ],
      ['visitor', 15, 'Perfect, ordering now. Thank you!'],
      ['agent', 8, 'Happy to help. Enjoy the mountains!'],
      ['closes', 19, ''],
    ],
  },
};

/** Jana's second chat: one contact with two chats in a CRM. */
export const missed: Sample = {
  name: 'missed',
  label: 'Missed',
  script: {
    visitor: jana,
    pages: [{ url: `${shop}/account/orders`, title: 'Moje objednávky · Horal' }],
    flags: { isMissed: true },
    lines: [
      ['visitor', 0, 'Dobrý den, včera jsem objednala boty Tatra Mid, ale do adresy jsem napsala staré číslo domu.'],
      ['visitor', 31, 'Správně má být Údolní 18, ne 81. Stihnete to ještě změnit, než balík odejde?'],
      ['visitor', 142, 'Haló, je tam někdo? 🙂'],
      ['visitor', 205, 'Nevadí, ozvěte se mi prosím na e-mail nebo zavolejte. Děkuji!'],
      ['closes', 11, ''],
    ],
  },
};

export const offline: Sample = {
  name: 'offline',
  label: 'Offline message',
  script: {
    visitor: person({
      id: 'vE1ise55a',
      name: 'Élise Fournier',
      email: 'elise.fournier@example.org',
      ipAddress: '198.51.100.55',
      city: 'Lyon',
      country: 'France',
      countryCode: 'FR',
      userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.6 Safari/605.1.15',
      platform: 'MacIntel',
      referer: 'https://www.pinterest.com/',
      variables: { phone: { label: 'Phone', value: '+33 1 99 00 12 34' } },
    }),
    pages: [{ url: `${shop}/tents/ridge-3`, title: 'Ridge 3 tent · Horal' }],
    flags: { isOffline: true },
    lines: [
      [
        'visitor',
        0,
        'Bonsoir! I would like to buy the Ridge 3 tent as a present, but I need it in Lyon before the 20th.\n\nDo you deliver to France, and could you put a little card in the parcel? You can also call me after 6 pm.\n\nMerci,\nÉlise',
      ],
    ],
  },
};

export const dropped: Sample = {
  name: 'dropped',
  label: 'Dropped',
  script: {
    visitor: person({
      id: 'vM4rek310',
      name: 'Marek Kowalczyk',
      email: 'Marek.Kowalczyk@Example.com',
      ipAddress: '192.0.2.131',
      city: 'Katowice',
      country: 'Poland',
      countryCode: 'PL',
      userAgent: 'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
      platform: 'Android',
      variables: { basket: { label: 'Basket', value: '3 489 Kč' } },
    }),
    pages: [
      { url: `${shop}/cart`, title: 'Your basket · Horal' },
      { url: `${shop}/checkout/payment`, title: 'Payment · Horal' },
    ],
    flags: { isChat: true, isDropped: true },
    lines: [
      ['visitor', 0, 'my card was refused twice, is it you or my bank?'],
      ['joins', 12, ''],
      [
        'agent',
        10,
        'Hello Marek, I am sorry about that. I can see both tries, so your basket is safe. One moment, I am asking the payment gateway.',
      ],
      ['visitor', 9, 'ok I am on the train, the signal is'],
      [
        'agent',
        55,
        'The gateway says that your bank wanted a confirmation in its app. Could you look whether one is waiting there?',
      ],
    ],
  },
};

/** Without a name or an address: the CRM can log the chat, but has no contact to match. */
export const anonymous: Sample = {
  name: 'anonymous',
  label: 'Anonymous visitor',
  script: {
    visitor: person({
      id: 'vQ77xkd02',
      name: '',
      email: '',
      ipAddress: '203.0.113.77',
      city: 'Olomouc',
      country: 'Czech Republic',
      countryCode: 'CZ',
      userAgent: 'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
      platform: 'Android',
    }),
    pages: [{ url: `${shop}/stores/olomouc`, title: 'Our shop in Olomouc · Horal' }],
    flags: { isChat: true, isCompleted: true },
    rating: { score: 4 },
    lines: [
      ['visitor', 0, 'Is the Olomouc shop open on Saturday?'],
      ['joins', 14, ''],
      ['agent', 7, 'Hello! Yes, from 9 am to 1 pm. Parking behind the building is free for an hour.'],
      ['visitor', 12, 'Great, and do you sharpen crampons there?'],
      ['agent', 18, 'We do, while you wait. It takes about twenty minutes.'],
      ['visitor', 6, 'super thx'],
      ['closes', 4, ''],
    ],
  },
};

export const automatic: Sample = {
  name: 'automatic',
  label: 'Automatic messages only',
  script: {
    visitor: person({
      id: 'vP3tra904',
      name: 'Petra Horvathová',
      email: 'petra.horvathova@example.net',
      group: 'newsletter',
      ipAddress: '198.51.100.204',
      city: 'Žilina',
      country: 'Slovakia',
      countryCode: 'SK',
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
      platform: 'Win32',
    }),
    pages: [{ url: `${shop}/sale`, title: 'Winter sale · Horal' }],
    flags: { isTriggered: true },
    lines: [
      ['trigger', 0, 'Welcome back|Welcome back, Petra! Your size in the Sněžka jacket is in stock again.'],
      ['trigger', 90, 'Sale, second page|Everything on this page is 20 % off until Sunday.'],
    ],
  },
};
