import { expect, test } from '@jest/globals';
import { chatText } from '../../../cli/commands/show/text.ts';
import { parseConfig } from '../../../infra/config/load.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { aDelivery, at } from '../../support/a-delivery.ts';
import { chat } from '../conversation/transcript/chat.ts';

const webhook = { name: 'crm', adapter: 'webhook', url: 'https://crm.example.com/hook' };
const config = parseConfig('forwarder.json', JSON.stringify({ timezone: 'Europe/Prague', destinations: [webhook] }));

type OtherSources = { readonly alsoAs: readonly string[]; readonly maybeAlsoAs: readonly string[] };
const ofOneSource: OtherSources = { alsoAs: [], maybeAlsoAs: [] };

function shown(delivery: Delivery, content = 'Hello', others = ofOneSource): readonly string[] {
  const conversation = chat({ messages: [{ type: 'visitor', content }] });
  const deliveries = [{ delivery, link: null }];
  const commandLine = (command: string) => `npx forwarder ${command}`;
  const told = { id: '208:1', ...others, visitor: 'Eva', receivedAt: at(0), page: undefined, deliveries, conversation };
  return chatText(told, { config, commandLine }).split('\n');
}

test('as many attempts are counted as are listed, though a replay begins anew', () => {
  const failed = { durationMs: 5, outcome: 'parked', fault: 'permanent', reason: 'no such property' } as const;
  const history = [
    { ...failed, startedAt: at(-200) },
    { ...failed, startedAt: at(-100) },
    { ...failed, startedAt: at(-61), outcome: 'delivered', fault: null, reason: null } as const,
  ];
  const delivered = aDelivery({ state: 'delivered', reason: null, fault: null, attempts: 1, since: at(-61), history });
  expect(shown(delivered).slice(2, 7)).toEqual([
    expect.stringMatching(/^crm: delivered .*, after 3 attempts since 01 May 09:56/),
    expect.stringMatching(/ delivered .* ms$/),
    expect.stringMatching(/ parked .* ms$/),
    '    no such property',
    expect.stringMatching(/ parked .* ms {2}for the same reason$/),
  ]);
});

test('long words of a vendor and of a visitor are in lines that fit, with their indent', () => {
  const reason = `no such property: ${JSON.stringify({ errors: 'x'.repeat(200) })}`;
  const lines = shown(aDelivery({ reason }), 'Do you have the blue one? '.repeat(20));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(lines.filter((line) => /x{20}/.test(line)).every((line) => line.startsWith('  '))).toBe(true);
  expect(lines.filter((line) => /blue/.test(line)).every((line) => line.startsWith('  '))).toBe(true);
});

test('what the CRM did not accept is told below the state', () => {
  const warnings = ['email (INVALID_EMAIL)', 'plan (INVALID_OPTION)'];
  const lines = shown(aDelivery({ state: 'delivered', reason: null, fault: null, warnings }));
  expect(lines).toContain('  the CRM did not accept: email (INVALID_EMAIL), plan (INVALID_OPTION)');
});

test('the conversation of the other source is named, and whether it is certainly the same', () => {
  const delivered = aDelivery({ state: 'delivered', reason: null, fault: null });
  expect(shown(delivered, 'Hello', { alsoAs: ['208:coX'], maybeAlsoAs: [] })).toContain(
    "  and 208:coX, the same chat by Smartsupp's other source",
  );
  const maybe = shown(delivered, 'Hello', { alsoAs: [], maybeAlsoAs: ['208:coY'] }).join(' ');
  expect(maybe).toContain('maybe the same chat as 208:coY');
});
