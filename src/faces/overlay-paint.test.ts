import { expect, test } from 'vitest';
import { picture } from '../media/picture.ts';
import { fill, outline, stamp } from './overlay-paint.ts';

const blank = (width = 8, height = 6) => picture(width, height, new Uint8Array(width * height * 3).fill(100));
/** A row of text for each row of the picture: `#` changed, `.` not. */
const changed = (p: ReturnType<typeof blank>) =>
  Array.from({ length: p.height }, (_, y) =>
    Array.from({ length: p.width }, (_, x) => (p.data[(y * p.width + x) * 3] === 100 ? '.' : '#')).join(''),
  );

test('fill: covers, or mixes by alpha, and stays inside', () => {
  const p = blank();
  fill(p, { x: 1.4, y: 2, width: 2, height: 2 }, [10, 20, 30]);
  expect(changed(p)).toEqual(['........', '........', '.##.....', '.##.....', '........', '........']);
  expect([...p.data.subarray((2 * 8 + 1) * 3, (2 * 8 + 1) * 3 + 3)]).toEqual([10, 20, 30]);
  const q = blank();
  fill(q, { x: 0, y: 0, width: 1, height: 1 }, [200, 0, 100], 0.5);
  expect([...q.data.subarray(0, 3)]).toEqual([150, 50, 100]);
  const outside = blank();
  fill(outside, { x: -5, y: -5, width: 7, height: 7 }, [0, 0, 0]);
  fill(outside, { x: 6, y: 5, width: 50, height: 50 }, [0, 0, 0]);
  fill(outside, { x: 90, y: 90, width: 5, height: 5 }, [0, 0, 0]);
  expect(changed(outside)).toEqual(['##......', '##......', '........', '........', '........', '......##']);
});

test('outline: four sides, each pixel once', () => {
  const p = blank();
  outline(p, { x: 1, y: 1, width: 6, height: 4 }, 1, [0, 0, 0], 0.5);
  expect(changed(p)).toEqual(['........', '.######.', '.#....#.', '.#....#.', '.######.', '........']);
  expect(new Set(p.data)).toEqual(new Set([100, 50])); // corners are not darker
});

test('stamp: as much colour as ink, cut at the edges', () => {
  const stencil = { width: 2, height: 2, ink: Uint8Array.of(255, 0, 51, 255) };
  const p = blank();
  stamp(p, stencil, 3, 1, [200, 100, 0]);
  expect(changed(p)).toEqual(['........', '...#....', '...##...', '........', '........', '........']);
  expect([...p.data.subarray((2 * 8 + 3) * 3, (2 * 8 + 3) * 3 + 3)]).toEqual([120, 100, 80]);
  const q = blank();
  stamp(q, stencil, -1, -1, [0, 0, 0]);
  stamp(q, stencil, 7, 5, [0, 0, 0]);
  stamp(q, stencil, 20, 20, [0, 0, 0]);
  expect(changed(q)).toEqual(['#.......', '........', '........', '........', '........', '.......#']);
});
