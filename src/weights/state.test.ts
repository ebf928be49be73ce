import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchAt, SAVE_EVERY, train, trainee } from '../../test/support/trainee.ts';
import { input, linear, mean, sgd, type Trainer, trainer } from '../graph/index.ts';
import { openSafetensors, readBytes, type TensorEntry } from './safetensors.ts';
import { loadState, saveState } from './state.ts';
import { freshWeights } from './weights.ts';
import { type TensorData, writeSafetensors } from './writer.ts';

let folder: string;
let run: Trainer;
let saved: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-state-'));
  saved = join(folder, 'saved.safetensors');
  run = await trainee();
  await train(run, 7);
  await saveState(saved, run, { seed: '1', data: 'made — here' });
});
afterAll(async () => {
  await run.dispose();
  await rm(folder, { recursive: true });
});

test('a saved state is a safetensors file as docs/format.md says', async () => {
  const { metadata, entries } = await openSafetensors(saved);
  expect(metadata).toEqual({ format: 'famenet training state', version: '1', taken: '7', notes: '{"seed":"1","data":"made — here"}' });
  const names = ['a.weight', 'a.bias', 'b.weight'];
  expect([...entries.keys()].toSorted()).toEqual(names.flatMap((n) => [n, `${n}:m`, `${n}:v`]).toSorted());
  expect([...entries.values()].every((e) => e.dtype === 'F32')).toBe(true);
});

test('a resumed run ends bit-equal to one that never stopped', async () => {
  const resumed = await trainee();
  await resumed.step(batchAt(99), 1); // somewhere else entirely
  expect(await loadState(saved, resumed)).toEqual({ taken: 7, notes: { seed: '1', data: 'made — here' } });
  const [a, b] = [run, resumed];
  await Promise.all([train(a, 12), train(b, 12)]);
  expect(b.taken).toBe(12);
  expect(await b.state()).toEqual(await a.state());
  await b.dispose();
});

test('a step under way is waited for', async () => {
  const [file, one, other] = [join(folder, 'busy.safetensors'), await trainee(), await trainee()];
  const step = one.step(batchAt(0), 1e-2);
  await saveState(file, one);
  await step;
  const { taken } = await loadState(file, other);
  await train(one, 3);
  await train(other, 3);
  expect(taken).toBeLessThanOrEqual(1);
  expect(await other.state()).toEqual(await one.state());
  await one.dispose();
  await other.dispose();
});

test('a state from before the first step is one too', async () => {
  const [file, fresh, other] = [join(folder, 'fresh.safetensors'), await trainee(), await trainee()];
  await saveState(file, fresh);
  await train(other, 3);
  expect(await loadState(file, other)).toEqual({ taken: 0, notes: {} });
  await Promise.all([train(fresh, 4), train(other, 4)]);
  expect(await other.state()).toEqual(await fresh.state());
  await fresh.dispose();
  await other.dispose();
});

test('a run killed between two saves goes on from the last one, bit-equal', async () => {
  const file = join(folder, 'killed.safetensors');
  const program = fileURLToPath(new URL('../../test/support/trainee.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (Number(line) < 2 * SAVE_EVERY + 3) continue;
    child.kill('SIGKILL'); // in the middle of whatever it does
    break;
  }
  expect((await gone)[1]).toBe('SIGKILL');
  const [resumed, whole] = [await trainee(), await trainee()];
  const { taken } = await loadState(file, resumed);
  expect(taken % SAVE_EVERY).toBe(0);
  expect(taken).toBeGreaterThanOrEqual(2 * SAVE_EVERY);
  await Promise.all([train(resumed, taken + 8), train(whole, taken + 8)]);
  expect(await resumed.state()).toEqual(await whole.state());
  await resumed.dispose();
  await whole.dispose();
});

describe('is refused, and leaves the run as it was:', () => {
  /** The saved file with other tensors or metadata. */
  async function changed(name: string, change: (tensors: TensorData[], metadata: Record<string, string>) => void): Promise<string> {
    const { metadata, entries } = await openSafetensors(saved);
    const tensors = await Promise.all([...entries.values()].map(async (e: TensorEntry) => ({ ...e, data: await readBytes(e) })));
    const texts = { ...metadata };
    change(tensors, texts);
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.safetensors`);
    await writeSafetensors(file, tensors, texts);
    return file;
  }
  const at = (tensors: TensorData[], name: string) => tensors.findIndex((t) => t.name === name);
  const rename = (tensors: TensorData[], from: string, to: string) => {
    tensors[at(tensors, from)] = { ...tensors[at(tensors, from)]!, name: to };
  };

  test.each<[string, string, (tensors: TensorData[], metadata: Record<string, string>) => void]>([
    ['another format', 'WEIGHT_STATE', (_, m) => Object.assign(m, { format: 'pt' })],
    ['no metadata', 'WEIGHT_STATE', (_, m) => ['format', 'version', 'taken', 'notes'].every((k) => delete m[k])],
    ['a version from the future', 'WEIGHT_STATE', (_, m) => Object.assign(m, { version: '2' })],
    ['no steps', 'WEIGHT_STATE', (_, m) => delete m.taken],
    ['a strange number of steps', 'WEIGHT_STATE', (_, m) => Object.assign(m, { taken: '7.5' })],
    ['a negative number of steps', 'WEIGHT_STATE', (_, m) => Object.assign(m, { taken: '-7' })],
    ['notes that are none', 'WEIGHT_STATE', (_, m) => Object.assign(m, { notes: '[1]' })],
    ['notes that are no JSON', 'WEIGHT_STATE', (_, m) => Object.assign(m, { notes: '{' })],
    ['a weight of another name', 'WEIGHT_STATE', (t) => rename(t, 'b.weight', 'c.weight')],
    ['a memory of another weight', 'WEIGHT_STATE', (t) => rename(t, 'b.weight:m', 'c.weight:m')],
    ['a weight that is missing', 'STATE_MISMATCH', (t) => t.splice(at(t, 'a.bias'), 1)],
    ['a memory that is missing', 'STATE_MISMATCH', (t) => t.splice(at(t, 'a.bias:v'), 1)],
    ['another shape', 'STATE_MISMATCH', (t) => t.splice(at(t, 'b.weight'), 1, { ...t[at(t, 'b.weight')]!, shape: [16, 3] })],
    ['another type', 'WEIGHT_STATE', (t) => t.splice(at(t, 'b.weight'), 1, { ...t[at(t, 'b.weight')]!, dtype: 'I32' })],
    [
      'infinity',
      'WEIGHT_STATE',
      (t) => t.splice(at(t, 'a.bias'), 1, { ...t[at(t, 'a.bias')]!, data: new Uint8Array(new Float32Array(16).fill(Infinity).buffer) }),
    ],
  ])('%s', async (name, code, change) => {
    const before = await run.state();
    const taken = run.taken;
    await expect(loadState(await changed(name, change), run)).rejects.toMatchObject({ code });
    expect(run.taken).toBe(taken);
    expect(await run.state()).toEqual(before);
  });

  test('a file that is cut off, or is not there, or is something else', async () => {
    const cut = join(folder, 'cut.safetensors');
    await copyFile(saved, cut);
    await truncate(cut, (await readFile(saved)).length - 1);
    await expect(loadState(cut, run)).rejects.toMatchObject({ code: 'WEIGHT_TRUNCATED' });
    await writeFile(cut, '');
    await expect(loadState(cut, run)).rejects.toMatchObject({ code: expect.stringMatching(/^WEIGHT_/) });
    await expect(loadState(join(folder, 'none'), run)).rejects.toMatchObject({ code: 'WEIGHT_FILE_MISSING' });
  });

  test('the state of another optimiser', async () => {
    const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(0.1));
    const t = await trainer(mean(linear(input('x', 'float32', [2, 6]), w.get('a.weight', [16, 6]))), [...w.asked.values()], {
      rule: sgd({ momentum: 0.9 }),
    });
    await expect(loadState(saved, t)).rejects.toMatchObject({ code: 'WEIGHT_STATE' });
    await t.dispose();
  });
});

test('a folder that is not there is said to be the trouble', async () => {
  await expect(saveState(join(folder, 'none', 'x.safetensors'), run)).rejects.toMatchObject({ code: 'WEIGHT_WRITE' });
});
