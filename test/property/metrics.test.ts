import { fileURLToPath } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { afterAll, describe, expect } from 'vitest';
import {
  type AnyMetric,
  approximateRandomisation,
  bertScore,
  bleu,
  bleurt,
  cider,
  ciderD,
  contentCider,
  contentF1,
  type Item,
  interval,
  measure,
  meteor,
  pairedBootstrap,
  rougeL,
  tokenise,
} from '../../src/metrics/index.ts';
import { openBleurt, openEncoder } from '../../src/models/index.ts';

const METRICS: readonly AnyMetric[] = [
  ...([1, 2, 3, 4] as const).map((order) => bleu({ order })),
  rougeL(),
  ciderD(),
  cider(),
  contentF1(),
  contentCider(),
  meteor(),
];

/** BLEU's own 1e-9 in the denominators moves a score by about as much. */
const SLACK = 1e-8;

const sentence = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'the', 'reason', 'was', '日', "it's", 'x-y'), { maxLength: 9 })
  .map((w) => w.join(' '));
const nonEmpty = sentence.filter((s) => s !== '');
const corpus = fc
  .array(fc.tuple(sentence, fc.array(nonEmpty, { minLength: 1, maxLength: 3 })), { minLength: 2, maxLength: 12 })
  .map((rows) =>
    tokenise(
      rows.map(([hyp, refs], i) => ({ id: `${i}`, hyp, refs })),
      'whitespace',
    ),
  );
const of = (metric: AnyMetric, items: readonly Item[]) => measure(metric, items, { tokenizer: 'whitespace' });

describe.each(METRICS.map((metric) => [metric.name, metric] as const))('%s', (_, metric) => {
  test.prop([corpus, fc.integer()])('the order of the items does not matter', async (items, seed) => {
    const order = items.map((_, i) => i).sort((a, b) => ((a * 7919 + seed) % 13) - ((b * 7919 + seed) % 13));
    const [one, other] = [
      await of(metric, items),
      await of(
        metric,
        order.map((i) => items[i]!),
      ),
    ];
    expect(other.score).toBeCloseTo(one.score, 12);
    expect(other.signature).toBe(one.signature);
    expect(other.stats).toEqual(order.map((i) => one.stats[i]));
  });

  test.prop([corpus])('inside its range, item by item too', async (items) => {
    const { score, stats } = await of(metric, items);
    for (const value of [score, ...stats.map((s) => metric.corpus([s]))]) {
      expect(value).toBeGreaterThanOrEqual(metric.range.min);
      expect(value).toBeLessThanOrEqual(metric.range.max + 1e-9);
    }
  });

  // The weights are those of the set as it was: another reference would change them.
  test.prop([corpus])('a reference equal to the candidate never lowers the score of an item', async (items) => {
    const context = await metric.prepare?.(items, {});
    for (const item of items) {
      const more = { ...item, refs: [...item.refs, item.hyp], refTokens: [...item.refTokens, item.hypTokens] };
      const value = (i: Item) => metric.corpus([metric.segment(i, context)]);
      expect(value(more)).toBeGreaterThanOrEqual(value(item) - SLACK);
    }
  });

  test.prop([corpus])('no candidate beats the reference itself', async (items) => {
    const single = items.map((item) => ({ ...item, refs: item.refs.slice(0, 1), refTokens: item.refTokens.slice(0, 1) }));
    const context = await metric.prepare?.(single, {});
    for (const item of single) {
      const value = (i: Item) => metric.corpus([metric.segment(i, context)]);
      const own = { ...item, hyp: item.refs[0]!, hypTokens: item.refTokens[0]! };
      expect(value(own)).toBeGreaterThanOrEqual(value(item) - SLACK);
    }
  });

  test.prop([corpus, fc.integer({ min: 0, max: 1e6 })])(
    'the interval holds a score of resamples, and the seed decides',
    async (items, seed) => {
      const measured = await of(metric, items);
      const bounds = interval(measured, { samples: 20, seed });
      expect(bounds.low).toBeLessThanOrEqual(bounds.high);
      expect(bounds).toEqual(interval(measured, { samples: 20, seed }));
    },
  );

  test.prop([corpus])('a system is not different from itself', async (items) => {
    const measured = await of(metric, items);
    for (const test of [pairedBootstrap, approximateRandomisation]) {
      expect(test(measured, measured, { samples: 10, seed: 1 })).toMatchObject({ difference: 0, p: 1 });
    }
  });
});

/** With real networks of random weights; each run costs milliseconds, so there are fewer. */
const FEW = { numRuns: 8 };
const directoryOf = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const [encoder, scorer] = await Promise.all([openEncoder(directoryOf('roberta-tiny')), openBleurt(directoryOf('bleurt-tiny'))]);
afterAll(() => Promise.all([encoder.dispose(), scorer.dispose()]));
const ENCODED: readonly AnyMetric[] = [bertScore({ encoder }), bertScore({ encoder, idf: true }), bleurt({ scorer })];

describe.each(ENCODED.map((metric, i) => [`${metric.name} ${i}`, metric] as const))('%s', (_, metric) => {
  test.prop([corpus], FEW)('the order of the items does not matter', async (items) => {
    const [one, other] = [await of(metric, items), await of(metric, items.toReversed())];
    expect(Math.abs(other.score - one.score)).toBeLessThan(1e-6); // other batches, other rounding in float32
    expect(other.signature).toBe(one.signature);
  });

  test.prop([corpus], FEW)('a reference equal to the candidate never lowers the score of an item', async (items) => {
    const more = items.map((item) => ({ ...item, refs: [...item.refs, item.hyp] }));
    const context = await metric.prepare?.(more, {}); // of idf the weights are those of the larger set
    for (const [i, item] of items.entries()) {
      const value = (one: Item) => metric.corpus([metric.segment(one, context)]);
      expect(value(more[i]!)).toBeGreaterThanOrEqual(value(item));
    }
  });
});

test.prop([corpus], FEW)('BERTScore of a sentence and itself is 1, of all candidates the highest', async (items) => {
  const metric: AnyMetric = bertScore({ encoder });
  const same = items.map((item) => ({ ...item, hyp: item.refs[0]! }));
  const { stats } = await of(metric, same);
  for (const s of stats) expect(metric.corpus([s])).toBeCloseTo(1, 6);
});

/** What no paper thinks of, and files hold. */
const ODD: Readonly<Record<string, readonly (readonly [hyp: string, ...refs: string[]])[]>> = {
  'empty candidates': [
    ['', 'the dog ran away'],
    [' \n ', 'it rained', 'it was wet'],
  ],
  'nothing at all': [['', '']],
  'marks only': [
    ['...', 'the dog ran away'],
    ['the dog', '?!'],
    ['...', '?!'],
  ],
  'one item': [['the dog ran', 'a dog ran away']],
  'identical sentences': [
    ['the dog ran away', 'the dog ran away'],
    ['it rained', 'it rained'],
  ],
  'no Latin letter': [
    ['日本語 の 文', '日本語 の 文章'],
    ['Привет, мир', 'Привет мир'],
    ['مرحبا', 'שלום'],
    ['😀', '😀 👍🏽'],
  ],
  'half a surrogate pair, controls, a field mark of METEOR': [['a \ud83d b ||| c \u0000 d', 'a b ||| c \u2028 d']],
  'very long': [
    [
      Array.from({ length: 1500 }, (_, i) => `word${i % 700}`).join(' '),
      Array.from({ length: 1500 }, (_, i) => `word${(i * 7) % 900}`).join(' '),
    ],
  ],
  'one word very often': [['the '.repeat(400), 'the '.repeat(350)]],
  'one very long word': [['a'.repeat(50_000), `${'a'.repeat(50_000)}b`]],
};

describe.each(Object.entries(ODD))('%s', (_, rows) => {
  const segments = rows.map(([hyp, ...refs], i) => ({ id: `${i}`, hyp, refs }));
  test.each([...METRICS, ...ENCODED].map((metric, i) => [`${metric.name} ${i}`, metric] as const))(
    '%s gives numbers in its range',
    async (__, metric) => {
      for (const tokenizer of ['ptb', 'whitespace'] as const) {
        const { score, stats } = await measure(metric, tokenise(segments, tokenizer), { tokenizer });
        for (const value of [score, ...stats.map((s) => metric.corpus([s]))]) {
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(metric.range.min);
          expect(value).toBeLessThanOrEqual(metric.range.max + 1e-6);
        }
      }
    },
  );
});

test('no items: every score is 0', async () => {
  for (const metric of METRICS) expect((await measure(metric, [], { tokenizer: 'ptb' })).score).toBeCloseTo(0, 3); // BLEU's own 1e-15 / 1e-9
});

test('identical sentences score the most there is, but for what BLEU and CIDEr say of short ones', async () => {
  const items = tokenise(
    ['the dog ran away from home', 'it rained all day long'].map((text, i) => ({ id: `${i}`, hyp: text, refs: [text] })),
    'ptb',
  );
  for (const metric of METRICS.filter(({ name }) => !name.startsWith('content'))) {
    expect((await measure(metric, items, { tokenizer: 'ptb' })).score, metric.name).toBeCloseTo(metric.range.max, 6);
  }
});
