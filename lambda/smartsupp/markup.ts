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
  let linkAt = 0;
  let href = '';
  const parser = new Parser({
    onopentag: (name, { href: address = '', src = '', alt = '' }) => {
      if (unseen.has(name)) hidden += 1;
      else if (name === 'a') [linkAt, href] = [text.length, address];
      else if (name === 'img') text += linked(alt, src);
      else if (name === 'li') text += '\n- ';
      else if (blocks.has(name)) text += '\n';
      // Somebody wrote <size> and meant it.
      else if (!inline.has(name)) text += words.slice(parser.startIndex, parser.endIndex + 1);
    },
    ontext: (piece) => {
      if (hidden === 0) text += piece;
    },
    onclosetag: (name) => {
      if (unseen.has(name)) hidden -= 1;
      else if (name === 'a') {
        text = text.slice(0, linkAt) + linked(text.slice(linkAt), href);
        href = '';
      } else if (blocks.has(name) && name !== 'br') text += '\n';
    },
  });
  parser.end(words);
  return text
    .replaceAll('\u00a0', ' ')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Only what can be followed; once, if the label is the address. */
function linked(label: string, address: string): string {
  const target = address.trim();
  if (!/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(target) || label.includes(target.replace(/^(?:mailto|tel):/i, '')))
    return label;
  return label.trim() === '' ? target : `${label} (${target})`;
}
