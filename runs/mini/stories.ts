/**
 * Stories of the made world to learn from without films: their pictures are drawn and looked at once, by the tower of OUT/sight. A film costs seconds to write
 * and to search for faces, a story a tenth of one. `tsx runs/mini/stories.ts OUT COUNT`, where COUNT are learnt from and a fiftieth as many are only looked at.
 */
import { join } from 'node:path';
import { startThread } from '../../src/base/thread.ts';
import { freshProjector } from '../../src/fame/projector.ts';
import { openVision } from '../../src/fame/vision.ts';
import { readPictureSettings } from '../../src/media/clip.ts';
import type { Picture } from '../../src/media/index.ts';
import { CLIP_RENAMES, clipConfig, readConfig } from '../../src/models/index.ts';
import { openCheckpoint, type TensorData, tensorOf, weightsOf, writeSafetensors } from '../../src/weights/index.ts';
import { engine, seconds, signal } from './run.ts';
import type { StoryDrawing } from './stories-drawer.ts';
import { HELD_OUT, STORIES } from './story-films.ts';

/** Stories that one thread draws before it ends, see sight.ts. */
const CHUNK = 50;

const [out, count] = process.argv.slice(2);
if (out === undefined || !(Number(count) > 0)) throw new Error('usage: stories.ts OUT COUNT');

const folder = join(out, 'sight');
const [{ json, at }, settings] = [await readConfig(folder), await readPictureSettings(folder)];
const tower = { ...clipConfig(json, at), take: Number(json.vision_feature_layer) };
const weights = weightsOf(await openCheckpoint(folder), { rename: CLIP_RENAMES });
const vision = await openVision(weights, tower, freshProjector('linear', tower.width, 1, 0), settings, engine);
const tensors: TensorData[] = [];
for (const [part, stories] of [
  ['train', Number(count)],
  ['dev', Math.ceil(Number(count) / HELD_OUT)],
] as const)
  for (let from = 0; from < stories; from += CHUNK) {
    signal.throwIfAborted();
    const to = Math.min(stories, from + CHUNK);
    for (const [i, pictures] of (await drawn({ part, from, to, settings })).entries())
      tensors.push(tensorOf(`${part}.${from + i}`, await vision.look(pictures, signal)));
    if (from % 500 === 0) console.log(`${seconds()}: ${to} of ${stories} of ${part}`);
  }
await vision.dispose();
await writeSafetensors(join(out, STORIES), tensors);

function drawn(work: StoryDrawing): Promise<Picture[][]> {
  return new Promise((resolve, reject) => {
    startThread(new URL('./stories-drawer.ts', import.meta.url), work)
      .on('message', resolve)
      .on('error', reject);
  });
}
