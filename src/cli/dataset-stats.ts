import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { readDataSet } from '../data/exchange/index.ts';
import {
  differenceOf,
  emotionsDrawing,
  lengthsDrawing,
  PRINTED_SETS,
  reportHtml,
  reportText,
  sectionsOf,
  summarise,
  svgOf,
} from '../data/stats/index.ts';
import { openScorer } from './annotate-gate.ts';
import { choice, command, flag, integer, path, text } from './command.ts';
import { SOURCE_ARGS, sourceOf } from './dataset-source.ts';
import { checkWritten } from './table.ts';

/** `famenet dataset stats`. */
export const stats = command({
  name: 'stats',
  about: "Count a data set: the paper's Table 1 and Figures 3 and 4, agreement of annotators, evidence; alone or beside another",
  examples: [
    'famenet dataset stats train.json --is ECEM --html report.html',
    'famenet dataset stats train.json --with ecf_train.json --svg charts',
    'famenet dataset stats --db annotations.db --model models/roberta-large',
  ],
  args: {
    ...SOURCE_ARGS,
    with: path({ mustExist: true, about: 'a second set, to stand beside the first' }),
    is: choice(
      PRINTED_SETS.map(({ name }) => name),
      { about: "which set of the paper's Table 1 the first one is: its printed numbers are shown beside, marked †" },
    ),
    paper: flag({ default: false, about: "all of the paper's Table 1, marked †" }),
    name: text({ about: 'what to call the first set' }),
    task: text({ about: 'its task, for Table 1' }),
    scene: text({ about: 'its scene, for Table 1' }),
    model: path({ mustExist: true, is: 'folder', about: 'RoBERTa or BERT folder: compares the two drafts of each item by BERTScore' }),
    svg: path({ about: 'folder for lengths.svg and emotions.svg; made where it is not there' }),
    html: path({ about: 'the report as one page that needs nothing else' }),
    bootstrap: integer({ default: 1000, min: 1, max: 100_000, about: 'resamples for intervals of differences' }),
    seed: integer({ default: 12345, min: 0, max: 2 ** 32 - 1, about: 'of resamples and of shuffled pairs' }),
  },
  async run({ args, out, signal }) {
    const read = [args.data, args.db, args.with].flatMap((name) => name ?? []);
    const charts = args.svg === undefined ? [] : [join(args.svg, 'lengths.svg'), join(args.svg, 'emotions.svg')];
    if (args.svg !== undefined) await mkdir(args.svg, { recursive: true });
    for (const chart of [undefined, ...charts]) checkWritten({ '--html': args.html, '--svg': chart }, read);
    const first = await sourceOf(args);
    const second = args.with === undefined ? undefined : await readDataSet(args.with);
    signal.throwIfAborted();
    const options = { scorer: args.model === undefined ? undefined : await scorerOf(args.model), seed: args.seed, signal };
    const named = args.name === undefined ? first : { ...first, name: args.name };
    const sets = [await summarise(named, options), ...(second === undefined ? [] : [await summarise(second, options)])];
    signal.throwIfAborted();
    const difference =
      second === undefined ? undefined : differenceOf(first.entries, second.entries, { samples: args.bootstrap, seed: args.seed });
    const is = PRINTED_SETS.find(({ name }) => name === args.is);
    const sections = sectionsOf({ sets, difference, is, paper: args.paper, scene: args.scene, task: args.task });
    out.text(reportText(sections));
    const drawings = [lengthsDrawing(sets), emotionsDrawing(sets)];
    for (const [i, file] of charts.entries()) await writeTextFile(file, svgOf(drawings[i]!));
    if (args.html !== undefined) await writeTextFile(args.html, reportHtml(sets.map(({ name }) => name).join(' and '), sections));
    const written = [...charts, ...(args.html === undefined ? [] : [args.html])];
    if (written.length > 0) out.note(`Wrote ${written.join(', ')}`);
    out.done({ sets, difference: difference ?? null, is: is ?? null, ...(args.paper ? { paper: PRINTED_SETS } : {}), files: written });
  },
});

/** BERTScore without rescaling, by the layer that bert_score recommends: what the campaigns' gates take unless told otherwise. */
async function scorerOf(folder: string) {
  return openScorer(folder, { layer: undefined, rescale: false, baseline: undefined });
}
