import type { ComparedScore } from './comparison.ts';
import { brush, FONT, LETTER, LOOKS, round } from './looks.ts';
import { type Digits, isScore, shownInterval, shownValue, type Table, type TableRow } from './table.ts';
import { widthOf, wrapped } from './text.ts';

/** Pixels of a bold letter. */
const BOLD = 7.6;
const WIDTH = 960;
const MARGIN = 24;
const ROW = 24;
const BAR = 14;
const GAP = 28;
/** Room for the number under a tick. */
const TICK = 38;
/** Panels in a row; beside each other they share the names on the left. */
const ACROSS = 3;
const HEAD = 34;
const FOOT = 26;
const LINE = 17;
/** Letters of 11 px in a line under the panels. */
const SMALL_LINE = Math.floor((WIDTH - 2 * MARGIN) / (LETTER * 0.95));

/** What each role looks like. A muted text may stand inside a bold one. */
const { as, dark: DARK } = brush({
  ground: LOOKS.ground,
  words: LOOKS.words,
  title: LOOKS.title,
  metric: LOOKS.panel,
  best: { attributes: 'fill="#1f2430" font-weight="700"', dark: LOOKS.words.dark },
  muted: { ...LOOKS.muted, attributes: `${LOOKS.muted.attributes} font-weight="400"` },
  bar: LOOKS.pale,
  winner: LOOKS.strong,
  whisker: LOOKS.whisker,
  grid: LOOKS.grid,
  zero: { attributes: 'stroke="#8a92a3"', dark: 'stroke:#7b8496' },
  floor: { attributes: 'stroke="#c2410c" stroke-width="1.5" fill="none"', dark: 'stroke:#fb923c' },
});

/** Floors are told apart by their dashes. */
const DASHES = ['stroke-dasharray="6 3"', 'stroke-dasharray="1.5 3" stroke-linecap="round"'];

const asFloor = (i: number): string => `${as('floor')} ${DASHES[i] ?? ''}`.trimEnd();

/**
 * The systems as bars with their intervals, a panel for each metric, the floors as lines across: an SVG that needs nothing else, runs nothing, and
 * says in words what it shows. The paper's figures are left out: a bar beside ours would compare what cannot be compared.
 */
export function tableChart(table: Table): string {
  const [systems = [], floors = []] = (['systems', 'floors'] as const).map(
    (kind) => table.sections.find((s) => s.kind === kind)?.rows ?? [],
  );
  const shown = table.columns.flatMap((name, column) => (isScore(systems[0]?.cells[column]) ? [{ name, column }] : []));
  const names = Math.min(240, Math.max(60, ...systems.map(({ name }) => widthOf(name) * LETTER + 12)));
  const panelWidth = (WIDTH - 2 * MARGIN - names - (ACROSS - 1) * GAP) / ACROSS;
  const panelHeight = HEAD + systems.length * ROW + FOOT;
  const title = `${systems.length} ${systems.length === 1 ? 'system' : 'systems'}, ${shown.length} ${shown.length === 1 ? 'metric' : 'metrics'}`;
  const key = keyOf(floors, shown.length > 0 && scoreAt(systems[0]!, shown[0]!.column).low !== undefined, MARGIN + 48);
  const top = 84;
  const panels = shown.map(({ name, column }, i) => {
    const [x, y] = [MARGIN + names + (i % ACROSS) * (panelWidth + GAP), top + Math.floor(i / ACROSS) * panelHeight];
    const left =
      i % ACROSS === 0
        ? systems.map(
            (row, k) =>
              `<text ${as('words')} x="${MARGIN + names - 12}" y="${y + HEAD + k * ROW + ROW / 2 + 4}" text-anchor="end">${fitted(row.name, names - 12)}</text>`,
          )
        : [];
    return [...left, panel(name, systems, floors, column, table.digits, { x, y, width: panelWidth })].join('\n');
  });
  const missing = table.signatures.filter(([, signature]) => signature.startsWith('n/a')).map(([name, why]) => `${name}: ${why}`);
  const remarks = [...table.notes.filter((note) => !/^Table \d/.test(note)), ...missing].map((remark) => `! ${remark}`);
  const under = [table.legend.join(' '), ...remarks].flatMap((text) => wrapped(text, SMALL_LINE));
  const bottom = top + Math.ceil(shown.length / ACROSS) * panelHeight + 12;
  const height = bottom + under.length * LINE + MARGIN - 8;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ${FONT} role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(described(systems, floors, shown, table.digits))}</desc>`,
    `<style>${DARK}</style>`,
    `<rect ${as('ground')} width="${WIDTH}" height="${height}"/>`,
    `<text ${as('title')} x="${MARGIN}" y="${MARGIN + 18}">${escaped(title)}</text>`,
    key,
    ...panels,
    ...under.map((text, i) => `<text ${as('muted')} x="${MARGIN}" y="${bottom + (i + 1) * LINE}">${escaped(text)}</text>`),
    '</svg>',
  ].join('\n')}\n`;
}

const scoreAt = (row: TableRow, column: number) => row.cells[column] as ComparedScore;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** One metric: bars from zero, whiskers, the numbers on the right, floors across, ticks below. */
function panel(
  name: string,
  systems: readonly TableRow[],
  floors: readonly TableRow[],
  column: number,
  digits: Digits,
  { x, y, width }: Place,
): string {
  const scores = systems.map((row) => scoreAt(row, column));
  const lines = floors.map((row) => scoreAt(row, column).score);
  const letters = Math.max(0, ...scores.map(({ group }) => group.length));
  const plot = width - 12 - (Math.max(...scores.map((score) => shownValue(score, digits).length)) + letters) * BOLD;
  const ticks = ticksOf(
    Math.min(0, ...lines, ...scores.map((s) => s.low ?? s.score)),
    Math.max(0, ...lines, ...scores.map((s) => s.high ?? s.score)),
    Math.min(5, Math.floor(plot / TICK)),
  );
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const at = (value: number) => round(x + ((value - low) / (high - low)) * plot);
  const [from, to] = [y + HEAD, y + HEAD + systems.length * ROW];
  const bars = scores.map((score, k) => {
    const [middle, zero, end] = [from + k * ROW + ROW / 2, at(0), at(score.score)];
    const whisker =
      score.low === undefined
        ? ''
        : `<path ${as('whisker')} d="M${at(score.low)} ${middle - 4}v8M${at(score.low)} ${middle}H${at(score.high!)}M${at(score.high!)} ${middle - 4}v8"/>`;
    return [
      `<rect ${as(score.best ? 'winner' : 'bar')} x="${Math.min(zero, end)}" y="${middle - BAR / 2}" width="${round(Math.abs(end - zero))}" height="${BAR}" rx="1.5"/>`,
      whisker,
      `<text ${as(score.best ? 'best' : 'words')} x="${round(x + plot + 8)}" y="${middle + 4}">${shownValue(score, digits).replace('-', '−')}${
        score.group === '' ? '' : `<tspan ${as('muted')} dx="4">${score.group}</tspan>`
      }</text>`,
    ].join('');
  });
  return [
    `<g><text ${as('metric')} x="${round(x)}" y="${y + 20}">${escaped(name)}</text>`,
    ...ticks.map((tick) => `<path ${as(label(tick, ticks[1]! - ticks[0]!) === '0' ? 'zero' : 'grid')} d="M${at(tick)} ${from}V${to}"/>`),
    ...bars,
    ...lines.map((score, i) => `<path ${asFloor(i)} d="M${at(score)} ${from - 2}V${to + 2}"/>`),
    ...ticks.map(
      (tick) => `<text ${as('muted')} x="${at(tick)}" y="${to + 15}" text-anchor="middle">${label(tick, ticks[1]! - ticks[0]!)}</text>`,
    ),
    '</g>',
  ].join('\n');
}

/** What the lines and whiskers are, in one row under the title. */
function keyOf(floors: readonly TableRow[], intervals: boolean, y: number): string {
  let x = MARGIN;
  const entry = (drawing: (x: number) => string, text: string) => {
    const drawn = `${drawing(x)}<text ${as('muted')} x="${x + 34}" y="${y}">${escaped(text)}</text>`;
    x += 34 + text.length * LETTER + 22;
    return drawn;
  };
  return [
    ...floors.map(({ name }, i) => entry((at) => `<path ${asFloor(i)} d="M${at} ${y - 4}h26"/>`, `floor: ${name}`)),
    ...(intervals
      ? [entry((at) => `<path ${as('whisker')} d="M${at} ${y - 8}v8M${at} ${y - 4}h26M${at + 26} ${y - 8}v8"/>`, '95 % interval')]
      : []),
  ].join('');
}

/** Round numbers from below `low` to above `high`, about `most` of them and at least two. */
function ticksOf(low: number, high: number, most: number): number[] {
  const rough = (high - low || 1) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** A tick with as many digits as tell it from its neighbour. */
function label(tick: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return Math.abs(tick) < step / 2 ? '0' : tick.toFixed(digits).replace('-', '−');
}

/** The chart in words, for those who do not see it. */
function described(
  systems: readonly TableRow[],
  floors: readonly TableRow[],
  shown: readonly { name: string; column: number }[],
  digits: Digits,
): string {
  return shown
    .map(({ name, column }) => {
      const parts = [...systems, ...floors].map((row) =>
        [row.name, shownValue(row.cells[column], digits), shownInterval(row.cells[column], digits)].filter(Boolean).join(' '),
      );
      return `${name}: ${parts.join(', ')}.`;
    })
    .join(' ');
}

/** A name that fits into `width`, with its whole self as a tooltip where it does not: its middle goes, since systems are told apart by their beginnings and ends. */
function fitted(name: string, width: number): string {
  const most = Math.floor(width / LETTER + 1e-6); // the longest name has made the width
  if (widthOf(name) <= most) return escaped(name);
  const [start, end] = [[...name], [] as string[]];
  end.unshift(...start.splice(Math.ceil(start.length / 2)));
  while (widthOf(start.join('')) + widthOf(end.join('')) >= most) {
    if (start.length > end.length) start.pop();
    else end.shift();
  }
  return `<title>${escaped(name)}</title>${escaped(`${start.join('')}…${end.join('')}`)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML; what XML forbids, `printable` has taken out. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!);
}
