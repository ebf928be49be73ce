import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import models from '../../src/cli/models.ts';
import { openCheckpoint } from '../../src/weights/checkpoint.ts';
import { captureOut } from '../support/out.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const LLAMA = join(FIXTURES, 'llama-tiny');

let dir: string;
let server: Server;
let endpoint: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'famenet-'));
  const weights = await readFile(join(LLAMA, 'model.safetensors'));
  const sha = createHash('sha256').update(weights).digest('hex');
  server = createServer((request, response) => {
    if (request.url?.startsWith('/api/'))
      response.end(JSON.stringify([{ type: 'file', path: 'model.safetensors', size: weights.length, lfs: { oid: sha } }]));
    else response.end(weights);
  });
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((go) => server.close(go));
  await rm(dir, { recursive: true, force: true });
});

/** Runs `famenet models …` in process. Paths of this run's folder become DIR. */
async function run(words: string[], json = false) {
  const { out, stdout, stderr, document } = captureOut({ json });
  await models.start(words, { called: 'famenet models', out, signal: new AbortController().signal });
  out.close();
  return { stdout: stdout().replaceAll(dir, 'DIR'), stderr: stderr().replaceAll(dir, 'DIR'), document };
}

test('list: a line for each model, and all of it as JSON', async () => {
  const { stdout } = await run(['list']);
  expect(stdout).toMatch(/^name +size +from +licence +about\n/);
  expect(stdout).toMatch(/\nllava-1\.5-7b +~14\.1 GB +llava-hf\/llava-1\.5-7b-hf +Llama 2/);
  expect((await run(['list'], true)).document()).toMatchObject({
    models: expect.arrayContaining([expect.objectContaining({ name: 's3fd', licence: expect.any(String) })]),
  });
});

test('pull, then verify', async () => {
  const folder = join(dir, 'pulled');
  const bytes = (await readFile(join(LLAMA, 'model.safetensors'))).length;
  const { stdout, document } = await run(['pull', 'some/model', folder, '--endpoint', endpoint], true);
  expect(document()).toMatchObject({
    folder,
    from: { repo: 'some/model', revision: 'main' },
    files: [{ file: 'model.safetensors', bytes }],
  });
  expect(stdout.split('\n').length).toBeGreaterThan(1);
  expect((await run(['verify', folder])).stdout).toBe('DIR/pulled: good; 21 tensors, 1 files as its receipt says\n');
  await writeFile(join(folder, 'model.safetensors'), 'x');
  await expect(run(['verify', folder])).rejects.toMatchObject({ code: 'WEIGHT_VERIFY' });
  await expect(run(['pull', 'some/model', folder, '--endpoint', endpoint, '--max-bytes', '10'])).rejects.toMatchObject({
    code: 'WEIGHT_PULL_SIZE',
  });
  await expect(run(['pull', 'nothing'])).rejects.toMatchObject({ code: 'WEIGHT_MODEL_UNKNOWN' });
});

test('convert: a file, and a folder', async () => {
  const nested = join(FIXTURES, 'pth', 'nested.pth');
  const { stdout, stderr } = await run(['convert', nested, join(dir, 'a.safetensors')]);
  expect(stdout).toBe('DIR/a.safetensors: 7 tensors of "model_state_dict"\n');
  expect(stderr).toBe('');
  const other = await run(['convert', nested, join(dir, 'b.safetensors'), '--key', 'optimizer_state_dict']);
  expect(other.stderr).toContain('not tensors: param_groups');
  await cp(join(FIXTURES, 'pth', 'zip.pth'), join(dir, 'torch', 'pytorch_model.bin'));
  expect((await run(['convert', join(dir, 'torch'), join(dir, 'safe')])).stdout).toBe('DIR/safe: 20 tensors\n');
  await expect(run(['convert', join(FIXTURES, 'pth', 'module.pth'), join(dir, 'c')])).rejects.toMatchObject({
    code: 'WEIGHT_PICKLE_MODULE',
  });
});

test('quantize: errors by kind of layer, sizes, and the folder it wrote', async () => {
  const { stdout } = await run(['quantize', LLAMA, '--out', join(dir, 'q8'), '--bits', '8', '--block', '128']);
  expect(stdout).toMatch(/^layers +tensors +relative error +worst\n/);
  expect(stdout).toMatch(/\nq_proj +2 +0\.\d\d %/);
  expect(stdout).toMatch(/\nDIR\/q8: .* → .*; 15 tensors in 8 bits, 6 unchanged\n$/);
  const entries = [...(await openCheckpoint(join(dir, 'q8'))).entries.keys()];
  expect(entries).toContain('model.layers.1.mlp.up_proj.weight.q8');
  expect(entries).not.toContain('model.layers.1.mlp.up_proj.weight');
});
