import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { configSchema } from '../../../infra/config/schema.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { snapshot } from '../../unit/smartsupp/snapshots.ts';
import { createForwarderHere } from './support/forwarder.ts';
import { openTerminal } from './support/terminal.ts';

// A machine that may be busy.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'forwarder-preview-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const hostile = '\u001b[2J<img src=x onerror=alert(1)>';
const chat = write('chat.json', aHookBody({ visitor: { id: 7, email: 'eva@example.com', name: hostile } }));
const preview = (destinations: readonly unknown[], ...args: readonly string[]) => {
  const env = { FORWARDER_CONFIG: write('forwarder.json', { destinations }), NO_COLOR: '1' };
  return createForwarderHere(folder)(['preview', ...args], { env });
};
const hubspot = { name: 'sales', adapter: 'hubspot', fields: { website: 'pages[0].url' } };

/** What each kind must be told, beside its name. */
const required: Readonly<Record<string, unknown>> = {
  url: 'https://crm.example.com/hook',
  baseUrl: 'https://crm.example.com',
  dataCentre: 'eu',
  instance: 'shop',
  owners: { fallback: '7' },
};

test('says where a chat would go, and every request, and sends none', async () => {
  const { code, stdout } = await preview([hubspot], chat);
  expect(code).toBe(0);
  expect(stdout).toContain('sales (hubspot): would be delivered in');
  expect(stdout).toMatch(/POST https:\/\/api\.hubapi\.com\/crm\/objects\/2026-09\/notes/);
  expect(stdout).toContain('authorization: ***');
});

test('takes samples as send does', async () => {
  const { code, stdout } = await preview([hubspot], '--sample', 'missed');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ {2}missed\n\nsales \(hubspot\): would be delivered/)]);
  const nothing = await preview([hubspot]);
  expect([nothing.code, nothing.stderr]).toEqual([2, 'Say which chat: a file, or --sample answered.\n']);
});

test('takes what comes by a pipe', async () => {
  const env = { FORWARDER_CONFIG: write('forwarder.json', { destinations: [hubspot] }) };
  const { stdout } = await createForwarderHere(folder)(['preview', '-'], { env, input: JSON.stringify(aHookBody()) });
  expect(stdout).toMatch(/ {2}standard input\n\nsales \(hubspot\): would be delivered/);
});

test('takes a chat that was read by REST, as show writes it', async () => {
  const env = { FORWARDER_CONFIG: write('forwarder.json', { destinations: [hubspot] }) };
  const { stdout } = await createForwarderHere(folder)(['preview', '-'], { env, input: JSON.stringify(snapshot) });
  expect(stdout).toMatch(/sales \(hubspot\): would be delivered[\s\S]*Where is my order/);
});

test('says why a chat would not go there', async () => {
  const { stdout } = await preview([{ ...hubspot, minMessages: 1000 }], chat);
  expect(stdout).toMatch(/sales \(hubspot\): would be skipped\. Fewer messages by people than minMessages \(1000\)\./);
});

for (const { required: needs, properties } of configSchema.properties.destinations.items.oneOf) {
  const adapter = properties.adapter.const;
  test(`rehearses ${adapter}`, async () => {
    const settings = needs.flatMap((name) => (name in required ? [[name, required[name]]] : []));
    const destination = { name: 'crm', adapter, ...Object.fromEntries(settings) };
    const { code, stdout, stderr } = await preview([destination], chat, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const [{ destinations }] = JSON.parse(stdout);
    expect(destinations).toMatchObject([{ destination: 'crm', adapter, result: 'delivered' }]);
    expect(destinations[0].requests.length).toBeGreaterThan(0);
  });
}

test('a page is not written onto a terminal', async () => {
  const terminal = openTerminal(['preview', chat, '--html'], {
    FORWARDER_CONFIG: write('forwarder.json', { destinations: [hubspot] }),
  });
  expect(await terminal.exit).toBe(2);
  expect(terminal.lines().join(' ')).toMatch(/It is a page for a browser\. Write it to a file: .* > chat\.html/);
});

describe('what a visitor typed', () => {
  test('does not act on the terminal', async () => {
    const { stdout } = await preview([hubspot], chat);
    expect(stdout).not.toContain('\u001b');
  });

  test('does not act on the page', async () => {
    const { stdout } = await preview([hubspot], chat, '--html');
    expect(stdout).toContain('&lt;img src=x');
    expect(stdout).not.toContain('<img');
    expect(stdout).toContain("default-src 'none'");
    expect(stdout).toMatch(/<html lang="en">.*<title>[^<>]*&lt;img src=x[^<>]*<\/title>/s);
  });
});

describe('a mistake is told with what to do', () => {
  test('in an id where a file is meant', async () => {
    const { code, stderr } = await preview([hubspot], '100200:1', '--local');
    const how = 'npx forwarder show 100200:1 --body --local | npx forwarder preview -';
    expect([code, stderr]).toEqual([1, expect.stringContaining(how)]);
  });

  test('in the body', async () => {
    const { code, stderr } = await preview([hubspot], write('bad.json', { accountId: 1 }));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/bad\.json would be refused: .*\n {2}\/channel is missing/),
    ]);
  });

  test('in an expression, with its position', async () => {
    const { code, stderr } = await preview([{ ...hubspot, when: 'visitor.' }], chat);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\/destinations\/0\/when: .*position/)]);
  });

  test('in an expression that fails on this chat', async () => {
    const failing = { ...hubspot, name: 'failing', when: '$number(visitor.name) > 1' };
    const { code, stdout, stderr } = await preview([failing, hubspot], chat);
    expect([code, stderr]).toEqual([1, 'Not delivered to failing.\n']);
    expect(stdout).toContain('failing (hubspot): would be parked. destination "failing", when failed on this chat: it');
    expect(stdout).toContain('sales (hubspot): would be delivered in');
  });
});
