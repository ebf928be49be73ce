import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import { centerCrop, type Filter, normalise, type Picture, resize } from './picture.ts';

/** What happens to a picture before a network sees it, in this order; a step that is left out does not happen. */
export interface PictureSettings {
  /** Resize: the shorter side to this length, the longer in proportion; or to exactly this width and height. */
  readonly size?: number | { readonly width: number; readonly height: number } | undefined;
  readonly filter: Filter;
  readonly crop?: { readonly width: number; readonly height: number } | undefined;
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** CLIP ViT-L/14@336 as OpenAI trained it: preprocessor_config.json of openai/clip-vit-large-patch14-336. */
export const CLIP_336: PictureSettings = {
  size: 336,
  filter: 'bicubic',
  crop: { width: 336, height: 336 },
  scale: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** LLaVA's padding colour: the mean picture, cut to whole numbers (122, 116, 104 for CLIP). */
export function meanColour({ mean }: PictureSettings): [number, number, number] {
  const [r, g, b] = mean.map((m) => Math.trunc(m * 255));
  return [r ?? 0, g ?? 0, b ?? 0];
}

/** The picture as bytes of the size that the network takes: resized and cropped, not yet normalised. */
export function fitPicture(from: Picture, settings: PictureSettings): Picture {
  const { size, crop, filter } = settings;
  let fitted = from;
  if (typeof size === 'number') {
    const short = Math.min(from.width, from.height);
    const scaled = (side: number) => Math.max(1, side === short ? size : Math.trunc((size * side) / short)); // cut, not rounded, as transformers does
    fitted = resize(from, scaled(from.width), scaled(from.height), filter);
  } else if (size) {
    fitted = resize(from, size.width, size.height, filter);
  }
  return crop ? centerCrop(fitted, crop.width, crop.height) : fitted;
}

/**
 * A picture → the numbers of a CLIP tower, float32 `[1, 3, height, width]`: transformers' CLIPImageProcessor with Pillow.
 * `into` is one picture's part of a batch. Parity: test/parity/picture.test.ts.
 */
export function clipPixels(from: Picture, settings: PictureSettings = CLIP_336, into?: Float32Array): Float32Array {
  return normalise(fitPicture(from, settings), settings, into);
}

/** Reads the picture settings of a model folder: preprocessor_config.json, or `image_processor` in processor_config.json. Throws MEDIA_SETTINGS. */
export async function readPictureSettings(folder: string): Promise<PictureSettings> {
  const [older, newer] = [join(folder, 'preprocessor_config.json'), join(folder, 'processor_config.json')];
  const file = await access(older).then(
    () => older,
    () => newer,
  );
  const json = await readJsonFile(file, { fix: 'give a model folder with preprocessor_config.json' });
  return pictureSettings(isRecord(json.image_processor) ? json.image_processor : json, file);
}

/** Picture settings from the parsed JSON of transformers; what it leaves out is as in CLIPImageProcessor. Throws MEDIA_SETTINGS. */
export function pictureSettings(json: Readonly<Record<string, unknown>>, at: string): PictureSettings {
  const on = (name: string) => json[name] !== false;
  const settings = {
    size: on('do_resize') ? sizeOf(json.size ?? 224, at, 'size') : undefined,
    filter: filterOf(json.resample ?? 3, at),
    crop: on('do_center_crop') ? cropOf(json.crop_size ?? 224, at) : undefined,
    scale: on('do_rescale') ? triple([json.rescale_factor ?? 1 / 255, 1, 1], at, 'rescale_factor')[0]! : 1,
    mean: on('do_normalize') ? triple(json.image_mean ?? CLIP_336.mean, at, 'image_mean') : [0, 0, 0],
    std: on('do_normalize') ? triple(json.image_std ?? CLIP_336.std, at, 'image_std') : [1, 1, 1],
  };
  if (settings.std.some((s) => s === 0)) throw wrong(at, 'image_std', 'numbers other than 0', json.image_std);
  return settings;
}

function sizeOf(value: unknown, at: string, name: string): number | { width: number; height: number } {
  const short = isRecord(value) ? value.shortest_edge : value;
  if (isSide(short)) return short;
  if (isRecord(value) && isSide(value.width) && isSide(value.height)) return { width: value.width, height: value.height };
  throw wrong(at, name, 'a number, { shortest_edge } or { height, width }', value);
}

function cropOf(value: unknown, at: string): { width: number; height: number } {
  const size = sizeOf(value, at, 'crop_size');
  return typeof size === 'number' ? { width: size, height: size } : size;
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1 << 14;
}

/** Pillow's numbers for its filters. Others exist, but no published CLIP uses them. */
function filterOf(value: unknown, at: string): Filter {
  if (value === 3) return 'bicubic';
  if (value === 2) return 'bilinear';
  throw wrong(at, 'resample', '2 (bilinear) or 3 (bicubic)', value);
}

function triple(value: unknown, at: string, name: string): number[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  const numbers = list.filter((n) => typeof n === 'number').filter(Number.isFinite);
  if (list.length === 3 && numbers.length === 3) return numbers;
  throw wrong(at, name, 'finite numbers, one for each colour', value);
}

function wrong(at: string, name: string, expected: string, got: unknown): ModelError {
  return new ModelError('MEDIA_SETTINGS', `The picture settings have a wrong "${name}"`, {
    at,
    expected,
    got: String(JSON.stringify(got)).slice(0, 100),
    fix: 'correct the file or download it again',
  });
}
