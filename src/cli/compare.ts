import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { UsageError } from '../base/errors.ts';
import {
  AS_PRINTED,
  comparability,
  compareSystems,
  FLOOR_NAMES,
  type Measured,
  PAPER_TABLES,
  pair,
  readPredictions,
  readReferences,
  type System,
  type SystemComparison,
  TESTS,
  type TestName,
  tableChart,
  tableOf,
} from '../metrics/index.ts';
import { choice, command, flag, list, path, text } from './command.ts';
import { CHANCE_ARGS, chosenMetrics, floorsOf, METRIC_ARGS, measureAll, NO_FLOOR } from './metrics.ts';
import { checkWritten, giveTable, TABLE_ARGS } from './table.ts';

export default command({
  name: 'compare',
  about: 'Put systems side by side: scores, intervals, and which are not shown to differ',
  examples: [
    'famenet compare ours.jsonl theirs.jsonl --references test.jsonl',
    'famenet compare "FAME-Net=a.jsonl" "text only=b.jsonl" --references ecem.json --paper --chart compare.svg',
    'famenet compare a.jsonl b.jsonl c.jsonl --references test.jsonl --format latex --out table.tex',
  ],
  args: {
    systems: list(text(), { positional: true, about: 'files of predictions, each as FILE or NAME=FILE; forms as for evaluate' }),
    references: path({ required: true, mustExist: true, about: 'JSONL {id, causes}, ECEM JSON, or COCO annotations' }),
    ...METRIC_ARGS,
    floor: flag({
      default: true,
      about: 'leave out the rows of the bare template, which stand there where the references tell emotion and utterance',
    }),
    paper: flag({ default: false, about: `add the paper's Tables 2, 3 and 4, marked "${AS_PRINTED}"` }),
    test: choice(Object.keys(TESTS) as TestName[], { default: 'randomisation', about: 'how two systems are tested' }),
    ...CHANCE_ARGS,
    ...TABLE_ARGS,
    chart: path({ about: 'write a chart into this .svg file' }),
  },
  async run({ args, out, signal }) {
    const named = namedFiles(args.systems);
    checkWritten({ '--out': args.out, '--chart': args.chart }, [args.references, ...named.map(({ file }) => file)]);
    const references = await readReferences(args.references);
    const predicted = await Promise.all(
      named.map(async ({ name, file }) => ({ name, segments: pair(await readPredictions(file), references, file) })),
    );
    const metrics = await chosenMetrics(args.metrics, args); // last: opening a model takes its time
    const floors = args.floor ? floorsOf(predicted[0]!.segments) : undefined;
    const systems: System[] = [];
    for (const { name, segments, floor } of [
      ...predicted.map((system) => ({ ...system, floor: false })),
      ...(floors ?? []).map((system) => ({ ...system, floor: true })),
    ]) {
      const label = floor ? `Scoring the ${name}` : `Scoring ${name}`;
      systems.push({ name, floor, rows: await measureAll(metrics, segments, { label, tokenizer: args.tokenizer, out, signal }) });
    }
    const progress = (done: number, total: number) => out.progress({ done, total, unit: 'metrics', label: 'Comparing' });
    const comparison = await compareSystems(systems, { test: args.test, samples: args.bootstrap, seed: args.seed, signal, progress });
    const comparable = comparability(measuredOf(systems[0]!), { tokenizer: args.tokenizer, floors: floors !== undefined });
    const table = tableOf(comparison, { paper: args.paper, comparable });
    await giveTable(table, args, out);
    if (args.chart !== undefined) {
      await writeTextFile(args.chart, tableChart(table));
      out.note(`Wrote ${args.chart}`);
    }
    if (args.floor && floors === undefined) out.note(`No floor: ${NO_FLOOR}`);
    out.done({
      ...documentOf(comparison, new Map(named.map(({ name, file }) => [name, file]))),
      comparable,
      ...(args.paper ? { paper: { as: AS_PRINTED, tables: PAPER_TABLES } } : {}),
    });
  },
});

/** `NAME=FILE`, or a file that gives its own name. Throws USAGE_PATH, USAGE_VALUE. */
function namedFiles(words: readonly string[]): { name: string; file: string }[] {
  const named = words.map((word) => {
    const mark = existsSync(word) ? -1 : word.indexOf('='); // a file may have = in its name
    const file = path({ mustExist: true, is: 'file' }).parse([word.slice(mark + 1)], '<systems>')!;
    return mark > 0 ? { name: word.slice(0, mark).trim(), file } : { name: basename(file, extname(file)), file };
  });
  const taken = new Set<string>(FLOOR_NAMES);
  const unclear = named.find(({ name }) => name === '' || taken.has(name) || !taken.add(name));
  if (unclear === undefined) return named;
  throw new UsageError('USAGE_VALUE', 'Two rows of the table would have one name, or one would have none', {
    at: '<systems>',
    expected: `a name of its own for every system, other than ${FLOOR_NAMES.join(', ')}`,
    got: JSON.stringify(unclear.name),
    fix: `name it: ANOTHER_NAME=${unclear.file}`,
  });
}

function measuredOf({ rows }: System) {
  return rows
    .filter((row): row is Measured => !('missing' in row))
    .map(({ metric, signature }) => ({ name: metric.name, comparable: metric.comparable, signature }));
}

function documentOf({ items, systems, metrics }: SystemComparison, files: ReadonlyMap<string, string>): object {
  return {
    items,
    systems: systems.map(({ name, floor }) => ({ name, floor, ...(floor ? {} : { file: files.get(name) }) })),
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        if ('missing' in metric) return [metric.name, { missing: metric.missing, fix: metric.fix }];
        const { name, scores, ...rest } = metric;
        return [name, { ...rest, scores: Object.fromEntries(scores.map((score, i) => [systems[i]!.name, score])) }];
      }),
    ),
  };
}
