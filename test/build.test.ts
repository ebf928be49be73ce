/** The package as it is published: built, put into a node_modules of its own, run by plain `node` and read by a strict TypeScript. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const tiny = join(root, 'test/fixtures/llama-tiny');
const { NODE_OPTIONS: _, ...env } = process.env; // no loader may help

/** Runs plain node in the folder of the package's user; rejects, with what it wrote, where the exit code is not 0. */
const node = (...words: string[]) => promisify(execFile)(process.execPath, words, { cwd: folder, env, timeout: 30_000 });

let folder: string;
let installed: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-build-'));
  installed = join(folder, 'node_modules/famenet');
  await mkdir(installed, { recursive: true });
  await node(tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(installed, 'dist'));
  await copyFile(join(root, 'package.json'), join(installed, 'package.json'));
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of [...Object.keys(dependencies).filter((name) => name !== 'tsx'), '@types/node']) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true }));

test('holds JavaScript and its types, and no tests', async () => {
  const files = await readdir(join(installed, 'dist'), { recursive: true });
  expect(files).toContain(join('graph', 'worker.js'));
  expect(files).toContain(join('index.d.ts'));
  expect(files.filter((f) => /\.test\.|(?<!\.d)\.ts$/.test(f))).toEqual([]);
  const main = await readFile(join(installed, 'dist/cli/main.js'), 'utf8');
  expect(main.startsWith('#!/usr/bin/env node\n')).toBe(true);
});

test('trains a network, thread and all', async () => {
  const script = `
    import { float32, input, linear, mean, mul, sub, trainer } from 'famenet/graph';
    import { freshWeights } from 'famenet/weights';
    import * as all from 'famenet';
    const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(0.5));
    const error = sub(linear(input('x', 'float32', [2, 3]), w.get('w', [1, 3])), 1);
    const t = await trainer(mean(mul(error, error)), [...w.asked.values()]);
    const losses = [];
    for (let i = 0; i < 2; i++) losses.push((await t.step({ x: float32([2, 3], [1, 2, 3, 4, 5, 6]) }, 0.01)).loss);
    await t.dispose();
    console.log(JSON.stringify({ losses, public: Object.keys(all) }));`;
  await writeFile(join(folder, 'train.js'), script);
  const { losses, public: names } = JSON.parse((await node('train.js')).stdout) as { losses: [number, number]; public: string[] };
  expect(losses[0]).toBeCloseTo((2 ** 2 + 6.5 ** 2) / 2, 5);
  expect(losses[1]).toBeLessThan(losses[0]);
  for (const name of [
    'gradients',
    'openLanguageModel',
    'clipPatches',
    'openTokenizer',
    'quantizeDirectory',
    'saveState',
    'FameError',
    'random',
  ])
    expect(names).toContain(name);
});

test('has a command line', async () => {
  const famenet = join(installed, 'dist/cli/main.js');
  expect((await node(famenet, '--help')).stdout).toContain('Usage');
  expect((await node(famenet, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { greedy } = JSON.parse(await readFile(join(tiny, 'expected.json'), 'utf8')) as { greedy: { prompt: string; text: string } };
  const { stdout } = await node(famenet, 'generate', tiny, '--prompt', greedy.prompt, '--max-new', '32', '--ignore-end');
  expect(stdout).toBe(`${greedy.text}\n`);
});

test('makes a film, decodes it in a process of its own and looks for faces in it', async () => {
  const script = `
    import { decode, probe, readSound } from 'famenet/media';
    import { facesOfVideo, openFaceNetworks } from 'famenet/faces';
    import { bleu, score } from 'famenet/metrics';
    import { SIZES, storyOf, writeFilm } from 'famenet/synth';
    await writeFilm('film.mp4', storyOf(6, 1), { ...SIZES['320x240'], fps: 12 });
    const { video, duration } = await probe('film.mp4');
    let frames = 0;
    for await (const frame of decode('film.mp4', { sample: { count: 5 } })) frames += frame.picture.width === video.width ? 1 : 0;
    const networks = await openFaceNetworks();
    const { tracks } = await facesOfVideo('film.mp4', networks, { fps: 1 });
    await networks.dispose();
    const [row] = await score([bleu()], [{ id: '1', hyp: 'he won the race', refs: ['he won the race'] }]);
    console.log(JSON.stringify({ width: video.width, duration, frames, faces: tracks.length, samples: (await readSound('film.mp4')).samples.length, bleu: row.score }));`;
  await writeFile(join(folder, 'film.js'), script);
  const made = JSON.parse((await node('film.js')).stdout) as Record<'width' | 'duration' | 'frames' | 'faces' | 'samples' | 'bleu', number>;
  expect(made).toMatchObject({ width: 320, frames: 5, faces: 2 });
  expect(made.samples / 16_000).toBeCloseTo(made.duration, 0);
  expect(made.bleu).toBeCloseTo(1, 6);
});

test('has types that a strict user can check', async () => {
  const script = `
    import { type Tensor, gradients, input, sum } from 'famenet/graph';
    import { generate, openLanguageModel } from 'famenet/models';
    import { openTokenizer } from 'famenet/text';
    import { loadState, saveState } from 'famenet/weights';
    import { FameError } from 'famenet';
    const x: Tensor = input('x', 'float32', ['B', 3]);
    export const g: Tensor[] = gradients(sum(x), [x]);
    export async function* words(folder: string): AsyncGenerator<string> {
      const [model, tokenizer] = [await openLanguageModel(folder), await openTokenizer(folder)];
      for await (const { id } of generate(model, [{ ids: tokenizer.encode('a') }])) yield tokenizer.decode([id]);
    }
    // @ts-expect-error: there is no such element type
    input('y', 'float31', [1]);
    export const codes = (e: unknown): string => (e instanceof FameError ? e.code : typeof saveState + typeof loadState);`;
  await writeFile(join(folder, 'user.ts'), script);
  const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--exactOptionalPropertyTypes'];
  const checked = await node(tsc, ...strict, 'user.ts').catch((e: { stdout: string }) => e);
  expect(checked.stdout).toBe('');
});
