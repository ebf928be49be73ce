/**
 * FAME-mini's eyes: draws moments of the made world, and teaches an image tower of CLIP's shape to tell what they show.
 * Run: npx tsx runs/mini/sight.ts <folder> [threads]. A run that was stopped goes on. On a busy machine one thread is fastest: two wait for each other.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startThread } from '../../src/base/thread.ts';
import { type Glimpse, type SightEvent, type Told, trainSight, wholePicture } from '../../src/fame/index.ts';
import type { Part } from '../../src/synth/index.ts';
import { seconds, signal } from './run.ts';
import type { Drawing } from './sight-drawer.ts';
import { QUESTIONS } from './sight-moments.ts';

const [IMAGE, PATCH, WIDTH, LAYERS] = [192, 24, 160, 3];
const CONFIG = {
  ...{ architectures: ['CLIPVisionModel'], model_type: 'clip_vision_model', num_channels: 3, image_size: IMAGE, patch_size: PATCH },
  ...{ hidden_size: WIDTH, intermediate_size: 4 * WIDTH, num_hidden_layers: LAYERS, num_attention_heads: WIDTH / 32 },
  ...{ hidden_act: 'quick_gelu', layer_norm_eps: 1e-5 },
};
const TRAINING = { weights: { happening: 3 }, steps: 3000, B: 32, rate: 0.0015, saveEvery: 200, lookEvery: 400 } as const;
/** Pictures that are learnt from, and pictures held out: of causes that the training part of the world does not tell. */
const [LESSONS, HELD_OUT] = [15_000, 1500];
const [SEED, THREADS] = [1, 2];
/** Moments that one thread draws before it ends: the canvases of a thread are given back with it, not before (0.6 MB each moment). */
const CHUNK = 500;

const [out, threads] = process.argv.slice(2);
if (out === undefined) throw new Error('Give the folder that the tower shall be written to');

const lessons = await draw('train', LESSONS);
const heldOut = await draw('dev', HELD_OUT);
console.log(`${seconds()}: ${LESSONS} + ${HELD_OUT} pictures drawn`);
const told = await trainSight({
  ...{ config: CONFIG, questions: QUESTIONS, lessons, heldOut, ...TRAINING, seed: SEED, out, signal, log },
  ...(threads === undefined ? {} : { engine: { threads: Number(threads), spin: false } }),
});
const report = table(told);
console.log(report);
await mkdir(out, { recursive: true });
await writeFile(join(out, 'report.txt'), `${report}\n`);

function log(event: SightEvent): void {
  if (event.type === 'step' && (event.step + 1) % 50 === 0)
    console.log(`${seconds()}: step ${event.step + 1}, loss ${event.loss.toFixed(3)}`);
  if (event.type === 'looked') console.log(`${seconds()}: right of those held out ${JSON.stringify(event.right)}`);
}

/** Each question, and each kind of happening: what was told rightly, and what always giving the most frequent answer would have got. */
function table(told: Readonly<Record<string, Told>>): string {
  const share = (right: number, of: number) => `${((100 * right) / of).toFixed(1).padStart(6)} % of ${of}`;
  const questions = Object.entries(told).map(
    ([name, t]) => `${name.padEnd(14)}${share(t.right, t.of)}, floor ${((100 * t.floor) / t.of).toFixed(1)} %`,
  );
  const kinds = new Map<string, { right: number; of: number }>();
  for (const [answer, { right, of }] of Object.entries(told.happening!.byAnswer)) {
    const kind = answer.split(' ')[0]!;
    const sofar = kinds.get(kind) ?? { right: 0, of: 0 };
    kinds.set(kind, { right: sofar.right + right, of: sofar.of + of });
  }
  return [...questions, '', ...[...kinds].map(([kind, { right, of }]) => `${kind.padEnd(14)}${share(right, of)}`)].join('\n');
}

/** The first `count` moments of a part of the world, drawn by a few threads; they lie in memory at the size that the tower sees. */
async function draw(part: Part, count: number): Promise<Glimpse[]> {
  const chunks: Glimpse[][] = [];
  let next = 0;
  const drawer = async () => {
    for (let k = next++; k * CHUNK < count; k = next++) {
      const work = { seed: SEED, part, from: k * CHUNK, to: Math.min(count, (k + 1) * CHUNK), settings: wholePicture(IMAGE) };
      chunks[k] = await inThread(work);
    }
  };
  await Promise.all(Array.from({ length: THREADS }, drawer));
  return chunks.flat();
}

function inThread(work: Drawing): Promise<Glimpse[]> {
  return new Promise((resolve, reject) => {
    startThread(new URL('./sight-drawer.ts', import.meta.url), work)
      .on('message', resolve)
      .on('error', reject);
  });
}
