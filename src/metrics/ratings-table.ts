import type { ComparedScore } from './comparison.ts';
import { HUMAN_TABLE } from './paper.ts';
import { SCALE } from './ratings.ts';
import type { RatedSystem, RatingsSummary } from './ratings-summary.ts';
import {
  type Figure,
  notesOf,
  printable,
  printedSection,
  sharing,
  type Table,
  type TableCell,
  type TableSection,
  together,
} from './table.ts';

/** Below this alpha not even tentative conclusions may be drawn (Krippendorff 2004, ch. 11); from `RELIABLE` on, firm ones. */
const TENTATIVE = 0.667;
const RELIABLE = 0.8;

/** Lays a summary of ratings out; with `paper`, the paper's Table 6 under it. */
export function ratingsTable(summary: RatingsSummary, { paper }: { paper: boolean }): Table {
  const { criteria, systems, raters } = summary;
  const columns = criteria.map(({ name }) => name);
  const sections: TableSection[] = [
    {
      kind: 'systems',
      rows: systems.map((name, i) => ({ name: printable(name), cells: criteria.map((criterion) => systemCell(criterion.systems[i]!)) })),
    },
    {
      kind: 'agreement',
      title: 'Agreement of the raters',
      rows: [
        {
          name: 'Krippendorff’s alpha (ordinal)',
          cells: criteria.map(({ alpha, shared }): TableCell => {
            if (alpha === undefined) return { missing: true };
            const { value, ...bounds } = alpha;
            return { figure: value, ...bounds, of: shared };
          }),
        },
      ],
    },
    {
      kind: 'raters',
      title: 'Bias of the raters: own rating minus the others’ mean of the same explanation; above 0 is lenient',
      rows: raters.map((rater, i) => ({
        name: printable(rater),
        cells: criteria.map((criterion): TableCell => {
          const { bias, shared } = criterion.raters[i]!;
          return bias === undefined ? { missing: true } : ({ figure: bias, signed: true, of: shared } satisfies Figure);
        }),
      })),
    },
    ...(paper ? [printedSection(HUMAN_TABLE, columns)] : []),
  ];
  const [test] = criteria.flatMap((criterion) => (criterion.test === undefined ? [] : [criterion.test]));
  return {
    columns,
    sections,
    digits: { value: 2, bound: 2 },
    legend: legendOf(summary),
    notes: [
      ...together(
        criteria.flatMap(({ name, notes, alpha, shared }) =>
          [...notes, ...agreementNotes(alpha?.value, shared)].map((note) => [name, note] as const),
        ),
      ),
      ...notesOf(sections, [HUMAN_TABLE]),
    ],
    signatures: [
      ...criteria.map(({ name, signature }) => [name, signature] as const),
      ...(test === undefined ? [] : [['groups', test] as const]),
    ],
    comparable: [
      { of: ['means'], with: 'other means of this table; other raters, items or instructions give another scale, whatever the numbers' },
      { of: ['alpha'], with: 'ordinal alphas of other studies; a percentage of agreement or a kappa is another measure' },
      {
        of: ['FAME-Net paper'],
        with: 'Wang et al. (2025), Table 6, are other raters on other explanations, and their single ratings are not published: no number here can be compared with theirs',
      },
    ],
  };
}

function systemCell({ mean, low, high, best, group }: RatedSystem): TableCell {
  if (mean === undefined) return { missing: true };
  return { score: mean, ...(low === undefined ? {} : { low, high: high! }), best, group } satisfies ComparedScore;
}

function legendOf({ items, ratings, systems, raters, criteria }: RatingsSummary): string[] {
  const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
  const tested = criteria.find(({ test }) => test !== undefined);
  const bounded = criteria.some(({ systems }) => systems.some(({ low }) => low !== undefined));
  return [
    `${count(items, 'item')}, ${count(systems.length, 'system')}, ${count(raters.length, 'rater')}, ${count(ratings, 'row')}. Ratings from ${SCALE.min} to ${SCALE.max}, higher is better; a mean is over items, of each item’s mean over its raters.`,
    ...(bounded ? ['Intervals are 95 %, by bootstrap over items; raters are taken as given.'] : []),
    ...(tested === undefined
      ? []
      : [sharing('signs of each item’s difference turned at random, on items rated for both', tested.pairs.length)]),
  ];
}

function agreementNotes(value: number | undefined, shared: number): string[] {
  if (value === undefined) {
    return [
      shared === 0
        ? 'nothing was rated by two people, so nobody knows how far they agree'
        : 'all said the same everywhere, of which alpha can tell nothing',
    ];
  }
  if (value >= RELIABLE) return [];
  return [
    value >= TENTATIVE
      ? `with an alpha below ${RELIABLE} conclusions are tentative`
      : `with an alpha below ${TENTATIVE} the raters agree too little to conclude anything from small differences`,
  ];
}
