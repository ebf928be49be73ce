/** Last stage of FAME-mini: decoder, tower and g in one folder in LLaVA's layout, in halves. `tsx runs/mini/finish.ts OUT MODEL [TALKS]` */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import { exists, readJsonFile, readTextFile } from '../../src/base/file.ts';
import { floatToHalf, openCheckpoint, readFloat32, type TensorData, writeSafetensors } from '../../src/weights/index.ts';
import { FRAMES } from './story-films.ts';

const [out, model, every = '0'] = process.argv.slice(2);
if (out === undefined || model === undefined) throw new Error('usage: finish.ts OUT MODEL [TALKS]');

const decoder = join(out, 'average');
const sight = join(out, 'sight');
const own = join(out, 'g', 'best.safetensors');
const g = (await exists(own)) ? own : join(decoder, 'projector.safetensors');

/** How it is best asked (src/fame/mini.ts): with faces only if it met them beside dialogues that are not of the made world. */
const CARD = {
  ...(Number(every) > 0
    ? { modalities: 'TE', why: 'its image tower has only ever seen drawings of the made world' }
    : { modalities: 'T', why: 'pictures and faces it knows from the made world alone, and on other films they mislead it' }),
  ...{ frames: FRAMES, beams: 4, noRepeat: 4 },
};

/** The tensors of a checkpoint under other names; what `named` gives no name for is left out. */
async function tensorsOf(at: string, named: (stored: string) => string | undefined): Promise<TensorData[]> {
  const { entries } = await openCheckpoint(at);
  const all = await Promise.all(
    [...entries].map(async ([stored, entry]): Promise<TensorData[]> => {
      const name = named(stored);
      if (name === undefined) return [];
      const halves = floatToHalf(await readFloat32(entry));
      return [{ name, dtype: 'F16', shape: entry.shape, data: new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength) }];
    }),
  );
  return all.flat();
}

await mkdir(model, { recursive: true });
const language = await readJsonFile(join(decoder, 'config.json'));
const { vision_feature_layer, ...vision_config } = await readJsonFile(join(sight, 'config.json'));
const config = {
  model_type: 'llava',
  architectures: ['LlavaForConditionalGeneration'],
  text_config: language,
  vision_config,
  vision_feature_layer,
  vision_feature_select_strategy: 'default',
  mm_projector_type: 'linear',
  tie_word_embeddings: true,
  torch_dtype: 'float16',
};
const files = {
  'config.json': JSON.stringify(config, null, 2),
  'preprocessor_config.json': JSON.stringify(await readJsonFile(join(sight, 'preprocessor_config.json')), null, 2),
  'tokenizer.json': JSON.stringify(await readJsonFile(join(decoder, 'tokenizer.json'))),
  'famenet-model.json': JSON.stringify({ famenet: CARD }, null, 2),
  'tokenizer_config.json': (await readTextFile(join(decoder, 'tokenizer_config.json'))).trimEnd(),
};
for (const [name, content] of Object.entries(files)) await writeTextFile(join(model, name), `${content}\n`);
const tensors = [
  ...(await tensorsOf(join(decoder, 'model.safetensors'), (name) => `language_model.${name}`)),
  ...(await tensorsOf(sight, (name) => `vision_tower.${name}`)),
  ...(await tensorsOf(g, (name) => name)),
];
const { bytes } = await writeSafetensors(join(model, 'model.safetensors'), tensors, { format: 'pt' });
console.log(`${model}: ${tensors.length} tensors, ${(bytes / 1e6).toFixed(1)} MB`);
