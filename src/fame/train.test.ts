import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roomyLlava } from '../../test/support/llava.ts';
import { compile, float32 } from '../graph/index.ts';
import { writeVideo } from '../media/encode.ts';
import { OUR_TIME_BASE, type Ticks } from '../media/frame.ts';
import { LLAMA_RENAMES } from '../models/index.ts';
import { openCheckpoint, openWeights, readBytes, readFloat32 } from '../weights/index.ts';
import type { FilmCache } from './cache.ts';
import type { Example } from './dataset.ts';
import { openFame } from './fame.ts';
import { answerFeeds, answerLoss } from './loss.ts';
import { explainPrompt } from './prompt.ts';
import { type TrainEvent, type TrainOptions, train } from './train.ts';
import { batchOf, formOf } from './train-lessons.ts';
import { lessonFeeds, lessonLoss } from './train-loss.ts';

let root: string;
let model: string;
let films: string[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-train-'));
  model = join(root, 'model');
  await roomyLlava(model, 1024);
  films = await Promise.all([30, 220].map((light) => film(join(root, `${light}.mp4`), light)));
});
afterAll(() => rm(root, { recursive: true }));

/** A film of two pictures of one grey. */
async function film(path: string, light: number): Promise<string> {
  const video = await writeVideo(path, { width: 64, height: 64 });
  const tick = (s: number) => Math.round((s * OUR_TIME_BASE.den) / OUR_TIME_BASE.num) as Ticks;
  for (const i of [0, 1]) {
    const picture = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(light) };
    await video.frame({ picture, pts: tick(i), duration: tick(1) });
  }
  await video.close();
  return path;
}

const example = (i: number): Example => ({
  id: `film${i}.mp4`,
  dialogue: `${i}`,
  question: { turns: [{ speaker: 'Mira', text: 'Oh!' }], target: 0, emotion: 'joy' },
  answer: i % 2 === 0 ? 'It is dark.' : 'The sun is up.',
  film: films[i % 2]!,
});

/** Options of a quick run into a folder of this name. */
const options = (out: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  ...{ model, examples: [0, 1].map(example), heldOut: [example(2)], modalities: ['V'], frames: 2, template: 'plain' },
  ...{ out: join(root, out), cache: join(root, 'cache'), epochs: 6, batch: 2, rate: 0.05, seed: 3, lookEvery: 2, saveEvery: 4 },
  ...more,
});

/** What is learnt here is wrong for what is held out: an answer of other letters. */
const worse = (): Partial<TrainOptions> => ({
  heldOut: [{ ...example(2), answer: 'ZQ? 77 XXX!' }],
  ...{ rate: 0.3, epochs: 8, lookEvery: 1 },
});

const file = (...names: string[]) => readFile(join(root, ...names));

/** Runs, and gives the events beside the result. */
async function ran(o: TrainOptions) {
  const events: TrainEvent[] = [];
  const done = await train({ ...o, log: (event) => events.push(event) });
  return { done, events, losses: events.flatMap((e) => (e.type === 'step' ? [e.loss] : [])) };
}

describe('the projector', () => {
  test('the loss falls, nothing but g moves, and what is saved can be opened', async () => {
    const before = await file('model', 'model.safetensors');
    const { done, events, losses } = await ran(options('whole'));
    expect(losses).toHaveLength(6);
    expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.05);
    expect(done).toMatchObject({ steps: 6, early: false, examples: 2, heldOut: 1, leftOut: 0, parameters: 32 * 16 + 32 + 32 * 32 + 32 });
    expect(events.map((e) => e.type).join()).toBe('began,step,step,looked,step,step,looked,saved,step,step,looked,saved,ended');
    const lines = (await file('whole', 'run.jsonl')).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as TrainEvent)).toEqual(events);
    expect((await file('model', 'model.safetensors')).equals(before)).toBe(true);

    const [old, best] = [await openFame(model), await openFame(model, { projector: done.files.best })];
    expect([...(await openCheckpoint(done.files.best)).entries.keys()].sort()).toEqual([...old.vision!.projector.values.keys()].sort());
    expect(best.receipt.projector!.sha256).not.toBe(old.receipt.projector!.sha256);
    await Promise.all([old.dispose(), best.dispose()]);
  });

  test('the best on what is held out is kept apart from the last', async () => {
    const { done, events } = await ran(options('best', worse()));
    const looks = events.flatMap((e) => (e.type === 'looked' ? [e] : []));
    const least = looks.reduce((a, b) => (b.heldOut < a.heldOut ? b : a));
    expect(done.best).toEqual({ step: least.step, heldOut: least.heldOut });
    expect(least.step, 'what is learnt in the end is wrong for what is held out').toBeLessThan(looks.at(-1)!.step);
    expect((await file('best', 'best.safetensors')).equals(await file('best', 'last.safetensors'))).toBe(false);
  });

  test('it ends early when looks do not get better, and stays ended', async () => {
    const { done, events } = await ran(options('early', { ...worse(), epochs: 40, patience: 2 }));
    expect(done.early).toBe(true);
    const looks = events.flatMap((e) => (e.type === 'looked' ? [e.best] : []));
    expect(looks.slice(-2)).toEqual([false, false]);
    expect(looks.join()).not.toContain('false,false,');
    const again = await ran(options('early', { ...worse(), epochs: 40, patience: 2 }));
    expect(again.losses).toEqual([]);
    expect(again.done).toMatchObject({ early: true, steps: done.steps, best: done.best });
  });

  test('stopped and gone on with, it ends bit-equal', async () => {
    const stop = new AbortController();
    const log = (e: TrainEvent) => {
      if (e.type === 'step' && e.step === 3) stop.abort(new Error('enough for today'));
    };
    await expect(train(options('parts', { signal: stop.signal, log }))).rejects.toThrow('enough for today');
    const { events, losses } = await ran(options('parts'));
    expect(events[0]).toMatchObject({ type: 'began', from: 3, steps: 6 });
    expect(losses).toHaveLength(3);
    for (const name of ['best.safetensors', 'last.safetensors', 'state.safetensors'])
      expect((await file('parts', name)).equals(await file('whole', name)), name).toBe(true);
  });

  test.each([
    ['seed', { seed: 4 }],
    ['recipe', { rate: 0.01 }],
    ['modalities', { modalities: ['V', 'T'] }],
    ['lessons', { examples: [0, 1, 3].map((i) => i) }],
  ])('another %s is another run', async (what, more) => {
    const examples = 'examples' in more ? { examples: more.examples.map(example) } : {};
    const other = options('whole', { ...(more as Partial<TrainOptions>), ...examples });
    await expect(train(other)).rejects.toMatchObject({ code: 'FAME_RUN', detail: { expected: expect.stringMatching(`^${what}: `) } });
  });

  test('it may begin with a g that has learnt nothing', async () => {
    const { done } = await ran(options('fresh', { fresh: 'linear', epochs: 1 }));
    expect(done.parameters).toBe(32 * 16 + 32);
  });
});

describe('the loss', () => {
  test('of a lesson is that of answerLoss', async () => {
    const fame = await openFame(model);
    const { vision, language, tokenizer } = fame;
    const R = float32(
      [11, 16],
      Float32Array.from({ length: 11 * 16 }, (_, i) => Math.sin(i)),
    );
    const { question, answer } = example(0);
    const { stretches } = explainPrompt(question, {
      ...{ tokenizer, template: 'plain', modalities: ['V', 'T'], videoTokens: 11, limit: 1024 },
      answer: answer!,
    });
    const weights = () => openWeights(model, { rename: LLAMA_RENAMES });
    const nodes = {
      ours: lessonLoss(await weights(), language.config, vision!.projector),
      theirs: answerLoss(await weights(), language.config, vision!.projector),
    };
    const [ours, theirs] = [await compile({ loss: nodes.ours }), await compile({ loss: nodes.theirs })];
    const a = await ours.run(lessonFeeds(language.config, stretches, R));
    const b = await theirs.run(await answerFeeds(language, stretches, R));
    expect(a.loss!.data[0]).toBeCloseTo(Number(b.loss!.data[0]), 5);
    await Promise.all([ours.dispose(), theirs.dispose(), fame.dispose()]);
  });
});

describe('all', () => {
  test('words alone: the language model learns, the tower stays as it is, the folder opens', async () => {
    const { done, losses } = await ran(options('all', { trainable: 'all', modalities: ['T'], rate: 0.01, epochs: 8, heldOut: [] }));
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.8);
    expect(done.best).toBeUndefined();
    const [old, moved] = [(await openCheckpoint(model)).entries, (await openCheckpoint(done.files.last)).entries];
    expect([...moved.keys()].sort()).toEqual([...old.keys()].sort());
    const same: string[] = [];
    for (const [name, entry] of moved) {
      const before = old.get(name)!;
      if (entry.dtype === before.dtype && Buffer.from(await readBytes(entry)).equals(await readBytes(before))) same.push(name);
      else expect([entry.dtype, await readFloat32(entry)], name).not.toEqual(['F32', await readFloat32(before)]);
    }
    expect(same.sort()).toEqual([...old.keys()].filter((name) => /vision|projector/.test(name)).sort());
    const fame = await openFame(done.files.last);
    expect(fame.vision).toBeDefined();
    await fame.dispose();
  });

  test('with pictures g moves as well, and is in the folder', async () => {
    const { done, losses } = await ran(options('both', { trainable: 'all', rate: 0.01, epochs: 2 }));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const [folder, beside] = [
      await openFame(done.files.best),
      await openFame(done.files.best, { projector: join(done.files.best, 'projector.safetensors') }),
    ];
    expect(folder.receipt.projector!.sha256).toBe(beside.receipt.projector!.sha256);
    const old = await openFame(model);
    expect(folder.receipt.projector!.sha256).not.toBe(old.receipt.projector!.sha256);
    await Promise.all([folder.dispose(), beside.dispose(), old.dispose()]);
  });
});

describe('with some of the modalities', () => {
  test('every combination is a form; the whole comes first, and what a place takes follows from the seed', async () => {
    const lesson = {
      id: 'x',
      forms: Array.from({ length: 7 }, (_, left) => ({ stretches: [{ kind: 'ids', ids: [left], learnt: true }] as const })),
    };
    const leftOut = (place: number, drop: number, seed = 1) =>
      lesson.forms.indexOf(formOf(lesson, place, { drop, seed }) as (typeof lesson.forms)[number]);
    const places = [...Array(4000).keys()];
    expect(places.map((place) => leftOut(place, 0))).toEqual(places.map(() => 0));
    const drawn = places.map((place) => leftOut(place, 0.3));
    expect(drawn).toEqual(places.map((place) => leftOut(place, 0.3)));
    expect(drawn).not.toEqual(places.map((place) => leftOut(place, 0.3, 2)));
    expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const bit of [1, 2, 4]) expect(drawn.filter((left) => (left & bit) !== 0).length / 4000).toBeCloseTo(0.3 - 0.027, 1.3);
  });

  test('examples with and without films in one run; g moves by those that have one', async () => {
    const { film: _, ...blind } = example(1);
    const both = { modalities: ['V', 'T'], partial: true, drop: 0.4, trainable: 'all', rate: 0.01, epochs: 8, heldOut: [] } as const;
    const { done, losses } = await ran(options('partial', { ...both, examples: [example(0), blind] }));
    expect(done).toMatchObject({ examples: 2, leftOut: 0 });
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.8);
    const alone = await ran(options('blind', { ...both, examples: [blind], epochs: 2 }));
    const [fame, old] = [await openFame(alone.done.files.last), await openFame(model)];
    expect(fame.receipt.projector!.sha256, 'no film, no gradient').toBe(old.receipt.projector!.sha256);
    await Promise.all([fame.dispose(), old.dispose()]);
  });

  test('an example is asked only with what it has, and films may be looked at in another way', async () => {
    const asked: string[] = [];
    const films = (usual: FilmCache): FilmCache => ({
      ...usual,
      features: (film, end, signal) => {
        asked.push(film);
        return usual.features(example(0).film!, end, signal);
      },
    });
    const both = { modalities: ['V', 'T'], trainable: 'all', epochs: 1, heldOut: [], films } as const;
    const wordsOnly = { ...example(1), film: 'words only', modalities: ['T'] } as const;
    const { done } = await ran(options('another', { ...both, examples: [{ ...example(0), film: 'never filmed' }, wordsOnly] }));
    expect(done).toMatchObject({ examples: 2, leftOut: 0 });
    expect(new Set(asked)).toEqual(new Set(['never filmed']));
  });
});

describe('what cannot be learnt', () => {
  test('FAME_TRAINABLE: g has no part in words', async () => {
    await expect(train(options('none', { modalities: ['T'] }))).rejects.toMatchObject({ code: 'FAME_TRAINABLE' });
  });
  test('FAME_NOTHING_LEARNT: no example can be used, and run.jsonl says why', async () => {
    const { answer: _, ...question } = example(0);
    const { film: __, ...blind } = example(1);
    const other = options('useless', { examples: [question, blind] });
    await expect(train(other)).rejects.toMatchObject({ code: 'FAME_NOTHING_LEARNT' });
    const lines = (await file('useless', 'run.jsonl')).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: 'left out', id: 'film0.mp4', code: 'FAME_NOTHING_LEARNT' },
      { type: 'left out', id: 'film1.mp4', code: 'FAME_QUESTION' },
    ]);
  });
  test('one that cannot be used does not stop the others', async () => {
    const { film: _, ...blind } = example(3);
    const { done } = await ran(options('some', { examples: [example(0), blind], epochs: 1, batch: 1 }));
    expect(done).toMatchObject({ examples: 1, leftOut: 1, steps: 1 });
  });
});

test('batch i depends on the seed and i alone, and an epoch has every lesson once', () => {
  const of = (i: number, seed = 1) => batchOf(i, { count: 5, size: 3, seed });
  const ten = Array.from({ length: 10 }, (_, i) => of(i)).flat();
  for (const epoch of [0, 1, 2, 3, 4, 5]) expect(ten.slice(5 * epoch, 5 * epoch + 5).sort()).toEqual([0, 1, 2, 3, 4]);
  expect(of(4)).toEqual(of(4));
  expect(ten.slice(0, 5).join()).not.toBe(ten.slice(5, 10).join());
  expect(Array.from({ length: 10 }, (_, i) => of(i, 2)).flat()).not.toEqual(ten);
});
