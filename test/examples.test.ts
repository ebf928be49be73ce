/** Every program of examples/ runs, and does what README.md says of it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probe } from '../src/media/index.ts';
import { fixture } from './support/fixture.ts';
import { famenet } from './support/main.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tiny = (name: string) => join('test/fixtures', name);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-examples-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(name: string, ...words: string[]): Promise<string> {
  const program = ['--import', 'tsx', join('examples', name), ...words];
  return (await promisify(execFile)(process.execPath, program, { cwd: root, timeout: 30_000 })).stdout;
}

test('train.ts learns its text by heart', async () => {
  const lines = (await run('train.ts')).trimEnd().split('\n');
  const losses = lines.slice(0, -1).map((line) => Number(/^step \d+: loss ([\d.]+)$/.exec(line)?.[1]));
  expect(losses).toHaveLength(4);
  for (const [i, loss] of losses.entries()) expect(loss).toBeLessThan(losses[i - 1] ?? 4);
  expect(losses.at(-1)).toBeLessThan(0.02);
  expect(await readFile(join(root, 'examples/train.ts'), 'utf8')).toContain(`const text = '${lines.at(-1)}'`);
  expect((await run('train.ts')).trimEnd().split('\n'), 'fixed by its seed').toEqual(lines);
});

test('generate.ts writes what transformers writes', async () => {
  const { greedy } = (await fixture('llama-tiny')).json;
  const text = await run('generate.ts', tiny('llama-tiny'), greedy.prompt);
  expect(text.startsWith(greedy.prompt + greedy.text)).toBe(true);
});

test('gradient.ts finds the patch itself to matter most', async () => {
  const rows = (await run('gradient.ts', tiny('clip-tiny'))).trimEnd().split('\n');
  expect(rows).toHaveLength(4);
  for (const [y, row] of rows.entries()) expect(row).toMatch(y === 2 ? /^[·░▒▓]{4}██[·░▒▓]{2}$/ : /^[·░▒▓]{8}$/);
});

test('export.ts writes files that ONNX Runtime opens by itself', async () => {
  expect(await run('export.ts', tiny('clip-tiny'), folder)).toContain('clip.onnx: pixels [pictures,3,56,56] → pooled [pictures,32]');
  const ref = await fixture('clip-tiny');
  const pixels = new ort.Tensor('float32', await ref.floats('pixels'), ref.shape('pixels'));
  const [forward, backward] = await Promise.all(
    ['clip.onnx', 'clip-gradient.onnx'].map((name) => ort.InferenceSession.create(join(folder, name))),
  );
  const { pooled } = (await forward?.run({ pixels })) ?? {};
  expect(pooled?.data as Float32Array).toBeClose(await ref.floats('pooled'), { abs: 2e-5 });
  const { slope } = (await backward?.run({ pixels })) ?? {};
  expect(slope?.dims).toEqual(pixels.dims);
});

test('scenes are explained by FAME-mini, as README.md shows', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  // Networks may differ in the last digit from processor to processor.
  const rough = (text: string) => text.replace(/\d+ %/g, 'N %').replace(/-?\d+\.\d+/g, 'N');
  const commands = [...readme.matchAll(/npm run -s famenet -- (explain examples\/scenes\/.+?)\s*(?:#.*)?$/gm)].map((m) => m[1]!.split(' '));
  expect(commands.length).toBeGreaterThanOrEqual(2);
  for (const words of commands) {
    const { code, stdout } = await famenet(words);
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(rough(readme)).toContain(rough(stdout.trim()));
  }
  for (const file of await readdir(join(root, 'examples/scenes')))
    expect((await stat(join(root, 'examples/scenes', file))).size, file).toBeLessThan(1e6);
}, 120_000);

test('each fits on a page, and none is without a test', async () => {
  const names = (await readdir(join(root, 'examples'))).filter((name) => name !== 'scenes');
  const tests = await readFile(fileURLToPath(import.meta.url), 'utf8');
  for (const name of names) {
    expect(tests, name).toContain(`test('${name} `);
    const source = await readFile(join(root, 'examples', name), 'utf8');
    expect(source.split('\n').length, name).toBeLessThanOrEqual(name === 'reasons.ts' ? 130 : 41); // that one is the whole way: data, training, files, answers
    expect(source, name).toMatch(/^\/\*\* .* Run: npx tsx examples\//);
  }
});

test('reasons.ts trains a LLaMA, saves it, opens it again and lets it answer', async () => {
  const out = await run('reasons.ts', '30', join(folder, 'reasons'));
  const losses = [...out.matchAll(/^step \d+: loss ([\d.]+)/gm)].map((m) => Number(m[1]));
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 3);
  expect(out.match(/ Why is \w+ (happy|angry|sad|afraid|surprised)\?\n →/g)).toHaveLength(5);
  expect(await readdir(join(folder, 'reasons'))).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
});

test('moving-faces.ts makes a film of ten seconds', async () => {
  const film = join(folder, 'faces.mp4');
  expect(await run('moving-faces.ts', film)).toBe(`${film}: 10 s, 4 shots\n`);
  const { duration, video } = await probe(film);
  expect(duration).toBeCloseTo(10, 6);
  expect(video).toMatchObject({ codec: 'h264', width: 1280, height: 720, fps: 25, frames: 250 });
});
