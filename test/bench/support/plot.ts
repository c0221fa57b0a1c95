export type Series = { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] };

export type PlotOptions = {
  readonly title: string;
  /** Both axes are logarithmic: what is linear is a straight line of slope one, what is flat is flat. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
};

const width = 640;
const height = 360;
const inner = { left: 64, right: 150, top: 40, bottom: 48 };
const colours = ['#2563eb', '#d97706', '#059669', '#db2777'];

/** A picture of lines on logarithmic axes, for light pages and dark ones. */
export function plot({ title, x, y, series }: PlotOptions): string {
  const all = series.flatMap(({ points }) => points);
  const across = scale(
    all.map(([at]) => at),
    inner.left,
    width - inner.right,
  );
  const up = scale(
    all.map(([, value]) => value),
    height - inner.bottom,
    inner.top,
  );
  const lines = series.map(({ name, points }, index) => {
    const colour = colours[index % colours.length];
    const places = points.map(([at, value]) => [across.place(at), up.place(value)] as const);
    const [lastX, lastY] = places.at(-1) ?? [0, 0];
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((place) => place.map(round).join()).join(' ')}"/>`,
      ...places.map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="3" fill="${colour}"/>`),
      `<text x="${round(lastX + 8)}" y="${round(lastY + 4)}" fill="${colour}">${escaped(name)}</text>`,
    ].join('\n');
  });
  const grid = [
    ...across.ticks.map((tick) => {
      const at = round(across.place(tick));
      return `<path d="M${at} ${inner.top}V${height - inner.bottom}"/><text x="${at}" y="${height - inner.bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
    }),
    ...up.ticks.map((tick) => {
      const at = round(up.place(tick));
      return `<path d="M${inner.left} ${at}H${width - inner.right}"/><text x="${inner.left - 8}" y="${at + 4}" text-anchor="end">${label(tick)}</text>`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 12px system-ui, sans-serif }
.grid text, .title, .axis { fill: #57606a }
path { stroke: #8c959f; stroke-opacity: .3 }
.title { font-weight: 600 }
@media (prefers-color-scheme: dark) { .grid text, .title, .axis { fill: #9198a1 } }
</style>
<text class="title" x="${inner.left}" y="20">${escaped(title)}</text>
<g class="grid">
${grid.join('\n')}
</g>
${lines.join('\n')}
<text class="axis" x="${(inner.left + width - inner.right) / 2}" y="${height - 8}" text-anchor="middle">${escaped(x)}</text>
<text class="axis" x="14" y="${height / 2}" text-anchor="middle" transform="rotate(-90 14 ${height / 2})">${escaped(y)}</text>
</svg>
`;
}

/** Whole powers of ten, from below the least to above the most. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    place: (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power)),
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

const label = (tick: number) => (tick < 1 ? String(Number(tick.toPrecision(1))) : tick.toLocaleString('en-GB'));

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
