import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';

/** A screen, and for how long it is shown, in milliseconds. */
export type Frame = { readonly lines: readonly string[]; readonly shownMs: number };

const character = { width: 8.4, height: 19 };
const padding = 16;
const colours = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'];

/** The screen's lines as SVG. */
export function linesOf({ buffer: { active }, rows }: Terminal): readonly string[] {
  return Array.from({ length: rows }, (_, row) => lineOf(active.getLine(active.viewportY + row)));
}

function lineOf(line: IBufferLine | undefined): string {
  const runs: { readonly style: string; text: string }[] = [];
  for (let column = 0; column < (line?.length ?? 0); column += 1) {
    const cell = line?.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const last = runs.at(-1);
    if (last?.style === style) last.text += cell.getChars() || ' ';
    else runs.push({ style, text: cell.getChars() || ' ' });
  }
  const last = runs.at(-1);
  if (last) last.text = last.text.trimEnd();
  return runs
    .map(({ style, text }) => (style === '' ? escaped(text) : `<tspan${style}>${escaped(text)}</tspan>`))
    .join('');
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() ? colours[cell.getFgColor() % colours.length] : undefined;
  return [
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
    colour === undefined ? '' : ` fill="${colour}"`,
  ].join('');
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A film strip that moves by a screen at a time, without a script. Where motion is not wanted, the last screen stays. */
export function animatedSvg(
  title: string,
  frames: readonly Frame[],
  { cols, rows }: Pick<Terminal, 'cols' | 'rows'>,
): string {
  const width = Math.ceil(cols * character.width + 2 * padding);
  const height = rows * character.height + 2 * padding;
  const unique = [...new Set(frames.flatMap(({ lines }) => lines))].filter((line) => line !== '');
  const idOf = new Map(unique.map((line, index) => [line, `l${index}`]));
  const total = frames.reduce((sum, { shownMs }) => sum + shownMs, 0);
  let at = 0;
  const steps = frames.map(({ shownMs }, index) => {
    const step = `${((at / total) * 100).toFixed(3)}%{transform:translateX(${-index * width}px)}`;
    at += shownMs;
    return step;
  });
  const end = `100%{transform:translateX(${-(frames.length - 1) * width}px)}`;
  const screens = frames.map(({ lines }, index) => {
    const uses = lines.map((line, row) =>
      line === '' ? '' : `<use href="#${idOf.get(line)}" y="${row * character.height}"/>`,
    );
    return `<g transform="translate(${index * width + padding},${padding + 14})">${uses.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escaped(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;white-space:pre;fill:#e6edf3}
.film{animation:film ${(total / 1000).toFixed(1)}s step-end infinite;transform:translateX(${-(frames.length - 1) * width}px)}
@media (prefers-reduced-motion:reduce){.film{animation:none}}
@keyframes film{${[...steps, end].join('')}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<defs>${unique.map((line) => `<text id="${idOf.get(line)}" xml:space="preserve">${line}</text>`).join('\n')}</defs>
<g class="film">${screens.join('\n')}</g>
</svg>
`;
}
