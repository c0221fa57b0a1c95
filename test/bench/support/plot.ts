export type Point = readonly [x: number, y: number];

export type PlotOptions = {
  readonly title: string;
  /** Both axes are logarithmic: what is linear is a straight line of slope one, what is flat is flat. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
};

const width = 640;
const height = 340;
const box = { left: 76, right: 540, top: 44, bottom: 282 };
const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
/** Each is told apart on white and on black. */
const colours = ['#2f81f7', '#db6d28'];
const lineHeight = 16;

const style = `
text { font: 13px system-ui, sans-serif; fill: #59636e }
.title { font-weight: 600; fill: #1f2328 }
.grid { stroke: #818b98; stroke-opacity: .3 }
@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .title { fill: #f0f6fc } }
`;

/** A picture of lines on logarithmic axes, for light pages and dark ones. */
export function plot({ title, x, y, series }: PlotOptions): string {
  const all = series.flatMap(({ points }) => points);
  const xs = all.map(([value]) => value);
  const ys = all.map(([, value]) => value);
  const across = scale(xs, box.left, box.right);
  const up = scale(ys, box.bottom, box.top);
  const lines = series.map(({ name, points }, at) => ({
    name,
    colour: colours[at % colours.length] ?? '',
    places: points.map(([px, py]): Point => [across.place(px), up.place(py)]),
  }));
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    `<text class="title" x="${box.left}" y="24">${escaped(title)}</text>`,
    ...across.ticks.flatMap(({ at, label }) => [
      `<path class="grid" d="M${at} ${box.top}V${box.bottom}"/>`,
      `<text x="${at}" y="${box.bottom + 20}" text-anchor="middle">${label}</text>`,
    ]),
    ...up.ticks.flatMap(({ at, label }) => [
      `<path class="grid" d="M${box.left} ${at}H${box.right}"/>`,
      `<text x="${box.left - 8}" y="${at + 4}" text-anchor="end">${label}</text>`,
    ]),
    ...lines.flatMap(draw),
    ...names(lines),
    `<text x="${middle.x}" y="${height - 14}" text-anchor="middle">${escaped(x)}</text>`,
    `<text text-anchor="middle" transform="translate(18 ${middle.y}) rotate(-90)">${escaped(y)}</text>`,
    '</svg>\n',
  ].join('\n');
}

type Line = { readonly name: string; readonly colour: string; readonly places: readonly Point[] };

const draw = ({ colour, places }: Line): readonly string[] => [
  `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((place) => place.join()).join(' ')}"/>`,
  ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
];

/** Each at the end of its line, none over another. */
function names(lines: readonly Line[]): readonly string[] {
  let free = Number.NEGATIVE_INFINITY;
  const ends = lines.map(({ places, ...line }) => ({ ...line, end: places.at(-1) ?? ([0, 0] as const) }));
  return ends
    .toSorted((one, other) => one.end[1] - other.end[1])
    .map(({ name, colour, end: [x, y] }) => {
      const at = Math.max(y + 4, free);
      free = at + lineHeight;
      return `<text x="${x + 10}" y="${at}" style="fill: ${colour}">${escaped(name)}</text>`;
    });
}

/** Whole powers of ten, from below the least to above the most. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const place = (value: number) =>
    Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10;
  const powers = Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power));
  return { place, ticks: powers.map((value) => ({ at: place(value), label: written(value) })) };
}

const written = (value: number) => (value < 1 ? String(Number(value.toPrecision(1))) : value.toLocaleString('en-GB'));

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
