import { Parser } from 'htmlparser2';

/** Agents' and bots' words may come as HTML. A lone `<` is none: a known tag that is closed is, or an entity. */
const markup =
  /<\/(?:a|b|i|u|p|s|div|em|span|strong|h[1-6]|ul|ol|li|table|code|pre|blockquote)\s*>|<(?:br|img|hr)\b[^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d{1,7});/i;

const blocks = new Set('p div br hr li ul ol h1 h2 h3 h4 h5 h6 table tr blockquote pre section article'.split(' '));
const inline = new Set(
  'a b i u s em span strong small sub sup code font td th tbody thead img html body head'.split(' '),
);
const unseen = new Set(['script', 'style', 'title']);

/** HTML as text: a line for each block, and links kept. What is no HTML stays as it is. The result is hostile still. */
export function withoutMarkup(words: string): string {
  if (!markup.test(words)) return words;
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
      // Somebody wrote <size> and meant it.
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

/** What follows the label of a link: its address, if it can be followed and the label does not have it. */
function target(href: string, label: string): string {
  const address = href.trim();
  const isKnown = label.includes(address.replace(/^(?:mailto|tel):/i, ''));
  if (isKnown || !/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(address)) return '';
  return label.trim() === '' ? address : ` (${address})`;
}
