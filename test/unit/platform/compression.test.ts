import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { compress, decompress } from '../../../lambda/platform/compression.ts';

test('compressed bytes decompress to the original', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('žluťoučký kůň'), Buffer.alloc(3_000_000, 'words ')]) {
    expect(bytes.equals(decompress(compress(bytes)))).toBe(true);
  }
});

test('a body that inflates to more than Lambda accepts is refused', () => {
  expect(() => decompress(compress(Buffer.alloc(9 * 1024 * 1024)))).toThrow('larger than');
});

test('a hundred bodies are compressed within half of the function’s 512 MB, whatever node itself takes', async () => {
  const script = `
    import { compress } from ${JSON.stringify(new URL('lambda/platform/compression.ts', `file://${process.cwd()}/`).href)};
    const bodies = Array.from({ length: 100 }, (_, at) => Buffer.from(('chat ' + at + ' ').repeat(6_000)));
    const before = process.resourceUsage().maxRSS;
    bodies.map(compress);
    console.log(process.resourceUsage().maxRSS - before);
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  expect(Number(stdout)).toBeLessThan(256 * 1024);
});
