import { type Script, shop } from './script.ts';
import { elise, jana, marek, petra } from './visitors.ts';

/** The customer of the answered chat: one contact with two chats in a CRM. */
export const missed: Script = {
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
};

export const offline: Script = {
  visitor: elise,
  pages: [{ url: `${shop}/tents/ridge-3`, title: 'Ridge 3 tent · Horal' }],
  flags: { isOffline: true },
  lines: [
    [
      'visitor',
      0,
      'Bonsoir! I would like to buy the Ridge 3 tent as a present, but I need it in Lyon before the 20th.\n\nDo you deliver to France, and could you put a little card in the parcel? You can also call me after 6 pm.\n\nMerci,\nÉlise',
    ],
  ],
};

export const dropped: Script = {
  visitor: marek,
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
};

export const automatic: Script = {
  visitor: petra,
  pages: [{ url: `${shop}/sale`, title: 'Winter sale · Horal' }],
  flags: { isTriggered: true },
  lines: [
    ['trigger', 0, 'Welcome back|Welcome back, Petra! Your size in the Sněžka jacket is in stock again.'],
    ['trigger', 90, 'Sale, second page|Everything on this page is 20 % off until Sunday.'],
  ],
};
