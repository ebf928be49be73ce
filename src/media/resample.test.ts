import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { random } from '../base/random.ts';
import { picture, resize } from './picture.ts';
import { type ResampleWeights, resample, resampleWeights } from './resample.ts';

/** `lanes` rows (or columns) of a picture at another length, written plainly. */
function plainly(
  data: Uint8Array,
  { first, count, weights, stride }: ResampleWeights,
  lanes: number,
  rowsFirst: boolean,
  old: number,
): Uint8Array {
  const size = first.length;
  const at = (lane: number, i: number, width: number) => (rowsFirst ? lane * width + i : i * lanes + lane) * 3;
  const out = new Uint8Array(size * lanes * 3);
  for (let lane = 0; lane < lanes; lane++)
    for (let i = 0; i < size; i++)
      for (let c = 0; c < 3; c++) {
        let sum = 0.5;
        for (let k = 0; k < count[i]!; k++) sum += (data[at(lane, first[i]! + k, old) + c]! * weights[i * stride + k]!) / 2 ** 22;
        out[at(lane, i, size) + c] = Math.min(255, Math.max(0, Math.floor(sum)));
      }
  return out;
}

const side = fc.integer({ min: 1, max: 40 });

property.prop([side, side, side, side, fc.constantFrom('bilinear' as const, 'bicubic' as const), fc.boolean(), fc.integer()], {
  numRuns: 200,
})('rows, then columns, as whole numbers say it', (width, height, newWidth, newHeight, filter, hard, seed) => {
  const chance = random(seed);
  const data = Uint8Array.from({ length: 3 * width * height }, () => (hard ? 255 * chance.below(2) : chance.below(256)));
  const given = data.slice();
  const rows = width === newWidth ? data : plainly(data, resampleWeights(width, newWidth, filter), height, true, width);
  const both = height === newHeight ? rows : plainly(rows, resampleWeights(height, newHeight, filter), newWidth, false, height);
  expect(resample(data, { width, height }, { width: newWidth, height: newHeight }, filter)).toEqual(both);
  expect(data).toEqual(given);
});

test('pictures of the same size are not made again; one after a larger one is not mixed with it', () => {
  const chance = random(1);
  const large = picture(
    900,
    700,
    Uint8Array.from({ length: 3 * 900 * 700 }, () => chance.below(256)),
  );
  const small = picture(
    9,
    5,
    Uint8Array.from({ length: 135 }, () => chance.below(256)),
  );
  expect(resize(small, 9, 5, 'bicubic').data).toBe(small.data);
  const alone = resize(small, 4, 4, 'bicubic');
  resize(large, 400, 800, 'bilinear');
  expect(resize(small, 4, 4, 'bicubic')).toEqual(alone);
});
