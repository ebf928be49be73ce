import { expect, test } from 'vitest';
import { type ComparedMetric, compareSystems, type System } from './comparison.ts';
import type { AnyMetric } from './metric.ts';
import { rougeL } from './rouge.ts';
import type { Measured } from './score.ts';

const metric: AnyMetric = rougeL(); // its statistics are plain numbers, its score their mean
const N = 60;

/** A system whose items score `base`, a little more or less from item to item. */
function made(name: string, base: number, { floor = false, signature = 'same', items = N } = {}): System {
  const stats = Array.from({ length: items }, (_, i) => base + ((i * 7) % 11) / 1000 - 0.005);
  return { name, floor, rows: [{ metric, stats, score: metric.corpus(stats), signature, note: undefined }] };
}

/** The same statistics on other items, and a little less of a score: a difference that is chance. */
function turned(system: System): System {
  const row = system.rows[0] as Measured;
  return { ...system, rows: [{ ...row, stats: row.stats.toReversed(), score: row.score - 1e-6 }] };
}

const compare = async (systems: readonly System[], samples = 400, test: 'randomisation' | 'bootstrap' = 'randomisation') => {
  const found = await compareSystems(systems, { samples, seed: 1, test });
  return found.metrics[0] as ComparedMetric;
};

test.each(['randomisation', 'bootstrap'] as const)('by %s: letters, the best, corrected p, intervals', async (how) => {
  const { scores, pairs, test } = await compare([made('low', 0.2), made('high', 0.5), made('twin', 0.5)], 400, how);
  expect(scores.map(({ group }) => group)).toEqual(['b', 'a', 'a']);
  expect(scores.map(({ best }) => best)).toEqual([false, true, true]);
  for (const { score, low, high } of scores) expect([low! < score, score < high!]).toEqual([true, true]);
  expect(pairs.map(({ first, second }) => `${first} ${second}`)).toEqual(['low high', 'low twin', 'high twin']);
  expect(pairs[0]!.difference).toBeCloseTo(-0.3, 9);
  expect(pairs.map(({ p }) => p)).toEqual([1 / 401, 1 / 401, 1]);
  expect(pairs.map(({ corrected }) => corrected)).toEqual([3 / 401, 3 / 401, 1]);
  expect(test).toMatch(how === 'bootstrap' ? /^paired-bootstrap:400/ : /^approximate-randomisation:400/);
  expect(test).toMatch(/\|holm:3pairs\|level:0.05$/);
});

test('a floor is never best, but stands in the groups; a table says when nothing is above it', async () => {
  const under = await compare([made('a', 0.2), made('b', 0.3), made('template', 0.4, { floor: true })]);
  expect(under.scores.map(({ best }) => best)).toEqual([false, true, false]);
  expect(under.scores.map(({ group }) => group)).toEqual(['c', 'b', 'a']);
  expect(under.notes).toEqual(['no system is above the floor "template"']);
  const alike = await compare([made('a', 0.4), made('b', 0.3), made('template', 0.3999, { floor: true })]);
  expect(alike.notes).toEqual([]); // a tenth of a thousandth on every item is little, but certain
  const noisy = turned(made('template', 0.4, { floor: true }));
  expect((await compare([made('a', 0.4), noisy])).notes).toEqual(['no system is shown to be above the floor "template"']);
  expect((await compare([made('a', 0.5), made('template', 0.4, { floor: true })])).notes).toEqual([]);
});

test('one system: nothing is best of one, and nothing is tested', async () => {
  expect(await compare([made('a', 0.4)])).toMatchObject({ scores: [{ best: false, group: 'a' }], pairs: [], notes: [] });
});

test('without resamples there are only scores', async () => {
  const found = await compare([made('a', 0.4), made('b', 0.3)], 0);
  expect(found.scores).toEqual([
    { score: expect.closeTo(0.4, 2) as number, best: true, group: '' },
    { score: expect.closeTo(0.3, 2) as number, best: false, group: '' },
  ]);
  expect(found).not.toHaveProperty('test');
  expect(found.signature).toBe('same');
});

test('too few resamples for so many pairs: it says how many it takes', async () => {
  const systems = Array.from({ length: 6 }, (_, i) => made(`s${i}`, i / 10));
  const { scores, notes } = await compare(systems, 200);
  expect(new Set(scores.map(({ group }) => group))).toEqual(new Set(['a']));
  expect(notes).toEqual(['15 pairs cannot be told apart with 200 resamples: take 300 or more']);
  expect((await compare(systems, 300)).notes).toEqual([]);
});

test('a missing metric stays in its place; progress ends at its end', async () => {
  const missing = { name: 'BLEURT', missing: 'no checkpoint', fix: 'pull it' };
  const systems = [made('a', 0.4), made('b', 0.3)].map((system) => ({ ...system, rows: [missing, ...system.rows] }));
  const seen: number[] = [];
  const found = await compareSystems(systems, { samples: 10, seed: 1, test: 'randomisation', progress: (done) => seen.push(done) });
  expect(found.metrics.map(({ name }) => name)).toEqual(['BLEURT', 'ROUGE-L']);
  expect(found.items).toBe(N);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(2);
});

test('systems of different sets are not compared; a signal stops it', async () => {
  await expect(compare([made('a', 0.4), made('b', 0.3, { signature: 'other' })])).rejects.toMatchObject({
    code: 'METRIC_PAIRING',
    detail: { at: 'b', expected: 'same', got: 'other' },
  });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(compareSystems([made('a', 0.4), made('b', 0.3)], { samples: 5, seed: 1, test: 'bootstrap', signal })).rejects.toThrow(
    'enough',
  );
});
