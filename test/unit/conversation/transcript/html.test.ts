import { describe, expect, test } from '@jest/globals';
import { escapeHtml, renderHtml } from '../../../../lambda/conversation/transcript/formats.ts';
import { reference, transcriptOf } from './chat.ts';

describe('as HTML', () => {
  test('a chat reads as it should', () => {
    expect(renderHtml(transcriptOf(), { limit: 65_536, reference })).toMatchSnapshot();
  });

  test('lets nothing that was typed become markup', () => {
    const evil = '<img src=x onerror=alert(1)>&"\'</p><script>alert(2)</script>';
    const transcript = transcriptOf({
      visitor: { name: evil, email: evil, note: evil, variables: { [evil]: { label: evil, value: evil } } },
      paths: [{ url: `javascript:${evil}`, title: evil }],
      messages: ['visitor', 'agent', 'system', evil].map((type) => ({
        type,
        name: evil,
        content: evil,
        triggeredBy: evil,
      })),
    });
    const [page = ''] = renderHtml(transcript, { limit: 65_536, reference });
    const tags = new Set(page.match(/<[^>]*>/g));
    expect([...tags].sort()).toEqual([
      '</bdi>',
      '</em>',
      '</p>',
      '</strong>',
      '<bdi>',
      '<br>',
      '<em>',
      '<p>',
      '<strong>',
    ]);
  });

  test('shows a page by its title, as a link, and a script never is one', () => {
    const paths = [
      { url: 'https://shop.example/a"><b>&x=1', title: '<i>Boots</i>' },
      { url: 'https://shop.example/b' },
      { url: 'javascript:alert(1)', title: 'Boots' },
      { url: `https://shop.example/${'x'.repeat(2000)}`, title: 'Long' },
    ];
    const [page = ''] = renderHtml(transcriptOf({ paths }), { limit: 65_536, reference });
    expect(page).toContain(
      '<p>Pages visited: <a href="https://shop.example/a%22%3E%3Cb%3E&amp;x=1"><bdi>&lt;i&gt;Boots&lt;/i&gt;</bdi></a>' +
        ' → <a href="https://shop.example/b"><bdi>https://shop.example/b</bdi></a>' +
        ' → <bdi>Boots</bdi> → <bdi>Long</bdi></p>',
    );
  });

  test('contains no character that HTML forbids', () => {
    expect(escapeHtml('a\u0000b\u001bc\ud800d\u007f\te\r\nf')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd\te<br>f');
  });
});
