/** An ablation as a table, which src/metrics writes as text, Markdown, LaTeX or CSV and draws as a chart. */
import type { Table, TableCell, TableRow } from '../metrics/index.ts';
import { type Ablation, type AblationRow, type Bounded, type CauseKind, TOLD_BY } from './ablation.ts';

/** Lays an ablation out: combinations, floors, and under them what each modality adds. `notes` are said below, as its own are. */
export function ablationTable(ablation: Ablation, notes: readonly string[] = []): Table {
  const { columns, rows, gains, floors, signatures } = ablation;
  const known = columns.map((name) => ablation.kinds[name.replace(/ causes$/, '') as CauseKind] !== 0);
  const best = columns.map((_, c) => {
    const found = rows.map(({ cells }) => cells[c]!.score);
    return Math.min(...found) < Math.max(...found) ? Math.max(...found) : undefined; // where all are equal none is best
  });
  const scores = ({ cells }: AblationRow<string>, competes: boolean) =>
    cells.map((cell, c): TableCell => (known[c] ? { ...cell, best: competes && cell.score === best[c], group: '' } : { missing: true }));
  return {
    columns,
    sections: [
      { kind: 'systems', rows: rows.map((row): TableRow => ({ name: combined(row.name), cells: scores(row, true) })) },
      { kind: 'floors', rows: floors.map((row): TableRow => ({ name: row.name, cells: scores(row, false) })) },
      {
        kind: 'agreement',
        title: 'What each modality adds to the other two, item by item. Its own kind of cause is the control:',
        rows: gains.map(
          ({ name, cells }): TableRow => ({
            name: `+${name} (${ownOf(name)})`,
            cells: cells.map(
              ({ score, low, high }, c): TableCell => (known[c] ? { figure: score, low, high, signed: true } : { missing: true }),
            ),
          }),
        ),
      },
    ],
    digits: { value: 3, bound: 2 },
    legend: legendOf(ablation),
    notes: [...ablation.notes, ...notes],
    signatures,
    comparable: [{ of: ['every number'], with: 'another with an equal signature: other systems on this very made world and split' }],
  };
}

/** `V+T+E` for `VTE`. */
export const combined = (letters: string): string => [...letters].join('+');

/** The kind of cause that a modality tells. */
const ownOf = (modality: string): CauseKind => (Object.entries(TOLD_BY) as [CauseKind, string][]).find(([, by]) => by === modality)![0];

function legendOf({ items, kinds, seeds, columns, rows, gains }: Ablation): string[] {
  const trained =
    seeds.length === 1 ? `one training (seed ${seeds[0]}), asked` : `${seeds.length} trainings (seeds ${seeds.join(', ')}), each asked`;
  const all = columns.indexOf('all causes');
  const spread = rows.map(({ name, bySeed }) => {
    const scores = bySeed.map((cells) => cells[all]!);
    return { name, low: Math.min(...scores), high: Math.max(...scores) };
  });
  const widest = spread.reduce((a, b) => (b.high - b.low > a.high - a.low ? b : a));
  const asked = gains.filter(({ name }) => kinds[ownOf(name)] > 0);
  const control = asked.map(
    ({ name, cells }) => `${name} adds ${difference(cells[columns.indexOf(`${ownOf(name)} causes`)]!)} to ${ownOf(name)} causes`,
  );
  return [
    `${items} items (${Object.entries(kinds)
      .map(([kind, n]) => `${n} ${kind}`)
      .join(', ')}); ${trained} with every combination of modalities.`,
    'Causes: the share of explanations that name the situation and what it is about, and nothing else beside it. Higher is better.',
    'Intervals are 95 %, by bootstrap over items with the mean of their seeds; what another training would change is not in them.',
    ...(widest.high > widest.low
      ? [`Between seeds, all causes differ most for ${combined(widest.name)}: ${widest.low.toFixed(3)} to ${widest.high.toFixed(3)}.`]
      : []),
    'Floors know the emotion, the kind and the causes of training.',
    `Control: ${control.join('; ')}.`,
  ];
}

/** `+0.412 [0.31, 0.52]`, with the minus sign of print. */
function difference({ score, low, high }: Bounded): string {
  const text = (value: number, digits: number) =>
    value
      .toFixed(digits)
      .replace(/^-(?=[0.]*$)/, '')
      .replace('-', '−');
  return `${score > 0 ? '+' : ''}${text(score, 3)} [${text(low, 2)}, ${text(high, 2)}]`;
}
