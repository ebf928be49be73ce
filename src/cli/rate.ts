import { AS_PRINTED, HUMAN_TABLE, type RatingsSummary, ratingsTable, readRatings, summariseRatings } from '../metrics/index.ts';
import { command, flag, group, path } from './command.ts';
import { CHANCE_ARGS } from './metrics.ts';
import { checkWritten, giveTable, TABLE_ARGS } from './table.ts';

const summary = command({
  name: 'summary',
  about: 'Sum up ratings of coherence, fluency and relevance: means, agreement, biases, tests',
  examples: ['famenet rate summary ratings.csv', 'famenet rate summary ratings.csv --paper --format markdown --out table6.md'],
  args: {
    file: path({
      positional: true,
      mustExist: true,
      is: 'file',
      about: 'CSV with the columns item, system, rater, coherence, fluency, relevance; ratings from 1 to 5, empty where not rated',
    }),
    paper: flag({ default: false, about: `add the paper's Table 6, marked "${AS_PRINTED}"` }),
    ...CHANCE_ARGS,
    ...TABLE_ARGS,
  },
  async run({ args, out, signal }) {
    checkWritten({ '--out': args.out }, [args.file]);
    const ratings = await readRatings(args.file);
    const progress = (done: number, total: number) => out.progress({ done, total, unit: 'intervals and tests', label: 'Summing up' });
    const found = await summariseRatings(ratings, { samples: args.bootstrap, seed: args.seed, signal, progress });
    const table = ratingsTable(found, { paper: args.paper });
    await giveTable(table, args, out);
    out.done({
      ...documentOf(found),
      comparable: table.comparable,
      ...(args.paper ? { paper: { as: AS_PRINTED, tables: [HUMAN_TABLE] } } : {}),
    });
  },
});

export default group({
  name: 'rate',
  about: 'Sum up what people say of explanations',
  commands: [summary],
});

function documentOf({ items, ratings, systems, raters, criteria }: RatingsSummary): object {
  return {
    items,
    rows: ratings,
    systems,
    raters,
    criteria: Object.fromEntries(
      criteria.map(({ name, systems: rated, raters: biases, alpha, ...rest }) => [
        name,
        {
          ...rest,
          alpha: alpha ?? null,
          systems: Object.fromEntries(rated.map((row, i) => [systems[i]!, { ...row, mean: row.mean ?? null }])),
          raters: Object.fromEntries(biases.map(({ rater, bias, ...counts }) => [rater, { bias: bias ?? null, ...counts }])),
        },
      ]),
    ),
  };
}
