import { Parser } from 'htmlparser2';

/** A lone `<` isn't HTML: it takes the end of a known tag, an empty tag, or an entity. */
const markup =
  /<\/(?:a|b|i|u|p|s|div|em|span|strong|h[1-6]|ul|ol|li|table|code|pre|blockquote)\s*>|<(?:br|img|hr)\b[^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d{1,7});/i;

const blocks = new Set('p div br hr li ul ol h1 h2 h3 h4 h5 h6 table tr blockquote pre section article'.split(' '));
const inline = new Set(
  'a b i u s em span strong small sub sup code font td th tbody thead img html body head'.split(' '),
);
const unseen = new Set(['script', 'style', 'title']);

/** In characters. The parser's time grows with the square of the nesting, and no agent types so much. */
const maxLength = 64 * 1024;

/** Turns HTML into text with its line breaks and links. Plain text is returned unchanged. The result must still be escaped. */
export function withoutMarkup(words: string): string {
  if (words.length > maxLength || !markup.test(words)) return words;
  let text = '';
  let hidden = 0;
  let link = { href: '', label: '' };
  const write = (piece: string) => {
    text += piece;
    link.label += piece;
  };
  const parser = new Parser({
    onopentag: (name, { href = '', src = '', alt = '' }) => {
      if (unseen.has(name)) hidden += 1;
      else if (name === 'a') link = { href, label: '' };
      else if (name === 'img') write(`${alt}${target(src, alt)}`);
      else if (name === 'li') write('\n- ');
      else if (blocks.has(name)) write('\n');
      // An unknown tag such as <size> is part of the words.
      else if (!inline.has(name)) write(words.slice(parser.startIndex, parser.endIndex + 1));
    },
    ontext: (piece) => {
      if (hidden === 0) write(piece);
    },
    onclosetag: (name) => {
      if (unseen.has(name)) hidden -= 1;
      else if (name === 'a') {
        text += target(link.href, link.label);
        link = { href: '', label: '' };
      } else if (blocks.has(name) && name !== 'br') write('\n');
    },
  });
  parser.end(words);
  return text
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The text after a link's label: its address, unless the label contains it or nobody can follow it. */
function target(href: string, label: string): string {
  const address = href.trim();
  const isKnown = label.includes(address.replace(/^(?:mailto|tel):/i, ''));
  if (isKnown || !/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(address)) return '';
  return label.trim() === '' ? address : ` (${address})`;
}
