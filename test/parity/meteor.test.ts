import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { meteor } from '../../src/metrics/meteor.ts';
import { align } from '../../src/metrics/meteor-align.ts';
import { createLexicon, findMatches, type Resources } from '../../src/metrics/meteor-matches.ts';
import { meteorTokens } from '../../src/metrics/meteor-normalise.ts';
import { openParaphrases, type Paraphrases } from '../../src/metrics/meteor-paraphrases.ts';
import type { MeteorStats } from '../../src/metrics/meteor-score.ts';
import { openWordNet, type WordNet } from '../../src/metrics/wordnet.ts';

/** What the reference (meteor-1.5.jar) computed for made-up sentences: test/fixtures/meteor/make.py. */
interface Scored {
  readonly stats: readonly string[];
  readonly scores: readonly number[];
  readonly corpus: number;
}
interface Cases {
  readonly items: readonly { readonly hyp: string; readonly refs: readonly string[] }[];
  readonly tokens: readonly string[];
  readonly exactStem: Scored;
  readonly noParaphrases: Scored;
  readonly ownTable: Scored;
  readonly fullTable: Scored;
  readonly alignments: readonly (readonly string[])[];
}
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/meteor/${name}`, import.meta.url));
const cases = JSON.parse(readFileSync(fixture('cases.json'), 'utf8')) as Cases;

let wordnet: WordNet;
let own: Paraphrases;
beforeAll(async () => {
  [wordnet, own] = await Promise.all([openWordNet(), openParaphrases(fixture('paraphrases.gz'))]);
});

/** Our numbers for all items, in the form of the fixture. */
function scored(resources: Resources): Scored {
  const metric = meteor(resources);
  const stats = cases.items.map((item, i) =>
    metric.segment(
      { id: String(i), ...item, hypTokens: item.hyp.split(/ +/), refTokens: item.refs.map((ref) => ref.split(/ +/)) },
      undefined,
    ),
  );
  return { stats: stats.map(line), scores: stats.map((s) => metric.corpus([s])), corpus: metric.corpus(stats) };
}

/** The line of 23 numbers that the reference prints for a segment. */
function line(s: MeteorStats): string {
  const words = (side: 'hyp' | 'ref') => s.matched.reduce((sum, m) => sum + m[`${side}Content`] + m[`${side}Function`], 0);
  const modules = s.matched.flatMap((m) => [m.hypContent, m.refContent, m.hypFunction, m.refFunction]);
  return [s.hypLength, s.refLength, s.hypFunction, s.refFunction, ...modules, s.chunks, words('hyp'), words('ref')].join(' ');
}

function expectEqual(got: Scored, want: Scored): void {
  expect(got.stats).toEqual(want.stats);
  expect(got.scores).toBeClose(want.scores, { abs: 1e-12 });
  expect(Math.abs(got.corpus - want.corpus)).toBeLessThan(1e-12);
}

describe('METEOR 1.5', () => {
  test('cuts sentences into the same words', () => {
    const sentences = cases.items.flatMap(({ hyp, refs }) => [hyp, ...refs]);
    expect(sentences.map((s) => meteorTokens(s).join(' '))).toEqual(cases.tokens);
  });

  test('aligns the same words', () => {
    const lexicon = createLexicon({ wordnet, paraphrases: own });
    const got = cases.items.map(({ hyp, refs }) => {
      const [h, r] = [lexicon(meteorTokens(hyp)), lexicon(meteorTokens(refs[0] ?? ''))];
      return align(findMatches(h, r, own.find), h.length).map((m) => `${m.ref}:${m.refLength} ${m.hyp}:${m.hypLength} ${m.module}`);
    });
    expect(got).toEqual(cases.alignments);
    expect(new Set(got.flat().map((match) => match.split(' ')[2]))).toEqual(new Set(['0', '1', '2', '3'])); // every module had work
  });

  test('exact and stem: same statistics and scores', () => expectEqual(scored({}), cases.exactStem));

  test('with WordNet from npm: same statistics and scores', () => expectEqual(scored({ wordnet }), cases.noParaphrases));

  test('with WordNet and a small table: same statistics and scores', () =>
    expectEqual(scored({ wordnet, paraphrases: own }), cases.ownTable));

  // 62 MB that are not ours to ship: set the path to try it.
  const full = process.env.FAMENET_PARAPHRASES;
  test.skipIf(!full)('with the table of pycocoevalcap: same statistics and scores', { timeout: 60_000 }, async () => {
    const resources = { wordnet, paraphrases: await openParaphrases(full ?? '') };
    expectEqual(scored(resources), cases.fullTable);
    // nlg-eval's README: the corpus score of its two examples.
    const examples = cases.items
      .slice(2, 4)
      .map(({ hyp, refs }) => ({ id: hyp, hyp, refs, hypTokens: [hyp], refTokens: refs.map((ref) => [ref]) }));
    const metric = meteor(resources);
    expect(metric.corpus(examples.map((item) => metric.segment(item, undefined)))).toBeCloseTo(0.295797, 6);
  });

  test('published values of nlg-eval and of the captioning tools', () => {
    expect(cases.fullTable.scores.slice(0, 2)).toBeClose([0.44434387, 0.48372379], { abs: 5e-9 });
    expect(scored({ wordnet }).scores.slice(0, 2)).toBeClose([0.44434387, 0.48372379], { abs: 5e-9 });
  });
});
