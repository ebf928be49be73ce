/** The folder of an image tower that learnt here, as transformers saves a CLIPVisionModel. */
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { float32, type Value } from '../graph/index.ts';
import { CLIP_336, type PictureSettings } from '../media/clip.ts';
import { tensorOf, writeSafetensors } from '../weights/index.ts';
import type { TowerConfig } from './net.ts';
import { HEADS } from './sight-net.ts';

/** CLIP's colours, but the whole picture pressed into a square of this side: CLIP itself looks at the middle, and of a film much stands at the sides. */
export const wholePicture = (image: number): PictureSettings => ({ ...CLIP_336, size: { width: image, height: image }, crop: undefined });

/**
 * Writes config.json, preprocessor_config.json and model.safetensors (float32). Heads stay out. What the layers below the one that was learnt do not use is
 * written as it began, so that every reader finds a whole tower.
 */
export async function saveTower(
  out: string,
  config: Readonly<Record<string, unknown>>,
  { image, width, take }: TowerConfig,
  weights: Readonly<Record<string, Value>>,
): Promise<void> {
  const { mean, std, scale } = wholePicture(image);
  const last = { 'vision_model.post_layernorm.weight': 1, 'vision_model.post_layernorm.bias': 0 };
  const norm = Object.entries(last).map(([name, x]): [string, Value] => [name, float32([width], new Float32Array(width).fill(x))]);
  const kept = [...Object.entries(weights).filter(([name]) => !name.startsWith(HEADS)), ...norm];
  const tensors = kept.map(([name, value]) => tensorOf(name, value));
  await writeSafetensors(join(out, 'model.safetensors'), tensors, { format: 'pt' });
  const files = {
    'config.json': { ...config, vision_feature_layer: take },
    'preprocessor_config.json': {
      image_processor_type: 'CLIPImageProcessor',
      ...{ do_convert_rgb: true, do_resize: true, size: { height: image, width: image }, resample: 3, do_center_crop: false },
      ...{ do_rescale: true, rescale_factor: scale, do_normalize: true, image_mean: mean, image_std: std },
    },
  };
  for (const [name, json] of Object.entries(files)) await writeTextFile(join(out, name), `${JSON.stringify(json, null, 2)}\n`);
}
