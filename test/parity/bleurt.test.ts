import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bleurt, score } from '../../src/metrics/index.ts';
import { type Bleurt, bleurtRow, openBleurt } from '../../src/models/index.ts';
import { openTokenizer } from '../../src/text/index.ts';
import { openSentencePiece } from '../../src/text/sentencepiece.ts';

interface Expected {
  readonly longest: number;
  readonly pairs: readonly {
    readonly reference: string;
    readonly candidate: string;
    readonly pieces: number[];
    readonly first: number;
    readonly erf: number;
    readonly tanh: number;
  }[];
}
const directoryOf = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(`${directoryOf(name)}/expected.json`, 'utf8'));

/** Scores through the metric, as a user gets them: batches, padding, order and all. */
async function scored(scorer: Bleurt, pairs: Expected['pairs']) {
  const [row] = await score(
    [bleurt({ scorer })],
    pairs.map(({ reference, candidate }, i) => ({ id: `${i}`, hyp: candidate, refs: [reference] })),
  );
  if (!row || 'missing' in row) throw new Error('no score');
  return row;
}

for (const name of ['bleurt-tiny', 'rembert-tiny']) {
  const ref = expectedOf(name);

  test(`${name}: pieces, truncation and segments are those of BLEURT`, async () => {
    const tokenizer =
      name === 'rembert-tiny' ? await openSentencePiece(`${directoryOf(name)}/spm.model`) : await openTokenizer(directoryOf(name));
    const ids = (text: string) => tokenizer.encode(text, { addSpecial: false });
    const marks = [tokenizer.idOf('[CLS]')!, tokenizer.idOf('[SEP]')!] as const;
    for (const { reference, candidate, pieces, first } of ref.pairs)
      expect(bleurtRow(ids(reference), ids(candidate), ref.longest, marks), `${reference} | ${candidate}`).toEqual({ pieces, first });
  });

  test.each(['tanh', 'erf'] as const)(`${name}: scores with the %s form of GELU`, async (gelu) => {
    const scorer = await openBleurt(directoryOf(name), { gelu });
    const { perItem, signature, score: corpus } = await scored(scorer, ref.pairs);
    expect(perItem).toBeClose(
      ref.pairs.map((p) => p[gelu]),
      { abs: 1e-5 },
    );
    expect(corpus).toBeCloseTo(ref.pairs.reduce((sum, p) => sum + p[gelu], 0) / ref.pairs.length, 5);
    expect(signature).toMatch(new RegExp(`^bleurt\\|model:${name}_T40_gelu-${gelu}_[0-9a-f]{12}\\|over:max\\|items:44\\|refs:1\\|set:`));
    await scorer.dispose();
  });
}

test('the two forms of GELU and the two orders of the sentences are told apart by more than the tolerance', () => {
  for (const { pairs } of ['bleurt-tiny', 'rembert-tiny'].map(expectedOf)) {
    expect(Math.max(...pairs.map((p) => Math.abs(p.tanh - p.erf)))).toBeGreaterThan(1e-4);
    expect(Math.abs(pairs[1]!.tanh - pairs[2]!.tanh)).toBeGreaterThan(1e-2);
  }
});

test('of several references the best, or the mean', async () => {
  const ref = expectedOf('bleurt-tiny');
  const scorer = await openBleurt(directoryOf('bleurt-tiny'));
  const [first, ...more] = ref.pairs.filter((p) => p.candidate === 'Why is Mira happy?').slice(0, 4);
  const segments = [{ id: 'a', hyp: first!.candidate, refs: [first, ...more].map((p) => p!.reference) }];
  const known = [first, ...more].map((p) => p!.tanh);
  const rows = await score([bleurt({ scorer }), bleurt({ scorer, references: 'mean' })], segments);
  expect(rows.map((row) => 'score' in row && row.score)).toEqual([
    expect.closeTo(Math.max(...known), 5),
    expect.closeTo(known.reduce((sum, s) => sum + s, 0) / known.length, 5),
  ]);
  expect(rows.map((row) => 'signature' in row && /over:\w+/.exec(row.signature)?.[0])).toEqual(['over:max', 'over:mean']);
  await scorer.dispose();
});
