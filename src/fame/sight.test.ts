import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, float32, input, mean } from '../graph/index.ts';
import { clipPixels, fitPicture, readPictureSettings } from '../media/clip.ts';
import { CLIP_RENAMES, clipConfig, clipPatches, readConfig } from '../models/index.ts';
import { sceneOf, storyOf, timelineOf } from '../synth/index.ts';
import { PLACES } from '../synth/places.ts';
import { openCheckpoint, openSafetensors, readFloat32, weightsOf } from '../weights/index.ts';
import { freshProjector } from './projector.ts';
import { type SightEvent, type SightOptions, trainSight } from './sight.ts';
import { wholePicture } from './sight-folder.ts';
import { type Glimpse, lessonBatch } from './sight-lessons.ts';
import { startTower } from './sight-net.ts';
import { openVision } from './vision.ts';

const [S, D] = [32, 32];
const config = {
  ...{ architectures: ['CLIPVisionModel'], model_type: 'clip_vision_model', image_size: S, patch_size: 8, hidden_size: D },
  ...{ intermediate_size: 2 * D, num_hidden_layers: 2, num_attention_heads: 2, hidden_act: 'quick_gelu', layer_norm_eps: 1e-5 },
};
const HAPPENINGS = ['weather', 'bring'] as const;
const questions = { happening: HAPPENINGS };

/** Stories of a part of the made world in which one of two things happens, all told in the kitchen, each at one moment after it; every eighth is not asked about. */
function glimpses(part: 'train' | 'dev', count: number): Glimpse[] {
  const found: Glimpse[] = [];
  for (let i = 0; found.length < count; i++) {
    const story = { ...storyOf(1, i, { split: true }), place: PLACES[0]! };
    const happening = (HAPPENINGS as readonly (string | undefined)[]).indexOf(story.happening?.situation);
    if (story.part !== part || happening < 0) continue;
    const timeline = timelineOf(story);
    const { picture } = sceneOf(story, timeline, { width: 320, height: 240 });
    const answers: Glimpse['answers'] = found.length % 8 === 7 ? {} : { happening };
    found.push({ picture: fitPicture(picture(timeline.onset + 1), wholePicture(S)), answers });
  }
  return found;
}

let folder: string;
let lessons: Glimpse[];
let heldOut: Glimpse[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-sight-'));
  [lessons, heldOut] = [glimpses('train', 120), glimpses('dev', 21)];
});
afterAll(() => rm(folder, { recursive: true }));

const options = (name: string, more: Partial<SightOptions> = {}): SightOptions => ({
  ...{ config, questions, lessons, heldOut, steps: 120, B: 8, rate: 0.005, seed: 2, out: join(folder, name), saveEvery: 50, lookEvery: 60 },
  engine: { threads: 1, spin: false }, // a tower this small is slower with two
  ...more,
});
const weightsIn = (name: string) => readFile(join(folder, name, 'model.safetensors'));

test('learns to tell two happenings apart, on pictures that it has not learnt from', async () => {
  const events: SightEvent[] = [];
  const told = await trainSight(options('whole', { log: (event) => events.push(event) }));
  const losses = events.flatMap((e) => (e.type === 'step' ? [e.loss] : []));
  expect(losses).toHaveLength(120);
  expect(losses[0]).toBeCloseTo(Math.log(2), 1); // it begins knowing nothing
  const last = losses.slice(-10).reduce((a, b) => a + b) / 10;
  expect(last).toBeLessThan(losses[0]! / 2);
  expect(told.happening!.of).toBe(21 - 2); // of two nobody asked
  expect(told.happening!.right).toBeGreaterThan(told.happening!.floor + 4);
  const counted = Object.values(told.happening!.byAnswer);
  expect(counted.reduce((n, { right }) => n + right, 0)).toBe(told.happening!.right);
  expect(Math.max(...counted.map(({ of }) => of))).toBe(told.happening!.floor);
  expect(events.map((e) => e.type).filter((type) => type !== 'step')).toEqual(['began', 'saved', 'looked', 'saved', 'saved', 'ended']);
  const lines = (await readFile(join(folder, 'whole', 'run.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as SightEvent)).toEqual(events);
});

test('what is left is a CLIP tower: it opens as one, looks at whole pictures, and sees what the graph that learnt saw', async () => {
  const out = join(folder, 'whole');
  const checkpoint = await openCheckpoint(out);
  const [{ json }, settings] = [await readConfig(out), await readPictureSettings(out)];
  expect(settings).toEqual({ ...wholePicture(S), crop: undefined });
  expect([...checkpoint.entries.keys()].every((name) => name.startsWith('vision_model.'))).toBe(true);
  expect([...checkpoint.entries.keys()]).toContain('vision_model.post_layernorm.weight');
  const tower = { ...clipConfig(json), take: -1 };
  const vision = await openVision(weightsOf(checkpoint, { rename: CLIP_RENAMES }), tower, freshProjector('linear', D, 8, 1), settings);
  const R = await vision.look(heldOut.slice(0, 3).map(({ picture }) => picture));
  await vision.dispose();

  // The moving weights as the run left them, in the graph that the heads read.
  const state = await openSafetensors(join(out, 'state.safetensors'));
  const start = startTower(tower, 2);
  const seen = mean(clipPatches(start, tower, input('V', 'float32', ['B', 3, S, S]), -1), { axis: 1 });
  const moving = [...start.asked.values()];
  const session = await compile({ seen }, { moving });
  const V = new Float32Array(3 * 3 * S * S);
  for (const b of [0, 1, 2]) clipPixels(heldOut[b]!.picture, wholePicture(S), V.subarray(b * 3 * S * S, (b + 1) * 3 * S * S));
  const named = await Promise.all(
    moving.map(async ({ node }) => {
      const entry = state.entries.get(node.name as string)!;
      return [node.name as string, float32(entry.shape, await readFloat32(entry))] as const;
    }),
  );
  const { seen: rows } = await session.run({ V: float32([3, 3, S, S], V), ...Object.fromEntries(named) });
  await session.dispose();
  expect(rows!.data).toHaveLength(3 * D);
  for (const [i, x] of (rows!.data as Float32Array).entries()) expect((R.data as Float32Array)[i]).toBeCloseTo(x, 5);
});

test('stopped and gone on with, it ends bit-equal', async () => {
  const stop = new AbortController();
  const log = (event: SightEvent) => {
    if (event.type === 'step' && event.step === 20) stop.abort(new Error('enough for today'));
  };
  await expect(trainSight(options('parts', { signal: stop.signal, log }))).rejects.toThrow('enough for today');
  const from: number[] = [];
  await trainSight(options('parts', { log: (event) => event.type === 'began' && from.push(event.from) }));
  expect(from).toEqual([21]);
  expect((await weightsIn('parts')).equals(await weightsIn('whole'))).toBe(true);
});

test('another rate is another run, and never goes on with this one', async () => {
  await expect(trainSight(options('whole', { rate: 0.001 }))).rejects.toMatchObject({
    code: 'FAME_RUN',
    detail: { expected: 'rate: 0.001', got: 'rate: 0.005' },
  });
});

test('batches depend on seed and number only, and no two pictures come in the same light', () => {
  const drawing = { questions, settings: wholePicture(S), image: S, B: 4 };
  const batch = (seed: number, i: number) => lessonBatch(lessons, { ...drawing, seed }, i);
  expect(batch(1, 5)).toEqual(batch(1, 5));
  expect(batch(1, 5)).not.toEqual(batch(1, 6));
  expect(batch(1, 5)).not.toEqual(batch(2, 5));
  const { V } = lessonBatch(lessons.slice(0, 1), { ...drawing, seed: 1 }, 0);
  const size = V!.data.length / 4;
  expect((V!.data as Float32Array).slice(0, size)).not.toEqual((V!.data as Float32Array).slice(size, 2 * size));
});

test('answers that their question does not have are refused, and so is nothing at all', async () => {
  const { picture } = lessons[0]!;
  const wrong = async (more: Partial<SightOptions>, got: string) =>
    expect(trainSight(options('wrong', more))).rejects.toMatchObject({ code: 'FAME_GLIMPSE', detail: { got } });
  await wrong({ lessons: [{ picture, answers: { happening: 2 } }] }, '2, of picture 0');
  await wrong({ lessons: [{ picture, answers: { happening: -1 } }] }, '-1, of picture 0');
  await wrong({ heldOut: [{ picture, answers: { weather: 0 } }] }, '"weather", of picture 0');
  await wrong({ heldOut: [] }, 'none');
});
