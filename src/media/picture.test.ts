import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIP_336, clipPixels, fitPicture, meanColour, pictureSettings, readPictureSettings } from './clip.ts';
import { centerCrop, normalise, type Picture, padSquare, picture, resize } from './picture.ts';

const flat = (width: number, height: number, value: number): Picture =>
  picture(width, height, new Uint8Array(width * height * 3).fill(value));

test.each([
  [0, 4, 0],
  [2, 2, 11],
  [1.5, 2, 9],
  [1 << 15, 1 << 15, 3],
])('%d × %d with %i bytes is refused', (w, h, n) => expect(() => picture(w, h, new Uint8Array(n))).toThrow(/MEDIA_PICTURE/));

test('a flat picture stays flat at any size', () => {
  for (const filter of ['bilinear', 'bicubic'] as const)
    for (const [w, h] of [
      [1, 1],
      [3, 19],
      [40, 7],
    ] as const)
      expect(resize(flat(13, 9, 200), w, h, filter).data).toEqual(flat(w, h, 200).data);
});

test('nothing is written into the picture that was given', () => {
  const given = flat(4, 2, 7);
  resize(given, 9, 9, 'bicubic');
  padSquare(given, [1, 2, 3]);
  expect(given).toEqual(flat(4, 2, 7));
  expect(() => resize(given, 0, 3, 'bicubic')).toThrow(/MEDIA_PICTURE/);
});

test('crops and squares put the picture in the middle', () => {
  const row = picture(3, 1, Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3));
  expect([...centerCrop(row, 1, 1).data]).toEqual([2, 2, 2]);
  expect([...padSquare(row, [9, 8, 7]).data]).toEqual([9, 8, 7, 9, 8, 7, 9, 8, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3, 9, 8, 7, 9, 8, 7, 9, 8, 7]);
});

test('pixels are planes, also inside a batch', () => {
  const two = picture(2, 1, Uint8Array.of(0, 51, 102, 255, 204, 153));
  const batch = new Float32Array(12);
  normalise(two, { mean: [0, 0, 0], std: [1, 1, 1] }, batch.subarray(6));
  expect(batch).toBeClose([0, 0, 0, 0, 0, 0, 0, 1, 0.2, 0.8, 0.4, 0.6], { abs: 1e-7 });
  expect(() => normalise(two, { mean: [0], std: [1, 1, 1] })).toThrow(/MEDIA_PICTURE/);
  expect(() => normalise(two, CLIP_336, new Float32Array(5))).toThrow(/MEDIA_PICTURE/);
});

test('CLIP: the long side is cut, not rounded; a thread is still a picture', () => {
  expect(clipPixels(flat(50, 31, 0)).length).toBe(3 * 336 * 336);
  expect(fitPicture(flat(50, 31, 0), { ...CLIP_336, size: 16, crop: undefined })).toMatchObject({ width: 25, height: 16 }); // 25.8
  expect(fitPicture(flat(31, 50, 0), { ...CLIP_336, size: { width: 4, height: 6 }, crop: undefined })).toMatchObject({
    width: 4,
    height: 6,
  });
  expect(meanColour(CLIP_336)).toEqual([122, 116, 104]);
});

test('settings files, old and new', () => {
  const base = { resample: 3, image_mean: CLIP_336.mean, image_std: CLIP_336.std, rescale_factor: 1 / 255 };
  expect(pictureSettings({ ...base, size: 336, crop_size: 336 }, 'f')).toEqual(CLIP_336);
  expect(pictureSettings({ ...base, size: { shortest_edge: 336 }, crop_size: { height: 336, width: 336 } }, 'f')).toEqual(CLIP_336);
  expect(pictureSettings({ do_resize: false, do_center_crop: false, do_normalize: false, do_rescale: false, resample: 2 }, 'f')).toEqual({
    size: undefined,
    crop: undefined,
    filter: 'bilinear',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  });
  expect(pictureSettings({ size: { height: 4, width: 6 } }, 'f').size).toEqual({ width: 6, height: 4 });
});

test.each([
  [{ size: 'big' }, 'size'],
  [{ crop_size: { height: 0, width: 3 } }, 'crop_size'],
  [{ resample: 0 }, 'resample'],
  [{ image_mean: [1, 2] }, 'image_mean'],
  [{ image_std: [1, 0, 1] }, 'image_std'],
  [{ rescale_factor: null, image_std: ['a', 1, 1] }, 'image_std'],
])('settings %j are refused', (json, name) =>
  expect(() => pictureSettings(json, 'f.json')).toThrow(
    expect.objectContaining({ code: 'MEDIA_SETTINGS', message: expect.stringContaining(`"${name}"`) }),
  ),
);

test('settings of a folder, in either file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-picture-'));
  try {
    await expect(readPictureSettings(folder)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await writeFile(join(folder, 'processor_config.json'), '{"image_processor":{"size":{"shortest_edge":7}}}');
    expect((await readPictureSettings(folder)).size).toBe(7);
    await writeFile(join(folder, 'preprocessor_config.json'), '{"size":8}');
    expect((await readPictureSettings(folder)).size).toBe(8);
  } finally {
    await rm(folder, { recursive: true });
  }
});
