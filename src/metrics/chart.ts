import type { ComparedScore } from './comparison.ts';
import { isScore, shownValue, type Table, type TableRow } from './table.ts';

/** Pixels. A letter of the 12 px sans serif face is taken as 6.6 wide: a little more than most are. */
const LETTER = 6.6;
const BOLD = 7.4;
const WIDTH = 960;
const MARGIN = 24;
const ROW = 24;
const BAR = 14;
const GAP = 28;
/** Panels in a row; beside each other they share the names on the left. */
const ACROSS = 3;
const HEAD = 34;
const FOOT = 26;
const LINE = 17;

/** Colours by role, on paper and on a dark screen; the first set also serves programs that do not know media queries. */
const STYLE = `
text{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2430}
.ground{fill:#fff}.title{font-size:16px;font-weight:600}.metric{font-size:13px;font-weight:600}.muted{fill:#5a6272;font-size:11px}.best{font-weight:700}
.bar{fill:#7fa8d9}.winner{fill:#2f6db5}.whisker{stroke:#1f2430;stroke-width:1.25;fill:none}.grid{stroke:#dfe3ea}.zero{stroke:#8a92a3}
.floor{stroke:#c2410c;stroke-width:1.5;fill:none}.floor1{stroke-dasharray:6 3}.floor2{stroke-dasharray:1.5 3;stroke-linecap:round}
@media (prefers-color-scheme:dark){text{fill:#e7eaf0}.ground{fill:#14171d}.muted{fill:#a4acbb}.bar{fill:#3c6ea8}.winner{fill:#79b0f2}.whisker{stroke:#f2f4f8}.grid{stroke:#2b313c}.zero{stroke:#7b8496}.floor{stroke:#fb923c}}
`.trim();

/**
 * The systems as bars with their intervals, a panel for each metric, the floors as lines across: an SVG that needs nothing else, runs nothing, and says in words what it
 * shows. The paper's figures are left out: a bar beside ours would compare what cannot be compared.
 */
export function tableChart(table: Table): string {
  const [systems = [], floors = []] = (['systems', 'floors'] as const).map(
    (kind) => table.sections.find((s) => s.kind === kind)?.rows ?? [],
  );
  const shown = table.columns.flatMap((name, column) => (isScore(systems[0]?.cells[column]) ? [{ name, column }] : []));
  const names = Math.min(240, Math.max(60, ...systems.map(({ name }) => name.length * LETTER + 12)));
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
              `<text x="${MARGIN + names - 12}" y="${y + HEAD + k * ROW + ROW / 2 + 4}" text-anchor="end">${fitted(row.name, names - 12)}</text>`,
          )
        : [];
    return [...left, panel(name, systems, floors, column, { x, y, width: panelWidth })].join('\n');
  });
  const missing = table.signatures.filter(([, signature]) => signature.startsWith('n/a')).map(([name, why]) => `${name}: ${why}`);
  const remarks = [...table.notes.filter((note) => !/^Table \d/.test(note)), ...missing].map((remark) => `! ${remark}`);
  const under = [table.legend.join(' '), ...remarks].flatMap((text) => lines(text, WIDTH - 2 * MARGIN));
  const bottom = top + Math.ceil(shown.length / ACROSS) * panelHeight + 12;
  const height = bottom + under.length * LINE + MARGIN - 8;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(described(systems, floors, shown))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + 18}">${escaped(title)}</text>`,
    key,
    ...panels,
    ...under.map((text, i) => `<text class="muted" x="${MARGIN}" y="${bottom + (i + 1) * LINE}">${escaped(text)}</text>`),
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
function panel(name: string, systems: readonly TableRow[], floors: readonly TableRow[], column: number, { x, y, width }: Place): string {
  const scores = systems.map((row) => scoreAt(row, column));
  const lines = floors.map((row) => scoreAt(row, column).score);
  const letters = Math.max(0, ...scores.map(({ group }) => group.length));
  const plot = width - 12 - (Math.max(...scores.map((score) => shownValue(score).length)) + letters) * BOLD;
  const ticks = ticksOf(
    Math.min(0, ...lines, ...scores.map((s) => s.low ?? s.score)),
    Math.max(0, ...lines, ...scores.map((s) => s.high ?? s.score)),
  );
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const at = (value: number) => round(x + ((value - low) / (high - low)) * plot);
  const [from, to] = [y + HEAD, y + HEAD + systems.length * ROW];
  const bars = scores.map((score, k) => {
    const [middle, zero, end] = [from + k * ROW + ROW / 2, at(0), at(score.score)];
    const whisker =
      score.low === undefined
        ? ''
        : `<path class="whisker" d="M${at(score.low)} ${middle - 4}v8M${at(score.low)} ${middle}H${at(score.high!)}M${at(score.high!)} ${middle - 4}v8"/>`;
    return [
      `<rect class="${score.best ? 'winner' : 'bar'}" x="${Math.min(zero, end)}" y="${middle - BAR / 2}" width="${round(Math.abs(end - zero))}" height="${BAR}" rx="1.5"/>`,
      whisker,
      `<text${score.best ? ' class="best"' : ''} x="${round(x + plot + 8)}" y="${middle + 4}">${shownValue(score).replace('-', '−')}${
        score.group === '' ? '' : `<tspan class="muted" dx="4">${score.group}</tspan>`
      }</text>`,
    ].join('');
  });
  return [
    `<g><text class="metric" x="${round(x)}" y="${y + 20}">${escaped(name)}</text>`,
    ...ticks.map((tick) => `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M${at(tick)} ${from}V${to}"/>`),
    ...bars,
    ...lines.map((score, i) => `<path class="floor floor${i + 1}" d="M${at(score)} ${from - 2}V${to + 2}"/>`),
    ...ticks.map((tick) => `<text class="muted" x="${at(tick)}" y="${to + 15}" text-anchor="middle">${label(tick, high - low)}</text>`),
    '</g>',
  ].join('\n');
}

/** What the lines and whiskers are, in one row under the title. */
function keyOf(floors: readonly TableRow[], intervals: boolean, y: number): string {
  let x = MARGIN;
  const entry = (drawing: (x: number) => string, text: string) => {
    const drawn = `${drawing(x)}<text class="muted" x="${x + 34}" y="${y}">${escaped(text)}</text>`;
    x += 34 + text.length * LETTER + 22;
    return drawn;
  };
  return [
    ...floors.map(({ name }, i) => entry((at) => `<path class="floor floor${i + 1}" d="M${at} ${y - 4}h26"/>`, `floor: ${name}`)),
    ...(intervals
      ? [entry((at) => `<path class="whisker" d="M${at} ${y - 8}v8M${at} ${y - 4}h26M${at + 26} ${y - 8}v8"/>`, '95 % interval')]
      : []),
  ].join('');
}

/** Three to six round numbers around `low` and `high`. */
function ticksOf(low: number, high: number): number[] {
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough)!;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.max(Math.ceil(high / step - 1e-9), Math.floor(low / step + 1e-9) + 1)];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function label(tick: number, span: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(span / 4)));
  return tick === 0 ? '0' : tick.toFixed(digits).replace('-', '−');
}

function described(systems: readonly TableRow[], floors: readonly TableRow[], shown: readonly { name: string; column: number }[]): string {
  return shown
    .map(({ name, column }) => {
      const parts = [...systems, ...floors].map((row) => {
        const { score, low, high } = scoreAt(row, column);
        return `${row.name} ${score.toFixed(4)}${low === undefined ? '' : ` (${low.toFixed(3)} to ${high!.toFixed(3)})`}`;
      });
      return `${name}: ${parts.join(', ')}.`;
    })
    .join(' ');
}

/** A name that fits into `width`, with its whole self as a tooltip where it does not. */
function fitted(name: string, width: number): string {
  const most = Math.floor(width / LETTER);
  const letters = [...name];
  const [start, end] = [letters.slice(0, Math.ceil((most - 1) / 2)), letters.slice(-Math.floor((most - 1) / 2))];
  return letters.length <= most ? escaped(name) : `<title>${escaped(name)}</title>${escaped(`${start.join('')}…${end.join('')}`)}`;
}

/** Words in lines that fit into `width` at 11 px. */
function lines(text: string, width: number): string[] {
  const most = Math.floor(width / (LETTER * 0.95));
  const done: string[] = [];
  for (const word of text.split(' ')) {
    const last = done.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) done[done.length - 1] = `${last} ${word}`;
    else done.push(word);
  }
  return done;
}

const round = (x: number): number => Math.round(x * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML: names of files may hold anything, also what XML forbids. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  return text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, ' ').replace(/[&<>"]/g, (letter) => ENTITIES[letter]!);
}
