import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, describe, expect, test } from 'vitest';
import { pngOf, readPicture, withoutAlpha } from './photo.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-photo-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

/** 32 × 16: the left half red, the right half blue. */
const halves = {
  width: 32,
  height: 16,
  data: Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => [255, 0, 0, 0, 0, 255][(i % 3) + (Math.floor(i / 3) % 32 < 16 ? 0 : 3)]!),
};
const canvas = createCanvas(32, 16);
const context = canvas.getContext('2d');
context.fillStyle = 'rgb(255, 0, 0)';
context.fillRect(0, 0, 16, 16);
context.fillStyle = 'rgb(0, 0, 255)';
context.fillRect(16, 0, 16, 16);
const pixel = ({ width, data }: { width: number; data: Uint8Array }, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** A JPEG with an EXIF entry that says how the camera was held (TIFF 6.0, tag 0x0112). */
function held(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

describe('readPicture', () => {
  test('a PNG, bit for bit', async () => {
    expect(await readPicture(file('a.png', await pngOf(halves)))).toEqual(halves);
  });

  test.each(['jpeg', 'webp'] as const)('%s, whatever its name', async (kind) => {
    const bytes = kind === 'jpeg' ? canvas.toBuffer('image/jpeg', 95) : canvas.toBuffer('image/webp', 95);
    const read = await readPicture(file(`${kind}.txt`, bytes));
    expect([read.width, read.height]).toEqual([32, 16]);
    for (const [x, colour] of [
      [4, [255, 0, 0]],
      [28, [0, 0, 255]],
    ] as const)
      expect(pixel(read, x, 8)).toBeClose(colour, { abs: 12 }); // prettier-ignore
  });

  test.each([
    [1, 32, 16, [4, 8], [28, 8]],
    [3, 32, 16, [28, 8], [4, 8]],
    [6, 16, 32, [8, 4], [8, 28]], // the camera was turned to the left: the picture is turned to the right
    [8, 16, 32, [8, 28], [8, 4]],
  ] as const)('upright, as EXIF orientation %i says', async (orientation, width, height, red, blue) => {
    const read = await readPicture(file('held.jpg', held(canvas.toBuffer('image/jpeg', 95), orientation)));
    expect([read.width, read.height]).toEqual([width, height]);
    expect(pixel(read, red[0], red[1])).toBeClose([255, 0, 0], { abs: 12 });
    expect(pixel(read, blue[0], blue[1])).toBeClose([0, 0, 255], { abs: 12 });
  });

  test('what is transparent becomes black', async () => {
    expect(pixel(await readPicture(file('clear.png', createCanvas(4, 4).toBuffer('image/png'))), 1, 1)).toEqual([0, 0, 0]);
    expect([...withoutAlpha(Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255))]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['text', Buffer.from('words')],
    ['half a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['a GIF', Buffer.from('GIF89a')],
  ])('%s is refused', async (_, bytes) => {
    await expect(readPicture(file('bad', bytes))).rejects.toMatchObject({ code: 'MEDIA_PHOTO', detail: { at: join(folder, 'bad') } });
  });

  test('a PNG whose header promises 60 000 × 60 000 pixels', async () => {
    const bytes = Buffer.from(await pngOf(halves));
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    await expect(readPicture(file('huge.png', bytes))).rejects.toMatchObject({ code: 'MEDIA_PHOTO' });
  });

  test('a file that is not there', async () => {
    await expect(readPicture(join(folder, 'none.png'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
