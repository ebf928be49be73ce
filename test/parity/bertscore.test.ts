import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASELINES, bertScore, type Encoded, readBaseline, type SentenceEncoder, score } from '../../src/metrics/index.ts';
import { type Encoder, openEncoder } from '../../src/models/index.ts';

interface Pair {
  readonly hyp: { pieces: number[]; vectors: number[] };
  readonly ref: { pieces: number[]; vectors: number[] };
  readonly plain: [number, number, number];
  readonly idf: [number, number, number];
}
const ref: { width: number; special: number[]; pairs: Pair[] } = JSON.parse(
  readFileSync(new URL('../fixtures/bertscore/expected.json', import.meta.url), 'utf8'),
);

/** The fixture's vectors, by sentence: `h0`, `r0`, … */
const known = new Map<string, Encoded>(
  ref.pairs.flatMap(({ hyp, ref: r }, i) => [
    [`h${i}`, { ...hyp, vectors: Float32Array.from(hyp.vectors) }] as const,
    [`r${i}`, { ...r, vectors: Float32Array.from(r.vectors) }] as const,
  ]),
);
const encoder: SentenceEncoder = {
  name: 'fixture',
  width: ref.width,
  special: new Set(ref.special),
  encode: async (sentences) => sentences.map((s) => known.get(s) as Encoded),
};
const segments = ref.pairs.map((_, i) => ({ id: `${i}`, hyp: `h${i}`, refs: [`r${i}`] }));

test.each(['plain', 'idf'] as const)('P, R and F equal bert_score (%s), empty sentences included', async (kind) => {
  for (const [k, part] of (['p', 'r', 'f'] as const).entries()) {
    const [row] = await score([bertScore({ encoder, idf: kind === 'idf', part })], segments);
    if (!row || 'missing' in row) throw new Error('no score');
    expect(row.perItem).toBeClose(
      ref.pairs.map((p) => p[kind][k] as number),
      { abs: 2e-6 },
    );
    expect(row.signature).toContain(`idf:${kind === 'idf'}`);
  }
});

test('of several references the best of each part counts', async () => {
  const rows = await score([bertScore({ encoder })], [{ id: '0', hyp: 'h0', refs: ['r2', 'r0', 'r3'] }]);
  const single = await Promise.all(['r2', 'r0', 'r3'].map((r) => score([bertScore({ encoder })], [{ id: '0', hyp: 'h0', refs: [r] }])));
  const value = (r: (typeof rows)[number] | undefined) => (r && !('missing' in r) ? r.score : Number.NaN);
  expect(value(rows[0])).toBe(Math.max(...single.map((r) => value(r[0]))));
});

test('rescaling maps the baseline to 0, and the signature tells', async () => {
  const baseline = BASELINES['roberta-large_L17'];
  if (!baseline) throw new Error('no baseline');
  const [raw] = await score([bertScore({ encoder })], segments.slice(0, 1));
  const [row] = await score([bertScore({ encoder, baseline })], segments.slice(0, 1));
  if (!row || 'missing' in row || !raw || 'missing' in raw) throw new Error('no score');
  expect(row.score).toBeCloseTo((raw.score - 0.83122575) / (1 - 0.83122575), 12);
  expect(row.signature).not.toBe(raw.signature);
});

type Parts = Readonly<Record<'p' | 'r' | 'f', number[]>>;
const whole: {
  rows: { candidate: string; references: string[] }[];
  pieces: [string, number[]][];
  plain: Parts;
  idf: Parts;
  rescaled: Parts;
} = JSON.parse(readFileSync(new URL('../fixtures/bertscore/end-to-end.json', import.meta.url), 'utf8'));

describe('bert_score itself, from the sentence on, with a RoBERTa of random weights', () => {
  let roberta: Encoder;
  beforeAll(async () => {
    roberta = await openEncoder(fileURLToPath(new URL('../fixtures/roberta-tiny', import.meta.url)));
  });
  afterAll(() => roberta.dispose());
  const items = whole.rows.map(({ candidate, references }, i) => ({ id: `${i}`, hyp: candidate, refs: references }));

  test('pieces: white space stripped as Python does, a space before the first word, cut to 38', async () => {
    const encoded = await roberta.encode(whole.pieces.map(([sentence]) => sentence));
    for (const [i, [sentence, pieces]] of whole.pieces.entries()) expect(encoded[i]?.pieces, JSON.stringify(sentence)).toEqual(pieces);
    const [bare] = await roberta.encode(['He']);
    expect(bare?.pieces.length, 'with its space "He" is other pieces than without').toBeGreaterThan(2);
  });

  test.each(['plain', 'idf', 'rescaled'] as const)(
    'P, R and F (%s): several references, empty sentences, too long ones, other scripts',
    async (kind) => {
      const file = fileURLToPath(new URL('../fixtures/bertscore/baseline.tsv', import.meta.url));
      const baseline = kind === 'rescaled' ? { baseline: await readBaseline(file, roberta.layer) } : {};
      const rows = await score(
        (['p', 'r', 'f'] as const).map((part) => bertScore({ encoder: roberta, idf: kind === 'idf', part, ...baseline })),
        items,
      );
      for (const [k, part] of (['p', 'r', 'f'] as const).entries()) {
        const row = rows[k];
        if (!row || 'missing' in row) throw new Error('no score');
        expect(row.perItem, part).toBeClose(whole[kind][part], { abs: 1e-5 });
      }
    },
  );
});
