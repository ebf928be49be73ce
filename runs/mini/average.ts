/**
 * The mean of models of one shape, weight by weight (Wortsman et al. 2022, "Model soups"): one that copies and one that speaks as people do give one that does
 * both. `tsx runs/mini/average.ts OUT MODEL[@SHARE] …`; a share is 1 unless told.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint, readFloat32, type TensorData, tensorOf, writeSafetensors } from '../../src/weights/index.ts';

const [out, ...named] = process.argv.slice(2);
if (out === undefined || named.length < 2) throw new Error('usage: average.ts OUT MODEL[@SHARE] MODEL[@SHARE] …');
const models = named.map((name) => {
  const [folder = '', share = '1'] = name.split('@');
  return { folder, share: Number(share) };
});
const all = models.reduce((sum, { share }) => sum + share, 0);

await mkdir(out, { recursive: true });
for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) await cp(join(models[0]!.folder, name), join(out, name));
for (const file of ['model.safetensors', 'projector.safetensors'])
  await writeSafetensors(join(out, file), await meanOf(file), { format: 'pt' });

async function meanOf(file: string): Promise<TensorData[]> {
  const opened = await Promise.all(models.map(async ({ folder }) => (await openCheckpoint(join(folder, file))).entries));
  const means: TensorData[] = [];
  for (const [name, { shape }] of opened[0]!) {
    const sum = new Float64Array(shape.reduce((a, b) => a * b, 1));
    for (const [i, { folder, share }] of models.entries()) {
      const entry = opened[i]!.get(name);
      if (entry?.shape.join() !== shape.join())
        throw new Error(`${name}: [${shape}] in ${models[0]!.folder}, [${entry?.shape ?? 'nothing'}] in ${folder}`);
      const values = await readFloat32(entry);
      for (let k = 0; k < sum.length; k++) sum[k]! += (share / all) * values[k]!;
    }
    means.push(tensorOf(name, { shape, data: Float32Array.from(sum) }));
  }
  return means;
}
