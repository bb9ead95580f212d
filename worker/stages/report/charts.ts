import { type Html, html } from './html.ts';

/** One colour of a stacked bar. `colour` is the number of a chart colour of the page. */
export interface Series {
  readonly name: string;
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
}

export interface StackedBar {
  readonly label: string;
  /** One per series, not negative. */
  readonly values: readonly number[];
  /** Text at the end of the bar. */
  readonly note: string;
}

const WIDTH = 1000;
const LABEL = 170;
const NOTE = 150;
const ROW = 30;
const BAR = 18;

/** Horizontal stacked bars, each filling the width (`share`) or to a common scale. Every part says its figures on hover. */
export function stackedBars(
  series: readonly Series[],
  bars: readonly StackedBar[],
  scale: 'share' | 'common',
): Html | null {
  if (bars.length === 0) return null;
  const room = WIDTH - LABEL - NOTE;
  const totals = bars.map(({ values }) => sum(values));
  const largest = Math.max(1, ...totals);
  const rows = bars.map((bar, at) => {
    const whole = scale === 'share' ? Math.max(1, totals[at] ?? 0) : largest;
    const y = at * ROW + 4;
    let x = LABEL;
    const parts = bar.values.map((value, index) => {
      if (value <= 0) return null;
      // A thin part must be seen, too: that is where the trouble is.
      const width = Math.max(2, (value / whole) * room);
      const rect = html`<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="var(--s${series[index]?.colour ?? 7})"><title>${bar.label}: ${series[index]?.name ?? ''} ${value.toLocaleString('en-US')}</title></rect>`;
      x += width;
      return rect;
    });
    const note = html`<text class="soft" x="${(scale === 'share' ? WIDTH - NOTE : x) + 10}" y="${y + 14}">${bar.note}</text>`;
    return html`<text x="${LABEL - 10}" y="${y + 14}" text-anchor="end">${cut(bar.label)}</text>${parts}${note}`;
  });
  const used = series.filter((_, index) => bars.some(({ values }) => (values[index] ?? 0) > 0));
  return html`<svg viewBox="0 0 ${WIDTH} ${bars.length * ROW}" role="img">${rows}</svg>${legend(used)}`;
}

/** Two bars a row on one scale: what the source says, and what Twenty shows. */
export function pairedBars(
  pairs: readonly {
    readonly label: string;
    readonly source: number;
    readonly twenty: number;
    readonly note: string;
  }[],
): Html | null {
  if (pairs.length === 0) return null;
  const room = WIDTH - LABEL - NOTE - 60;
  const largest = Math.max(1, ...pairs.flatMap(({ source, twenty }) => [Math.abs(source), Math.abs(twenty)]));
  const height = 38;
  const rows = pairs.map(({ label, source, twenty, note }, at) => {
    const y = at * height + 4;
    const width = (value: number) =>
      Math.max(value === 0 ? 0 : 2, (Math.abs(value) / largest) * room).toFixed(1);
    return html`<text x="${LABEL + 50}" y="${y + 18}" text-anchor="end">${cut(label)}</text>
<rect x="${LABEL + 60}" y="${y}" width="${width(source)}" height="12" fill="var(--s6)"><title>${label}, source: ${note}</title></rect>
<rect x="${LABEL + 60}" y="${y + 14}" width="${width(twenty)}" height="12" fill="var(--s1)"><title>${label}, Twenty</title></rect>
<text class="soft" x="${WIDTH - NOTE + 10}" y="${y + 18}">${note}</text>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${pairs.length * height}" role="img">${rows}</svg>${legend([
    { name: 'expected from the raw snapshot', colour: 6 },
    { name: 'in Twenty', colour: 1 },
  ])}`;
}

function legend(series: readonly Series[]): Html {
  return html`<div class="legend">${series.map(({ name, colour }) => html`<span><i style="background:var(--s${colour})"></i>${name}</span>`)}</div>`;
}

function cut(label: string): string {
  const points = Array.from(label);
  return points.length > 26 ? `${points.slice(0, 25).join('')}…` : label;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
