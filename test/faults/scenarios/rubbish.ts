import { gzipSync } from 'node:zlib';

/** Bodies that are no chat. Each must be answered in its time, and with a refusal. */
export const rubbish: readonly (string | Uint8Array)[] = [
  '',
  'hello',
  'null',
  '42',
  '[]',
  '{}',
  '{"accountId":1,"channel":{"id":null}}',
  '{"accountId":1,"channel":[{"id":1}]}',
  gzipSync(Buffer.alloc(50_000_000, ' ')),
  '{"accountId":{"$gt":""},"channel":{"id":1}}',
  '{"__proto__":{"accountId":1,"channel":{"id":1}}}',
  '{"domains":{"shop.example":{"chats":12}}}',
  '['.repeat(100_000),
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  `{"channel":{},${Array.from({ length: 200_000 }, (_, key) => `"k${key}":0`).join()}}`,
  ' '.repeat(5_000_000),
  ' '.repeat(11_000_000),
  Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
];

/** Messages that no sealed hook is. Nobody but us can put one on the queue: another release might, or a hand. */
export const rubbishOnQueue: readonly string[] = [
  'no envelope',
  '{"version":2,"receivedAt":"2026-05-04T08:00:00.000Z","body":{"kind":"text","text":"{}"}}',
  '{"version":1,"receivedAt":"yesterday","body":{"kind":"text","text":"{}"}}',
  '{"version":1,"receivedAt":"2026-05-04T08:00:00.000Z","body":{"kind":"text","text":"no JSON"}}',
  '{"version":1,"receivedAt":"2026-05-04T08:00:00.000Z","body":{"kind":"text","text":"{\\"messages\\":[null]}"}}',
  '{"version":1,"receivedAt":"2026-05-04T08:00:00.000Z","body":{"kind":"zstd","base64":"bm8genN0ZA=="}}',
];

/** What a visitor may type, or a sender wrap around it, and what is a chat all the same. */
export const hostileWords: readonly string[] = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '</p></div>--><!--',
  '&amp;lt;b&amp;gt; &#0; &nbsp;',
  '\u202eright to left\u2066 and isolated',
  '\u0000\u0007\u001b[31m\u009b',
  'half a surrogate \ud800 and the other \udfff',
  '\ufffe\uffff\ufeff',
  'Smartsupp chat poison:1',
  '🚲'.repeat(2000),
  "'; DROP TABLE notes; -- {{7*7}} %s %n",
];
