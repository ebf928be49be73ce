import { expect, test } from 'vitest';
import { random } from './random.ts';

test('a seed fixes the numbers, another seed other ones', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, random(seed).next);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('uniform and normal have their moments', () => {
  const r = random(7);
  const n = 20_000;
  const uniform = Array.from({ length: n }, r.next);
  const normal = Array.from({ length: n }, r.normal);
  const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / n;
  expect(mean(uniform)).toBeCloseTo(0.5, 1.9);
  expect(mean(normal)).toBeCloseTo(0, 1.5);
  expect(mean(normal.map((v) => v * v))).toBeCloseTo(1, 1.3);
  expect(Math.max(...uniform)).toBeLessThan(1);
});

test('a shuffle keeps every item and does not touch the original', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  const out = random(3).shuffled(items);
  expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(out.toSorted()).toEqual(items);
  expect(out).not.toEqual(items);
});
