import { readFile, stat } from 'node:fs/promises';
import { MediaError } from '../base/errors.ts';
import { type Picture, picture } from './picture.ts';

const MOST_BYTES = 128e6;
const MOST_PIXELS = 1e8;

/**
 * A JPEG, PNG or WebP file as a picture, upright as its EXIF entry says; what is transparent becomes black.
 * Throws MediaError MEDIA_PHOTO (not such a file, damaged, too large) and what the file system says.
 */
export async function readPicture(path: string): Promise<Picture> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw unusable(path, `at most ${MOST_BYTES} bytes`, `${size} bytes`);
  const bytes = await readFile(path);
  if (!SIGNATURES.some((fits) => fits(bytes))) throw unusable(path, 'a JPEG, PNG or WebP file', 'other bytes');
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(bytes).catch((cause: unknown) => {
    throw unusable(path, 'a whole picture', cause instanceof Error ? cause.message : String(cause), cause);
  });
  const { width, height } = image;
  if (!(width > 0 && height > 0 && width * height <= MOST_PIXELS))
    throw unusable(path, `1 to ${MOST_PIXELS} pixels`, `${width} × ${height}`);
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return picture(width, height, withoutAlpha(context.getImageData(0, 0, width, height).data));
}

/** A picture as the bytes of a PNG file. */
export async function pngOf({ width, height, data }: Picture): Promise<Buffer> {
  const { createCanvas } = await import('@napi-rs/canvas');
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(width, height);
  for (let i = 0, o = 0; i < data.length; i += 3, o += 4) {
    pixels.data[o] = data[i]!;
    pixels.data[o + 1] = data[i + 1]!;
    pixels.data[o + 2] = data[i + 2]!;
    pixels.data[o + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas.encode('png');
}

/** Red, green, blue and alpha → red, green and blue. */
export function withoutAlpha(rgba: Uint8Array | Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, o = 0; i < rgba.length; i += 4, o += 3) {
    rgb[o] = rgba[i]!;
    rgb[o + 1] = rgba[i + 1]!;
    rgb[o + 2] = rgba[i + 2]!;
  }
  return rgb;
}

const ascii = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);
const SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  (bytes) => ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n',
  (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
];

function unusable(at: string, expected: string, got: string, cause?: unknown): MediaError {
  return new MediaError(
    'MEDIA_PHOTO',
    'A picture file cannot be used',
    { at, expected, got, fix: 'save it again as JPEG or PNG' },
    { cause },
  );
}
