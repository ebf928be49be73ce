import { describe, expect, test } from 'vitest';
import { checkSampling, type Known, keyMoments, picker, type Sampling, spreadIndices } from './sample.ts';

const BASE = { num: 1, den: 1000 };

/** The numbers that a picker takes of pictures that begin at these ticks; the last one stays for 40. */
function picked(sample: Sampling, pts: readonly number[], known: Known = {}): number[] {
  const pick = picker(sample, BASE, known);
  const taken: number[] = [];
  for (const [i, at] of pts.entries()) {
    if (pick.done()) break;
    if (pick.wants(i, at, pts[i + 1] ?? at + 40, i === pts.length - 1)) taken.push(i);
  }
  return taken;
}
const even = Array.from({ length: 50 }, (_, i) => i * 40); // 25 a second

describe('spreadIndices', () => {
  // numpy: seg = (total - 1) / count; [(round(seg * i) + round(seg * (i + 1))) // 2 for i in range(count)] (Video-ChatGPT, get_seq_frames)
  test.each([
    [100, 8, [6, 18, 31, 43, 56, 68, 80, 93]],
    [60, 4, [7, 22, 37, 51]],
    [11, 4, [1, 3, 6, 9]],
    [2, 1, [0]],
    [1000, 3, [166, 499, 832]],
  ] as const)('%i pictures, %i wanted', (total, count, expected) => expect(spreadIndices(total, count)).toEqual(expected));

  test('all of them, if there are not more', () => {
    expect(spreadIndices(4, 4)).toEqual([0, 1, 2, 3]);
    expect(spreadIndices(3, 8)).toEqual([0, 1, 2]);
    expect(spreadIndices(0, 8)).toEqual([]);
  });
});

describe('keyMoments', () => {
  const times = even.map((t) => t / 1000);
  const changes = (at: Readonly<Record<number, number>>) => ({ changes: times.map((_, i) => at[i] ?? 0.5), times });

  test('the middle of each shot', () => expect(keyMoments(changes({ 20: 50, 40: 30 }), 3)).toEqual([9, 29, 44]));
  test('fewer than there are shots: the largest changes count', () =>
    expect(keyMoments(changes({ 10: 20, 20: 50, 40: 30 }), 2)).toEqual([9, 34]));
  test('more than there are shots: the longest part is halved', () => expect(keyMoments(changes({ 20: 50 }), 3)).toEqual([9, 27, 42]));
  test('nothing moves: evenly', () => expect(keyMoments(changes({}), 2)).toEqual([12, 37]));
  test('a flash is not a shot', () => expect(keyMoments(changes({ 20: 80, 21: 79, 35: 10 }), 3)).toEqual([9, 27, 42]));
  test('all of them, if there are not more; none of none', () => {
    expect(keyMoments({ changes: [0, 9, 9], times: [0, 1, 2] }, 9)).toEqual([0, 1, 2]);
    expect(keyMoments({ changes: [], times: [] }, 9)).toEqual([]);
  });
});

describe('picker', () => {
  test('every', () => expect(picked({ every: 'frame' }, even)).toHaveLength(50));
  test('count asks for the whole number first', () => {
    expect(picked({ count: 4 }, even, { total: 50 })).toEqual(spreadIndices(50, 4));
    expect(picked({ moments: 2 }, even, { changes: { changes: even.map(() => 0), times: even } })).toEqual([12, 37]);
  });
  test('fps: what is on show, counted from the first picture', () => {
    expect(picked({ fps: 5 }, even)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
    const late = even.map((t) => t + 777);
    expect(picked({ fps: 5 }, late)).toEqual(picked({ fps: 5 }, even));
    expect(picked({ fps: 1000 }, even)).toHaveLength(50); // none twice
    expect(picked({ fps: 10 }, [0, 500, 510, 520, 980])).toEqual([0, 1, 3, 4]);
  });
  test('fps: what a container rounded to its ticks is not missed, over hours', () => {
    const pick = picker({ fps: 30 }, BASE);
    const pts = (i: number) => Math.round((i * 1000) / 30); // as WebM has them
    let taken = 0;
    for (let i = 0; i < 400_000; i++) if (pick.wants(i, pts(i), pts(i + 1), false)) taken++;
    expect(taken).toBe(400_000);
  });
  test('at: in any order, before the beginning the first, after the end the last', () => {
    expect(picked({ at: [1.99, 0.04, 0.079] }, even)).toEqual([1, 49]);
    expect(picked({ at: [0, 99] }, [500, 540, 580])).toEqual([0, 2]);
    expect(picked({ at: [] }, even)).toEqual([]);
  });
});

test.each([
  { fps: 0 },
  { fps: Number.POSITIVE_INFINITY },
  { count: 0 },
  { count: 1.5 },
  { moments: 0 },
  { at: [-1] },
  { at: [Number.NaN] },
  { every: 'second' as 'frame' },
])('%o is refused', (sample) => expect(() => checkSampling(sample)).toThrow(expect.objectContaining({ code: 'MEDIA_OPTION' })));
