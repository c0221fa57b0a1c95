import { person, type Sample, type ScriptLine, shop } from './script.ts';

/** About three hundred messages: an equipment list, item by item. */
export const long: Sample = {
  name: 'long',
  label: 'Long, 300 messages',
  script: {
    visitor: person({
      id: 'vT0mas612',
      name: 'Tomáš Dvořák',
      email: 'tomas.dvorak@example.org',
      note: 'Leads a scout troop in Plzeň',
      ipAddress: '203.0.113.12',
      city: 'Plzeň',
      country: 'Czech Republic',
      countryCode: 'CZ',
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
      platform: 'Win32',
      referer: 'https://duckduckgo.com/',
      variables: {
        organisation: { label: 'Organisation', value: '3rd troop Plzeň' },
        invoice: { label: 'Wants an invoice', value: true },
      },
    }),
    pages: [
      { url: `${shop}/groups`, title: 'Schools and clubs · Horal' },
      { url: `${shop}/camping`, title: 'Camping · Horal' },
    ],
    flags: { isChat: true, isCompleted: true },
    rating: { score: 5, comment: 'An hour and a half, 38 children equipped. Lucie deserves a medal.' },
    lines: [...opening(), ...list().flatMap(talk), ...farewell()],
  },
};

/** Name, count, unit price in crowns, and the shop's remark. */
type Item = readonly [name: string, count: number, price: number, remark: string];

function list(): readonly Item[] {
  return [
    ['three-person tents', 13, 2890, 'the Ridge 3 stands up in ten minutes, even with children helping'],
    ['spare tent pegs', 60, 19, 'take the orange ones, they are found again in the grass'],
    ['sleeping mats', 38, 390, 'the closed-cell kind: nothing to burst'],
    ['summer sleeping bags', 12, 990, 'comfortable down to 8 °C'],
    ['head torches', 40, 349, 'with a red light, so that nobody is dazzled at night'],
    ['sets of AAA batteries', 40, 89, 'three to a set, one set for each torch'],
    ['20-litre canisters', 6, 429, 'with a tap, safe for drinking water'],
    ['enamel mugs', 42, 129, 'they survive everything but being lost'],
    ['deep plates', 42, 99, 'steel, they stack well'],
    ['spoons', 45, 35, 'a few more than children, always'],
    ['15-litre pots', 3, 1290, 'with a lid and a handle for hanging'],
    ['gas stoves', 4, 1590, 'two flames each, with wind shields'],
    ['gas cylinders', 10, 219, 'these go by our own van, not by parcel'],
    ['fire strikers', 8, 199, 'good for some 3,000 fires'],
    ['folding saws', 5, 549, 'they come with a sheath'],
    ['camp axes', 2, 899, 'please lend them to adults only'],
    ['30-metre ropes', 6, 690, 'static, 9 mm'],
    ['bundles of pioneering cord', 20, 79, 'sisal, 50 metres in each'],
    ['tarpaulins, 4 × 6 m', 3, 1190, 'with eyelets every half a metre'],
    ['compasses', 14, 259, 'one for two children, and a few for the leaders'],
    ['hiking maps of the Šumava', 10, 149, 'number 66, the new edition'],
    ['first-aid kits', 5, 490, 'filled as the camp rules ask'],
    ['tick removers', 10, 59, 'the card kind works best'],
    ['bottles of insect repellent', 12, 169, 'suitable for children from three years'],
    ['tubes of sun cream', 15, 229, 'SPF 50, water resistant'],
    ['rain ponchos', 38, 179, 'sizes for 8 to 15 years, I will mix them by your list'],
    ['dry bags', 8, 299, '20 litres, for the canoe day'],
    ['life jackets', 12, 1090, 'we can also lend them for a third of the price'],
    ['whistles', 40, 29, 'without a pea, they work in the rain'],
    ['chess sets', 2, 249, 'magnetic, for the rainy days'],
    ['frisbees', 6, 149, '175 grams, the real thing'],
    ['repair kits for tents', 4, 189, 'tape, patches and a needle that goes through anything'],
    ['clothes lines', 4, 89, 'fifteen metres each'],
    ['rolls of rubbish bags', 12, 49, '60 litres, made from recycled plastic'],
    ['lanterns', 6, 459, 'they charge from the sun during the day'],
    ['storage boxes', 10, 319, 'they stack, and close against mice'],
    ['troop flags', 1, 690, 'printed to your drawing, it takes a week'],
  ];
}

function opening(): readonly ScriptLine[] {
  return [
    [
      'visitor',
      0,
      'Hello! I run a summer camp for 38 children and have a rather long shopping list. Is it all right to go through it here?',
    ],
    ['joins', 15, ''],
    [
      'agent',
      12,
      'Hello Tomáš, of course. I have made myself a cup of tea. Let us go one by one, and I send you the whole offer at the end.',
    ],
    ['visitor', 14, 'You are wonderful. Ready?'],
    ['agent', 6, 'Ready!'],
  ];
}

function talk([name, count, price, remark]: Item, index: number): readonly ScriptLine[] {
  const total = (count * price).toLocaleString('en-GB');
  const questions = [
    `Next: ${name}, ${count} of them.`,
    `Then we need ${count} ${name}.`,
    `What about ${name}? I counted ${count}.`,
    `Number ${index + 1} on my list: ${count} × ${name}.`,
  ];
  const thanks = ['Good, take them.', 'Yes please.', 'Perfect, that is what I hoped for.', 'All right, add it.'];
  const notes = ['Added.', 'Written down ✍️', 'It is in the offer.', 'Done.'];
  const pick = (from: readonly string[]) => from[index % from.length] ?? '';
  return [
    ['visitor', 14, pick(questions)],
    ['agent', 12, `We have that many. ${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`],
    ['visitor', 9, index % 3 === 0 ? 'What would they cost together?' : 'And the price?'],
    ['agent', 8, `${price.toLocaleString('en-GB')} Kč each, so ${total} Kč for ${count}.`],
    ['visitor', 16, index % 7 === 6 ? 'Can we send back what is left over, unopened?' : 'Is it in stock before July?'],
    [
      'agent',
      11,
      index % 7 === 6 ? 'Of course, until the end of September.' : 'Yes, I have just put it aside for you.',
    ],
    ['visitor', 6, pick(thanks)],
    ['agent', 5, pick(notes)],
  ];
}

function farewell(): readonly ScriptLine[] {
  const total = list().reduce((sum, [, count, price]) => sum + count * price, 0);
  return [
    ['visitor', 12, 'And that is all. My fingers hurt.'],
    [
      'agent',
      30,
      `Mine too 😄 It comes to ${total.toLocaleString('en-GB')} Kč, and as a club you have 12 % off. The offer is on its way to your e-mail, it holds for fourteen days.`,
    ],
    ['visitor', 20, 'You have just saved my weekend. Thank you, Lucie!'],
    ['agent', 9, 'Have a lovely camp, and send us a photo!'],
    ['closes', 7, ''],
  ];
}

/** Markup and scripts, which must arrive as harmless text. */
export const hostile: Sample = {
  name: 'hostile',
  label: 'Hostile text',
  script: {
    visitor: {
      id: '<b>v</b>',
      name: '<script>alert("name")</script> \u202Emoc.live\u202C',
      email: 'mallory+<img/src=x/onerror=alert(1)>@example.com',
      note: '"><svg onload=alert(2)> {{7*7}} <%= 7*7 %>',
      referer: 'javascript:alert(3)',
      countryCode: 'XX',
      variables: {
        '<i>key</i>': { label: '<i>label</i>', value: '=HYPERLINK("http://evil.example";"click")' },
        __proto__label: { label: 'constructor', value: '\u0000\u0007\u001b[31mred\u001b[0m' },
      },
    },
    pages: [
      { url: 'javascript:alert(document.domain)', title: 'A page that is a script' },
      { url: 'data:text/html,<script>alert(4)</script>', title: '' },
      { url: `${shop}/?q=%3Cscript%3E"><script>alert(5)</script>`, title: '</title><script>alert(6)</script>' },
    ],
    flags: { isMissed: true },
    rating: { score: 1, comment: '<style>*{display:none}</style>' },
    lines: [
      ['visitor', 0, '<script>document.body.textContent = "pwned"</script><img src=x onerror="alert(7)">'],
      [
        'visitor',
        3,
        'Invoice \u202Efdp.exe\u202C and \u2066isolated\u2069 and \u0000 a bell \u0007 and a lone half \uD83D of a face.',
      ],
      ['visitor', 4, 'مرحبا، هل الشحن مجاني؟ שלום! <!-- --> ]]> &amp; &lt;'],
      ['visitor', 5, `One word: ${'woah'.repeat(1250)}`],
      ['visitor', 6, `Z${'̸̡̢̧̛̖̗'.repeat(40)}algo, and a flag 🏴‍☠️ and a family 👨‍👩‍👧‍👦`],
      ['visitor', 7, '[click me](javascript:alert(8)) http://evil.example/?cookie= https://example.com@evil.example'],
      ['visitor', 8, 'First line\r\nsecond line\n\n\n\n\n\n\nafter many empty ones\t\ttabbed'],
    ],
  },
};
