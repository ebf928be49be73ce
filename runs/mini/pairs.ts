/**
 * The decoder gets a layer that copies (src/models/copy.ts) and learns to use it on explanations made by rule, in which nearly every word stands in the dialogue.
 * Between them are stories of the made world, with their pictures and faces: g learns to lead to a decoder that learns to be led.
 * `tsx runs/mini/pairs.ts DATA OUT PAIRS STORIES`, where OUT has pretrained/, sight/, stories.safetensors and readings.json.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import { readJsonFile } from '../../src/base/file.ts';
import { random } from '../../src/base/random.ts';
import { heldOutOf, train } from '../../src/fame/index.ts';
import { openCheckpoint, readBytes, type TensorData, tensorOf, writeSafetensors } from '../../src/weights/index.ts';
import { examplesOf, readSources } from './data.ts';
import { engine, signal, told } from './run.ts';
import { HELD_OUT, SEEN, storyExamples, storyFilms, talkExamples } from './story-films.ts';

const [data, out, count, stories, every = '0'] = process.argv.slice(2);
if (data === undefined || out === undefined || !(Number(count) > 0) || !(Number(stories) > 0))
  throw new Error('usage: pairs.ts DATA OUT PAIRS STORIES');

const grown = await withCopying(join(out, 'pretrained'), join(out, 'grown'));
const { pairs } = await readSources(data);
const parts = heldOutOf(talkExamples(examplesOf(pairs, Number(count), 3), Number(every)), 0.015, 1);
const done = await train({
  ...{
    model: grown,
    trainable: 'all',
    vision: join(out, 'sight'),
    fresh: 'linear',
    films: await storyFilms(out, [...parts.train, ...parts.heldOut]),
  },
  examples: [...parts.train, ...storyExamples('train', Number(stories))],
  heldOut: [...parts.heldOut, ...storyExamples('dev', Math.ceil(Number(stories) / HELD_OUT))],
  ...SEEN,
  ...{ epochs: 1, batch: 8, rate: 6e-4, decay: 0.1, warmup: 0.03, seed: 1, lookEvery: 100, saveEvery: 100 },
  ...{ out: join(out, 'pairs'), signal, ...engine, log: told },
});
console.log(JSON.stringify(done));

/** A copy of a model folder whose decoder copies; the new layer knows nothing yet, and its gate is nearly shut. */
async function withCopying(from: string, to: string): Promise<string> {
  const config = await readJsonFile(join(from, 'config.json'));
  const D = Number(config.hidden_size);
  const chance = random(5);
  const filled = (name: string, shape: readonly number[], value: () => number): TensorData => {
    const numbers = Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, value);
    return tensorOf(`model.copy.${name}`, { shape, data: numbers });
  };
  const small = () => 0.02 * chance.normal();
  const { entries } = await openCheckpoint(from);
  const old = [...entries].map(
    ([name, entry]): TensorData => ({
      ...{ name, dtype: entry.dtype, shape: entry.shape },
      async *data() {
        yield await readBytes(entry);
      },
    }),
  );
  await mkdir(to, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await cp(join(from, name), join(to, name));
  await writeTextFile(join(to, 'config.json'), `${JSON.stringify({ ...config, copy_attention: true }, null, 2)}\n`);
  const layer = [
    ...[filled('q_proj.weight', [D, D], small), filled('k_proj.weight', [D, D], small), filled('key_norm.weight', [D], () => 1)],
    ...[filled('norm.weight', [D], () => 1), filled('gate.weight', [1, D], small), filled('gate.bias', [1], () => -1)],
  ];
  await writeSafetensors(join(to, 'model.safetensors'), [...old, ...layer], { format: 'pt' });
  return to;
}
