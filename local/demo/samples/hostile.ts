import { type Sample, shop } from './script.ts';

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
