/**
 * The mean of two models of one shape, weight by weight (Wortsman et al. 2022, "Model soups"): one that copies and one that speaks as people do give one that does
 * both. `tsx runs/mini/average.ts ONE OTHER OUT`
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint, readFloat32, type TensorData, tensorOf, writeSafetensors } from '../../src/weights/index.ts';

const [one, other, out] = process.argv.slice(2);
if (one === undefined || other === undefined || out === undefined) throw new Error('usage: average.ts ONE OTHER OUT');

await mkdir(out, { recursive: true });
for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) await cp(join(one, name), join(out, name));
for (const file of ['model.safetensors', 'projector.safetensors'])
  await writeSafetensors(join(out, file), await meanOf(join(one, file), join(other, file)), { format: 'pt' });

async function meanOf(one: string, other: string): Promise<TensorData[]> {
  const [a, b] = [(await openCheckpoint(one)).entries, (await openCheckpoint(other)).entries];
  return Promise.all(
    [...a].map(async ([name, entry]) => {
      const twin = b.get(name);
      if (twin?.shape.join() !== entry.shape.join())
        throw new Error(`${name}: [${entry.shape}] in ${one}, [${twin?.shape ?? 'nothing'}] in ${other}`);
      const [x, y] = [await readFloat32(entry), await readFloat32(twin)];
      const mean = x.map((v, i) => (v + y[i]!) / 2);
      return tensorOf(name, { shape: entry.shape, data: mean });
    }),
  );
}
