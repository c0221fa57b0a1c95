import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { listenOnLoopback } from '../../local/lib/loopback.ts';
import { readStackInfo } from '../../local/stack-info.ts';
import { newDirectory } from '../integration/local/support/directory.ts';
import { eventually } from '../integration/local/support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from '../integration/local/support/stack.ts';
import { describeInBrowser } from '../support/browser.ts';
import { launchBrowser } from '../support/chromium.ts';

describeInBrowser('a web page of somebody else, in the browser of who runs the stack', () => {
  // The stack is synthesized and started.
  jest.setTimeout(120_000);

  const directory = newDirectory();
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Hello'));
  let siteUrl: string;
  let stack: LocalStack;
  let browser: Browser;
  let ports: readonly number[];

  beforeAll(async () => {
    siteUrl = `http://127.0.0.1:${await listenOnLoopback(site)}/`;
    stack = await startLocalStack(directory);
    // As after DNS rebinding: the attacker's name leads to this machine.
    browser = await launchBrowser('--host-resolver-rules=MAP rebound.example 127.0.0.1');
    ports = listeningPorts(processesOf(directory).map(({ pid }) => pid));
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    stack.child.kill('SIGTERM');
    await stack.exit;
    await eventually(() => processesOf(directory).length === 0);
  });

  it('has every port of the stack to try', () => {
    const { sqs, dynamodb, secretsManager } = readStackInfo(directory)?.endpoints ?? {};
    const known = [stack.pageUrl, sqs, dynamodb, secretsManager].map((url) => Number(new URL(String(url)).port));
    expect(ports.toSorted()).toEqual(known.toSorted());
  });

  it('reads nothing from any port, and sends nothing that is acted on', async () => {
    const page = await browser.newPage();
    await page.goto(siteUrl);
    expect(await page.evaluate<readonly string[]>(`(${tryAll})(${JSON.stringify(ports)})`)).toEqual([]);
    expect(await (await fetch(stack.pageUrl)).text()).toContain('No chats yet');
    await page.close();
  });

  it('reads nothing under a name of its own that leads here', async () => {
    const page = await browser.newPage();
    for (const port of ports) {
      const response = await page.goto(`http://rebound.example:${port}/`);
      expect([port, response?.status()]).toEqual([port, port === Number(new URL(stack.pageUrl).port) ? 421 : 403]);
      const read = await page.evaluate<readonly string[]>(`(${tryAll})([${port}], 'rebound.example')`);
      expect(read.filter((answer) => !/ (403|404|411|421) /.test(answer))).toEqual([]);
    }
    expect(await (await fetch(stack.pageUrl)).text()).toContain('No chats yet');
    await page.close();
  });
});

/** Runs in the page: what it could read of each answer. */
const tryAll = `async (ports, host = '127.0.0.1') => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=00';
  const call = (target, body) => ({
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20260101T000000Z', 'x-amz-target': target },
    body,
  });
  const requests = [
    ['/', {}],
    ['/', { mode: 'no-cors' }],
    ['/deliveries', {}],
    ['/', call('DynamoDB_20120810.ListTables', '{}')],
    ['/', call('AmazonSQS.ListQueues', '{}')],
    ['/', call('secretsmanager.GetSecretValue', '{"SecretId":"x"}')],
    ['/?Action=ListQueues', { method: 'POST', mode: 'no-cors' }],
    ['/samples', { method: 'POST', body: new URLSearchParams({ sample: 'missed' }), mode: 'no-cors' }],
    ['/samples', { method: 'POST', body: new URLSearchParams({ sample: 'missed' }) }],
    ['/smartsupp/x', { method: 'POST', body: '{}', mode: 'no-cors' }],
  ];
  const read = [];
  for (const port of ports) {
    for (const [path, options] of requests) {
      try {
        const response = await fetch('http://' + host + ':' + port + path, options);
        const text = await response.text();
        if (response.type !== 'opaque' || text !== '') read.push(port + path + ' ' + response.status + ' ' + text.slice(0, 80));
      } catch {}
    }
  }
  return read;
}`;

/** The ports on which these processes listen. Linux only. */
function listeningPorts(pids: readonly number[]): readonly number[] {
  const sockets = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    ),
  );
  const found = ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode ?? ''))
      .map(([, local]) => Number.parseInt(local?.split(':').at(-1) ?? '', 16)),
  );
  return [...new Set(found)];
}
