import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BASELINES, bertScore, type Encoded, type SentenceEncoder } from '../../src/metrics/bertscore.ts';
import { score } from '../../src/metrics/index.ts';

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
