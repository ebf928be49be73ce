import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLIP_336, clipPixels, meanColour } from '../../src/media/clip.ts';
import { centerCrop, type Filter, type Picture, padSquare, picture, resize } from '../../src/media/picture.ts';

const folder = new URL('../fixtures/picture/', import.meta.url);
const bytes = readFileSync(new URL('expected.bin', folder));

interface Row {
  readonly case: readonly [number, number, number, number];
  readonly filter: Filter;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly offset?: number;
}
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<'resize' | 'crop' | 'square' | 'clip', Row[]>;

/** The formula of make.py. */
function made(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++, i++) {
        let v = ((x * 7 + y * 13 * (c + 1)) ^ (x * y)) & 255;
        if ((Math.floor(x / 5) + Math.floor(y / 3)) % 4 === 0) v = 255;
        if ((Math.floor(x / 4) + Math.floor(y / 6)) % 5 === 0) v = 0;
        data[i] = v;
      }
  return picture(width, height, data);
}

/** Equal to the last bit. Where the values are stored, they are compared first, because they say more than a hash. */
function same(got: Uint8Array | Float32Array, row: Row): void {
  const raw = Buffer.from(got.buffer, got.byteOffset, got.byteLength);
  if (row.offset !== undefined) {
    const want = Uint8Array.from(bytes.subarray(row.offset, row.offset + raw.length));
    expect(got).toBeClose(got instanceof Uint8Array ? want : new Float32Array(want.buffer), { abs: 0 });
  }
  expect(createHash('sha256').update(raw).digest('hex')).toBe(row.sha256);
}

test.each(expected.resize)('$filter $case equals Pillow, bit for bit', (row) => {
  const [w, h, width, height] = row.case;
  const got = resize(made(w, h), width, height, row.filter);
  expect([got.height, got.width, 3]).toEqual(row.shape);
  same(got.data, row);
});

test.each(expected.crop)('crop $case equals transformers', (row) => {
  const [w, h, width, height] = row.case;
  same(centerCrop(made(w, h), width, height).data, row);
});

test.each(expected.square)('square $case equals LLaVA', (row) => {
  same(padSquare(made(row.case[0], row.case[1]), meanColour(CLIP_336)).data, row);
});

test.each(expected.clip)('CLIP pixels $case equal transformers, bit for bit', (row) => {
  const [w, h, size, crop] = row.case;
  same(clipPixels(made(w, h), { ...CLIP_336, size, crop: { width: crop, height: crop } }), row);
});
