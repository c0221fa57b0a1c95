import { expect, test } from '@jest/globals';
import { fileNameOf } from '../../../../lambda/crm/files/file.ts';

const sent = (name: string | null, url = 'https://files.example/f/1?signature=1') => ({
  name,
  url,
  mediaType: null,
  size: null,
  expiresAt: null,
});
const nameOf = (name: string | null, type = 'image/png') => fileNameOf('208:1', sent(name), type);

test.each([
  ['size table.png', 'image/png', /^size table-\w{8}\.png$/],
  ['Photo.JPEG', 'image/jpeg', /^Photo-\w{8}\.jpeg$/],
  ['Žluťoučký kůň.pdf', 'application/pdf', /^Žluťoučký kůň-\w{8}\.pdf$/],
  [null, 'application/pdf', /^file-\w{8}\.pdf$/],
  ['', 'text/plain', /^file-\w{8}\.txt$/],
])('the name of %j as %s is clean and says what it is', (name, type, expected) => {
  expect(nameOf(name, type)).toMatch(expected);
});

test.each([
  ['../../etc/passwd', /^etcpasswd-\w{8}\.png$/],
  ['C:\\Windows\\a.png', /^CWindowsa-\w{8}\.png$/],
  ['invoice.pdf.exe', /^invoice\.pdf\.exe-\w{8}\.png$/],
  ['photo\u202egpj.exe', /^photogpj\.exe-\w{8}\.png$/],
  ['a\r\nContent-Type: text/html.png', /^aContent-Type texthtml-\w{8}\.png$/],
  ['.htaccess', /^htaccess-\w{8}\.png$/],
  ['CON.png', /^file-\w{8}\.png$/],
  ['x'.repeat(500), /^x{80}-\w{8}\.png$/],
])('a hostile name does no harm: %j', (name, expected) => {
  expect(nameOf(name)).toMatch(expected);
});

test('is the same when the link is signed anew, and another for another file or chat', () => {
  const [one, anew, other, elsewhere] = [
    fileNameOf('208:1', sent('a.png'), 'image/png'),
    fileNameOf('208:1', sent('a.png', 'https://files.example/f/1?signature=2'), 'image/png'),
    fileNameOf('208:1', sent('a.png', 'https://files.example/f/2'), 'image/png'),
    fileNameOf('208:2', sent('a.png'), 'image/png'),
  ];
  expect(anew).toBe(one);
  expect(new Set([one, other, elsewhere]).size).toBe(3);
});
