import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  type AnyMetric,
  approximateRandomisation,
  bleu,
  cider,
  ciderD,
  contentCider,
  contentF1,
  type Item,
  interval,
  measure,
  pairedBootstrap,
  rougeL,
  tokenise,
} from '../../src/metrics/index.ts';

const METRICS: readonly AnyMetric[] = [
  ...([1, 2, 3, 4] as const).map((order) => bleu({ order })),
  rougeL(),
  ciderD(),
  cider(),
  contentF1(),
  contentCider(),
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
