import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode } from '../media/decode.ts';
import { probe } from '../media/probe.ts';
import { readSound } from '../media/sound.ts';
import { type Recipe, writeWorld } from './folder.ts';
import { timelineOf } from './timeline.ts';
import { storyOf } from './world.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-synth-'));
});
afterAll(() => rm(root, { recursive: true }));

const RECIPE: Recipe = { seed: 6, dialogues: 2, split: false, film: { width: 320, height: 240, fps: 4 } };
const text = (folder: string, file: string) => readFile(join(folder, file), 'utf8');
const lines = async (folder: string, file: string) =>
  (await text(folder, file))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a world with films: every file, and films of the right length that look and sound', async () => {
  const folder = join(root, 'films');
  const seen: number[] = [];
  const made = await writeWorld(folder, RECIPE, { progress: (done) => seen.push(done) });
  expect(seen).toEqual([1, 2]);
  expect(made).toMatchObject({ dialogues: 2, films: { made: 2, kept: 0 }, kinds: { word: 1, picture: 1, face: 0 }, situations: 2 });
  expect((await readdir(folder)).sort()).toEqual(['README.txt', 'dialogues.jsonl', 'ecem.json', 'films', 'manifest.json', 'truth.jsonl']);
  for (const [i, truth] of (await lines(folder, 'truth.jsonl')).entries()) {
    const story = storyOf(RECIPE.seed, i);
    const { seconds, turns } = timelineOf(story);
    expect(truth).toMatchObject({
      id: story.id,
      utterance: turns.length - 1,
      emotion: story.emotion,
      cause: story.cause,
      kind: story.kind,
    });
    const film = join(folder, 'films', truth.video as string);
    const beside = JSON.parse(await readFile(film.replace('.mp4', '.json'), 'utf8')) as { utterances: unknown };
    expect(beside.utterances).toEqual((await lines(folder, 'dialogues.jsonl'))[i]!.utterances);
    if (i > 0) continue; // every look into a film is a process of its own
    const found = await probe(film);
    expect([found.video?.codec, found.video?.width, found.video?.height, found.audio?.rate]).toEqual(['h264', 320, 240, 16_000]);
    expect(found.duration).toBeCloseTo(seconds, 0);
    const sound = await readSound(film);
    const energy = (from: number, to: number) =>
      sound.samples
        .subarray(Math.round((from - sound.start) * 16_000), Math.round((to - sound.start) * 16_000))
        .reduce((sum, x) => sum + x * x, 0);
    for (const { start, speaks, speech, end } of turns) {
      expect(energy(start + 0.1, speaks - 0.05)).toBeLessThan(0.1);
      expect(energy(speaks, speaks + speech.seconds)).toBeGreaterThan(5);
      expect(energy(speaks + speech.seconds + 0.15, end - 0.05)).toBeLessThan(0.1);
    }
  }
});

test('the same seed gives the same bytes and pictures, another seed others', async () => {
  const [a, b, c] = ['films', 'again', 'other'].map((name) => join(root, name)) as [string, string, string];
  await writeWorld(b, RECIPE);
  await writeWorld(c, { ...RECIPE, seed: 5, dialogues: 1 });
  for (const file of ['README.txt', 'dialogues.jsonl', 'truth.jsonl', 'ecem.json', 'manifest.json'])
    expect(await text(b, file)).toBe(await text(a, file));
  expect(await text(c, 'truth.jsonl')).not.toContain((await text(a, 'truth.jsonl')).split('\n')[0]);
  const film = (await readdir(join(a, 'films'))).find((name) => name.endsWith('.mp4'))!;
  const pictures = async (folder: string) => {
    const all: Buffer[] = [];
    for await (const { picture } of decode(join(folder, 'films', film))) all.push(Buffer.from(picture.data));
    return Buffer.concat(all);
  };
  const [first, second] = [await pictures(a), await pictures(b)];
  expect(first.length).toBeGreaterThan(20 * 320 * 240 * 3);
  expect(second.equals(first)).toBe(true);
});

test('what is whole is kept, what is damaged or gone is made again, and a larger world goes on', async () => {
  const folder = join(root, 'again');
  const films = join(folder, 'films');
  const before = await text(folder, 'manifest.json');
  expect((await writeWorld(folder, RECIPE)).films).toMatchObject({ made: 0, kept: 2 });
  const [film] = (await readdir(films)).filter((name) => name.endsWith('.mp4')) as [string];
  await truncate(join(films, film), 1000);
  expect((await writeWorld(folder, RECIPE)).films).toMatchObject({ made: 1, kept: 1 });
  await unlink(join(films, film.replace('.mp4', '.json'))); // as when a run is killed between film and dialogue
  expect((await writeWorld(folder, RECIPE)).films).toMatchObject({ made: 1, kept: 1 });
  expect(await text(folder, 'manifest.json')).toBe(before);
  expect((await writeWorld(folder, { ...RECIPE, dialogues: 3 })).films).toMatchObject({ made: 1, kept: 2 });
});

test('stopped, it leaves no half film', async () => {
  const folder = join(root, 'stopped');
  const stop = new AbortController();
  const reason = new Error('enough');
  await expect(writeWorld(folder, RECIPE, { signal: stop.signal, progress: () => stop.abort(reason) })).rejects.toBe(reason);
  const films = await readdir(join(folder, 'films'));
  expect(films.map((name) => name.replace(/.*\./, '')).sort()).toEqual(['json', 'mp4']);
  expect((await writeWorld(folder, RECIPE)).films).toMatchObject({ made: 1, kept: 1 });
});

test('words only, split: ECEM’s format for each part, hashes that are right', async () => {
  const folder = join(root, 'words');
  await writeWorld(folder, { seed: 1, dialogues: 400, split: true });
  await expect(stat(join(folder, 'films'))).rejects.toThrow('ENOENT');
  const parts = await Promise.all(
    ['train', 'dev', 'test'].map(async (name) => JSON.parse(await text(folder, `${name}.json`)) as unknown[]),
  );
  expect(parts.map((part) => part.length)).toEqual([320, 40, 40]);
  const truth = await lines(folder, 'truth.jsonl');
  const story = storyOf(1, 9, { split: true });
  expect(parts[2]![0]).toEqual({
    id: 9,
    video: `00010_${story.turns.length - 1}.mp4`,
    conversations: [
      {
        from: 'human',
        value: `<video>\nExplain why the emotion of this statement is ${story.emotion} <${story.who.name}: ${story.turns.at(-1)!.text}>`,
      },
      { from: 'gpt', value: story.cause },
    ],
  });
  expect(truth[9]).toMatchObject({ split: 'test', needs: story.needs, faces: { [story.who.name]: story.emotion } });
  expect(await text(folder, 'README.txt')).toMatch(/^This is a made world\./);
  const { files } = JSON.parse(await text(folder, 'manifest.json')) as { files: { file: string; bytes: number; sha256: string }[] };
  for (const { file, bytes, sha256 } of files) {
    expect((await stat(join(folder, file))).size).toBe(bytes);
    expect(sha256).toBe(
      createHash('sha256')
        .update(await readFile(join(folder, file)))
        .digest('hex'),
    );
  }
});

test.each([
  ['another seed', { ...RECIPE, seed: 7 }],
  ['another size', { ...RECIPE, film: { width: 480, height: 360, fps: 4 } }],
  ['fewer dialogues', { ...RECIPE, dialogues: 1 }],
])('a world with %s is refused, and left as it is', async (_, recipe) => {
  const folder = join(root, 'films');
  const before = await text(folder, 'manifest.json');
  await expect(writeWorld(folder, recipe)).rejects.toMatchObject({ code: 'SYNTH_FOLDER', detail: { at: folder } });
  expect(await text(folder, 'manifest.json')).toBe(before);
});

test('a folder with other things in it is refused', async () => {
  await writeFile(join(root, 'letter.txt'), 'Dear Ada');
  await expect(writeWorld(root, RECIPE)).rejects.toMatchObject({ code: 'SYNTH_FOLDER' });
  await writeFile(join(root, 'words', 'manifest.json'), '{"made": "by hand"}');
  await expect(writeWorld(join(root, 'words'), RECIPE)).rejects.toMatchObject({ code: 'SYNTH_FOLDER' });
});
