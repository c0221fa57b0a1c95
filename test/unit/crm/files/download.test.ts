import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createDownload, maxFileBytes } from '../../../../lambda/crm/files/download.ts';

const options = { timeoutMs: 2000, connectionTimeoutMs: 1000, now: () => new Date('2026-05-04T08:00:00Z') };
const fromHere = createDownload({ ...options, allowLoopback: true });
const fromAnywhereElse = createDownload({ ...options, allowLoopback: false });

let close = () => {};
afterEach(() => close());

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a file of a chat', () => {
  test('is downloaded with its type', async () => {
    const url = await serve((_, answer) => answer.writeHead(200, { 'content-type': 'Image/PNG; x=1' }).end('png'));
    expect(await fromHere({ url: `${url}/a.png?signature=1` })).toEqual({
      bytes: Buffer.from('png'),
      mediaType: 'image/png',
    });
  });

  test('is followed to where its link leads', async () => {
    const url = await serve((request, answer) =>
      request.url === '/a'
        ? answer.writeHead(302, { location: '/b' }).end()
        : answer.writeHead(200, { 'content-type': 'application/pdf' }).end('pdf'),
    );
    expect(await fromHere({ url: `${url}/a` })).toMatchObject({ mediaType: 'application/pdf' });
  });

  test.each([
    ['text/html', '<script>alert(1)</script>'],
    ['image/svg+xml', '<svg onload="alert(1)"/>'],
    ['application/x-msdownload', 'MZ'],
    ['application/zip', 'PK'],
    ['', 'anything'],
  ])('is left where it is if it is %s', async (type, body) => {
    const url = await serve((_, answer) => answer.writeHead(200, { 'content-type': type }).end(body));
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind: 'permanent' } });
  });

  test('is cut off at 20 MB, whatever its length was said to be', async () => {
    let sent = 0;
    async function* endless() {
      for (const piece = Buffer.alloc(1024 * 1024); ; sent += piece.length) yield piece;
    }
    const url = await serve((_, answer) => {
      answer.writeHead(200, { 'content-type': 'image/png' });
      void pipeline(endless, answer).catch(() => {});
    });
    await expect(fromHere({ url })).rejects.toMatchObject({
      fault: { kind: 'permanent' },
      message: expect.stringContaining('20 MB'),
    });
    expect(sent).toBeLessThan(2 * maxFileBytes);
  });

  test('that leads in a circle is left', async () => {
    const url = await serve((_, answer) => answer.writeHead(301, { location: '/' }).end());
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind: 'permanent' } });
  });

  test.each([
    [403, 'permanent'],
    [404, 'permanent'],
    [410, 'permanent'],
    [500, 'retryable'],
    [503, 'retryable'],
  ])('that is answered with %d is a %s error', async (status, kind) => {
    const url = await serve((_, answer) => answer.writeHead(status).end());
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind } });
  });

  test('waits as long as it is asked to', async () => {
    const url = await serve((_, answer) => answer.writeHead(429, { 'retry-after': '7' }).end());
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 7000 } });
  });

  test('whose connection breaks comes back later', async () => {
    const url = await serve((_, answer) => {
      answer.writeHead(200, { 'content-type': 'image/png', 'content-length': '1000' });
      answer.write('half', () => answer.destroy());
    });
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind: 'retryable' } });
  });

  test('that nobody serves comes back later', async () => {
    const url = await serve(() => {});
    close();
    await expect(fromHere({ url })).rejects.toMatchObject({ fault: { kind: 'retryable' } });
  });
});

describe('a link', () => {
  test.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:127.0.0.1]/',
    'https://0.0.0.0/',
  ])('into a private network is not followed: %s', async (url) => {
    await expect(fromAnywhereElse({ url })).rejects.toMatchObject({
      fault: { kind: 'permanent' },
      message: expect.stringContaining('private network'),
    });
  });

  test.each([
    'http://files.example/a.png',
    'file:///etc/passwd',
    'ftp://files.example/a',
    'data:image/png,x',
    'nothing',
  ])('that is not https is not followed: %s', async (url) => {
    await expect(fromAnywhereElse({ url })).rejects.toMatchObject({ fault: { kind: 'permanent' } });
  });

  test('from an allowed host into a private network is not followed either', async () => {
    const url = await serve((_, answer) => answer.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    await expect(fromHere({ url })).rejects.toMatchObject({ message: expect.stringContaining('private network') });
  });

  test('never stands in an error, since it opens the file', async () => {
    const url = await serve((_, answer) => answer.writeHead(403).end());
    await expect(fromHere({ url: `${url}/?signature=secret` })).rejects.toMatchObject({
      message: expect.not.stringContaining('secret'),
    });
  });
});
