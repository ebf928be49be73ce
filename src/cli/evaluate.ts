import { FameError } from '../base/errors.ts';
import {
  comparability,
  comparableText,
  FLOOR_VERSION,
  grid,
  interval,
  type Measured,
  type MissingMetric,
  pair,
  printable,
  type ReferencedItem,
  readPredictions,
  readReferences,
  type Score,
  scoreOf,
  type TokenizerName,
} from '../metrics/index.ts';
import { choice, command, flag, path } from './command.ts';
import { CHANCE_ARGS, chosenMetrics, floorsOf, isEmotionItem, METRIC_ARGS, measureAll, NO_FLOOR } from './metrics.ts';
import type { Out } from './out.ts';

export default command({
  name: 'evaluate',
  about: 'Score predictions against references, beside what knowing nothing would score',
  examples: [
    'famenet evaluate --predictions answers.jsonl --references test.jsonl',
    'famenet evaluate --predictions answers.json --references ecem.json --metrics bleu,cider,content --by emotion --json',
  ],
  args: {
    predictions: path({ required: true, mustExist: true, about: 'JSONL {id, cause}, ECEM JSON, or a COCO result list' }),
    references: path({ required: true, mustExist: true, about: 'JSONL {id, causes}, ECEM JSON, or COCO annotations' }),
    ...METRIC_ARGS,
    floor: flag({
      default: true,
      about: 'leave out the scores of the bare template, given where the references tell emotion and utterance',
    }),
    by: choice(['emotion'], { about: 'also score each emotion by itself' }),
    ...CHANCE_ARGS,
  },
  async run({ args, out, signal }) {
    const [predictions, references] = [await readPredictions(args.predictions), await readReferences(args.references)];
    const items = pair(predictions, references, args.predictions);
    if (args.by === 'emotion' && !items.every(isEmotionItem)) throw noEmotion(items, args.references);
    const metrics = await chosenMetrics(args.metrics, args); // last: opening a model takes its time
    const bounded = (row: Measured | MissingMetric, among?: readonly number[]): Score | MissingMetric => {
      if ('missing' in row) return row;
      const stats = among === undefined ? row.stats : among.map((i) => row.stats[i]);
      const bounds = args.bootstrap > 0 ? interval({ ...row, stats }, { samples: args.bootstrap, seed: args.seed, signal }) : undefined;
      return scoreOf(row, bounds, among);
    };
    const how = { tokenizer: args.tokenizer, out, signal };
    const measured = await measureAll(metrics, items, { label: 'Scoring', ...how });
    const scores = measured.map((row) => bounded(row));
    const floors = new Map<string, Rows>();
    for (const { name, segments } of (args.floor ? floorsOf(items) : undefined) ?? []) {
      const rows = await measureAll(metrics, segments, { label: `Scoring the ${name}`, ...how });
      floors.set(
        name,
        rows.map((row) => ('missing' in row ? row : scoreOf(row))),
      );
    }
    const groups = args.by === 'emotion' ? emotionsOf(items) : undefined;
    const byEmotion = groups && new Map([...groups].map(([emotion, among]) => [emotion, measured.map((row) => bounded(row, among))]));

    print(out, { items: items.length, scores, floors, byEmotion, groups, tokenizer: args.tokenizer });
    if (args.floor && floors.size === 0) out.note(`No floor: ${NO_FLOOR}`);
    out.done({
      items: items.length,
      metrics: documentOf(scores),
      ...(args.floor ? { floor: floors.size > 0 ? { version: FLOOR_VERSION, ...mapped(floors) } : { missing: NO_FLOOR } } : {}),
      ...(byEmotion ? { byEmotion: mapped(byEmotion, (emotion) => ({ items: groups!.get(emotion)!.length })) } : {}),
    });
  },
});

type Rows = readonly (Score | MissingMetric)[];

function noEmotion(items: readonly ReferencedItem[], at: string): FameError {
  const bare = items.filter((item) => !isEmotionItem(item));
  return new FameError('METRIC_NO_EMOTION', 'The references do not say who felt what', {
    at,
    expected: '"emotion" and "utterance" in every line, or the question in ECEM’s form',
    got: `neither for ${bare.length} of ${items.length} items, the first of them ${bare[0]?.id}`,
    fix: 'add them, or leave out --by',
  });
}

/** Positions of the items of each emotion, the most frequent emotion first. */
function emotionsOf(items: readonly ReferencedItem[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, { about }] of items.entries()) {
    const group = groups.get(about!.emotion);
    if (group) group.push(i);
    else groups.set(about!.emotion, [i]);
  }
  return new Map([...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)));
}

function documentOf(rows: Rows): Record<string, unknown> {
  return Object.fromEntries(
    rows.map((row) => {
      if ('missing' in row) return [row.name, { missing: row.missing, fix: row.fix }];
      const { name, perItem: _, ...rest } = row;
      return [name, rest];
    }),
  );
}

function mapped(rows: ReadonlyMap<string, Rows>, more: (name: string) => object = () => ({})) {
  return Object.fromEntries([...rows].map(([name, row]) => [name, { ...more(name), metrics: documentOf(row) }]));
}

interface Findings {
  readonly items: number;
  readonly scores: Rows;
  /** Empty where there are none. */
  readonly floors: ReadonlyMap<string, Rows>;
  readonly byEmotion: ReadonlyMap<string, Rows> | undefined;
  readonly groups: ReadonlyMap<string, readonly number[]> | undefined;
  readonly tokenizer: TokenizerName;
}

/** A table that reads like lm-evaluation-harness's; below it the signatures, and with what each number may stand in one table. */
function print(out: Out, { items, scores, floors, byEmotion, groups, tokenizer }: Findings): void {
  const intervals = scores.some((row) => 'low' in row);
  out.line(
    `${items} ${items === 1 ? 'item' : 'items'}. Higher is better${intervals ? '; intervals are 95 %, by bootstrap over items' : ''}.`,
  );
  out.line();
  out.text(
    grid(
      [
        { head: 'Metric' },
        { head: '' },
        { head: 'Score', right: true },
        ...(intervals ? [{ head: '95 % interval' }] : []),
        ...[...floors.keys()].map((name) => ({ head: `Floor: ${name}`, right: true })),
      ],
      scores.map((row, i) => [
        row.name,
        '↑',
        shown(row),
        ...(intervals ? ['missing' in row ? '' : `${row.low!.toFixed(4)} – ${row.high!.toFixed(4)}`] : []),
        ...[...floors.values()].map((rows) => ('missing' in row ? '' : shown(rows[i]!))),
      ]),
    ),
  );
  if (byEmotion) {
    out.line();
    out.text(
      grid(
        [{ head: 'Metric' }, ...[...groups!].map(([emotion, among]) => ({ head: `${printable(emotion)} (${among.length})`, right: true }))],
        scores.flatMap((row, i) => ('missing' in row ? [] : [[row.name, ...[...byEmotion.values()].map((rows) => shown(rows[i]!))]])),
      ),
    );
    out.line('Parts keep what all items have in common, such as the weights of CIDEr: a file of that part alone gives other numbers.');
  }
  out.line();
  for (const row of scores) out.line('missing' in row ? `${row.name}: n/a (${row.missing}; ${row.fix})` : `${row.name}: ${row.signature}`);
  out.line();
  const notes = scores.flatMap((row) => ('missing' in row || row.note === undefined ? [] : [`! ${row.name}: ${row.note}`]));
  for (const line of notes.length > 0 ? [...notes, ''] : []) out.line(line);
  const measured = scores.filter((row): row is Score => !('missing' in row));
  out.line(comparableText(comparability(measured, { tokenizer, floors: floors.size > 0 })));
}

const shown = (row: Score | MissingMetric): string => ('missing' in row ? 'n/a' : row.score.toFixed(4));
