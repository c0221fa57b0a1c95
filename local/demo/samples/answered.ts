import { type Script, shop } from './script.ts';
import { anna, jana } from './visitors.ts';

export const answered: Script = {
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
};

/** Without a name or an address: the CRM can log the chat, but has no contact to match. */
export const anonymous: Script = {
  visitor: anna,
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
};
