import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findModel, MODELS, type Source } from './catalogue.ts';
import { chooseFiles, isInside, type PullOptions, pull } from './pull.ts';
import { readReceipt } from './receipt.ts';
import { verifyDirectory } from './verify.ts';

/** What one request of the fake hub does instead of answering properly. */
type Mischief = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

let server: Server;
let endpoint: string;
let dir: string;
let files: Map<string, Buffer>;
let list: unknown;
let mischief: Mischief;
let seen: { url: string; range: string | undefined; token: string | undefined }[];

const REPO: Source = { kind: 'hub', repo: 'someone/model' };
const big = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));
const header = Buffer.from('{"a":{"dtype":"U8","shape":[300000],"data_offsets":[0,300000]}}');
const weights = Buffer.concat([Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]), header, big]);
const sha256 = (b: Buffer) => createHash('sha256').update(b).digest('hex');
const blob = (b: Buffer) => createHash('sha1').update(`blob ${b.length}\0`).update(b).digest('hex');
const row = (path: string, b: Buffer) => ({
  type: 'file',
  path,
  size: b.length,
  oid: blob(b),
  ...(b.length > 1000 ? { lfs: { oid: sha256(b), size: b.length } } : {}),
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'famenet-'));
  files = new Map([
    ['config.json', Buffer.from('{"model_type":"llama"}')],
    ['model.safetensors', weights],
    ['pytorch_model.bin', Buffer.from('not wanted')],
    ['onnx/model.onnx', Buffer.from('not wanted')],
  ]);
  list = undefined;
  mischief = () => false;
  seen = [];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    seen.push({ url: url.pathname, range: request.headers.range, token: request.headers.authorization });
    if (url.pathname.startsWith('/api/models/someone/model/tree/main'))
      return void response.end(JSON.stringify(list ?? [...files].map(([k, v]) => row(k, v))));
    const name = decodeURIComponent(url.pathname.replace(/^\/(someone\/model\/resolve\/main|cdn)\//, ''));
    const content = files.get(name);
    if (!content) return void response.writeHead(404).end();
    // Like the real hub, weights are on another address.
    if (!url.pathname.startsWith('/cdn/') && content.length > 1000) return void response.writeHead(302, { location: `/cdn/${name}` }).end();
    if (mischief(request, response, content)) return;
    const etag = `"${sha256(content)}"`;
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const resume = from !== undefined && request.headers['if-range'] === etag;
    if (resume && Number(from) >= content.length) return void response.writeHead(416).end();
    const part = resume ? content.subarray(Number(from)) : content;
    const range = resume ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(resume ? 206 : 200, { etag, 'content-length': part.length, ...range }).end(part);
  });
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((go) => server.close(go));
  await rm(dir, { recursive: true, force: true });
});

const get = (options: PullOptions = {}, source: Source = REPO) => pull(source, dir, { endpoint, pause: 1, ...options });
const ranges = () => seen.filter((s) => s.url.startsWith('/cdn/')).map((s) => s.range);

/** The fetched file is what the hub has. (`toEqual` on 300 kB takes a second.) */
async function expectWeights(): Promise<void> {
  expect((await readFile(join(dir, 'model.safetensors'))).equals(weights)).toBe(true);
}

/** Answers with a status and nothing else, so many times. */
function status(code: number, times = 99): Mischief {
  let left = times;
  return (_request, response) => {
    if (left-- <= 0) return false;
    response.writeHead(code).end();
    return true;
  };
}

/** Answers with the headers of the whole file but cuts the connection after `n` bytes, so many times. */
function cut(times: number, n: number): Mischief {
  let left = times;
  return (_request, response, content) => {
    if (content.length < 1000 || left-- <= 0) return false;
    response.writeHead(200, { etag: `"${sha256(content)}"`, 'content-length': content.length });
    response.write(content.subarray(0, n), () => response.destroy());
    return true;
  };
}

test('a model is fetched through redirects, checked, and leaves a receipt that verify accepts', async () => {
  const progress: number[] = [];
  const receipt = await get({ onProgress: (p) => progress.push(p.done / p.total), token: 'secret' });
  await expectWeights();
  expect((await readdir(dir)).sort()).toEqual(['config.json', 'famenet.json', 'model.safetensors']);
  expect(receipt).toEqual(await readReceipt(dir));
  expect(receipt.from).toEqual({ repo: 'someone/model', revision: 'main', endpoint });
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(await verifyDirectory(dir)).toEqual({ directory: dir, tensors: 1, hashed: ['config.json', 'model.safetensors'], receipt: true });
});

test('what is there and right is not fetched again, what is wrong is', async () => {
  await get();
  await writeFile(join(dir, 'model.safetensors'), Buffer.alloc(weights.length));
  seen = [];
  await get();
  expect(ranges()).toEqual([undefined]);
  expect(seen.some((s) => s.url.endsWith('config.json'))).toBe(false);
  await expectWeights();
});

test('a connection that is cut goes on where it stopped', async () => {
  mischief = cut(1, 100_000);
  await get();
  expect(ranges()[0]).toBeUndefined();
  expect(ranges()[1]).toMatch(/^bytes=\d+-$/);
  expect(Number(/\d+/.exec(ranges()[1]!)?.[0])).toBeGreaterThan(0);
  await expectWeights();
});

test('a connection that is always cut gives up, and the next run goes on', async () => {
  const first = cut(1, 100_000);
  mischief = (request, response, content) => {
    if (content.length < 1000 || first(request, response, content)) return content.length > 1000;
    response.destroy();
    return true;
  };
  await expect(get()).rejects.toMatchObject({ code: 'WEIGHT_PULL_NETWORK' });
  expect((await readdir(dir)).filter((n) => n.endsWith('.part'))).toEqual(['model.safetensors.part']);
  mischief = () => false;
  seen = [];
  await get();
  expect(ranges()).toEqual([expect.stringMatching(/^bytes=\d+-$/)]);
  await expectWeights();
  expect((await readdir(dir)).sort()).toEqual(['config.json', 'famenet.json', 'model.safetensors']);
});

test('a part of a file that has changed since is thrown away', async () => {
  await writeFile(join(dir, 'model.safetensors.part'), 'other bytes');
  await writeFile(
    join(dir, 'model.safetensors.part.json'),
    JSON.stringify({ url: `${endpoint}/someone/model/resolve/main/model.safetensors`, etag: '"old"' }),
  );
  await get();
  expect(ranges()).toEqual(['bytes=11-']);
  await expectWeights();
});

test('a finished part without a known length is asked for once more (416), then fetched anew', async () => {
  const url = `${endpoint}/cdn/model.safetensors`;
  await writeFile(join(dir, 'model.safetensors.part'), weights);
  await writeFile(join(dir, 'model.safetensors.part.json'), JSON.stringify({ url, etag: `"${sha256(weights)}"` }));
  await get({}, { kind: 'url', url, file: 'model.safetensors', sha256: sha256(weights) });
  expect(ranges()).toEqual([`bytes=${weights.length}-`, undefined]);
});

test.each([
  ['sha256 of a large file', 'model.safetensors'],
  ['git name of a small file', 'config.json'],
])('a wrong %s is refused and removed', async (_what, name) => {
  list = [...files].map(([k, v]) => row(k, v));
  const wrong = Buffer.from(files.get(name)!);
  wrong[wrong.length - 1]! ^= 1;
  files.set(name, wrong);
  await expect(get()).rejects.toMatchObject({
    name: 'WeightError',
    code: 'WEIGHT_PULL_CHECKSUM',
    detail: { at: expect.stringContaining(name) },
  });
  expect((await readdir(dir)).filter((n) => n.startsWith(name))).toEqual([]);
});

test.each(['619a316812', '0000000000'])('a checksum prefix %s', async (prefix) => {
  const content = Buffer.from('s3fd');
  files.set('s3fd.pth', content);
  const right = prefix === '619a316812' ? sha256(content).slice(0, 10) : prefix;
  const done = get({}, { kind: 'url', url: `${endpoint}/cdn/s3fd.pth`, file: 's3fd.pth', sha256Prefix: right });
  if (right === prefix) await expect(done).rejects.toMatchObject({ code: 'WEIGHT_PULL_CHECKSUM' });
  else expect((await done).files).toEqual([{ file: 's3fd.pth', bytes: 4, sha256: sha256(content) }]);
});

test('more bytes than allowed: refused before anything is fetched', async () => {
  await expect(get({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'WEIGHT_PULL_SIZE', detail: { expected: 'at most 1000 bytes' } });
  expect(seen.length).toBe(1);
});

test.each([
  ['that say so', true],
  ['that hide it', false],
])('more bytes than the list promised, from headers %s', async (_how, honest) => {
  const endless = Buffer.alloc(64 * 1024);
  let sent = 0;
  mischief = (_request, response, content) => {
    if (content.length < 1000) return false;
    response.writeHead(200, honest ? { 'content-length': weights.length * 9 } : {});
    const more = () => {
      sent += endless.length;
      if (sent > 50e6) response.end();
      else response.write(endless, (error) => (error ? undefined : more()));
    };
    more();
    return true;
  };
  await expect(get()).rejects.toMatchObject({ code: 'WEIGHT_PULL_SIZE' });
  expect(sent).toBeLessThan(50e6);
});

test.each([
  '../x.safetensors',
  '/etc/model.safetensors',
  'a/../../b.json',
  'C:\\model.safetensors',
  'a\\b.json',
  'a//b',
  './a',
  'a\u0000.json',
  '',
])('the file name %j is refused', async (path) => {
  expect(isInside(path)).toBe(false);
  list = [row('model.safetensors', weights), { ...row('x', weights), path }];
  await expect(get()).rejects.toMatchObject({ code: 'WEIGHT_PULL_PATH' });
  expect(await readdir(dir)).toEqual([]);
});

test.each([
  ['an object', {}],
  ['rows without a size', [{ type: 'file', path: 'model.safetensors' }]],
  ['null rows', [null]],
  ['no weights', [{ type: 'file', path: 'README.md', size: 3 }]],
  ['no files', []],
])('a list of files that is %s is refused', async (_what, rows) => {
  list = rows;
  await expect(get()).rejects.toMatchObject({ code: 'WEIGHT_PULL_LIST' });
});

test('a missing model and a locked one say what to do; a server in trouble is asked again', async () => {
  await expect(pull({ kind: 'hub', repo: 'no/body' }, dir, { endpoint })).rejects.toMatchObject({
    code: 'WEIGHT_PULL_STATUS',
    detail: { got: '404 Not Found' },
  });
  mischief = status(403);
  await expect(get()).rejects.toMatchObject({ code: 'WEIGHT_PULL_STATUS', detail: { fix: expect.stringContaining('HF_TOKEN') } });
  mischief = status(503, 2);
  await get();
  await expectWeights();
});

test('without a network it says which files to put where', async () => {
  const error = await pull(REPO, dir, { endpoint: 'http://127.0.0.1:1', pause: 1 }).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: 'WEIGHT_PULL_NETWORK',
    detail: { fix: expect.stringContaining(`https://huggingface.co/someone/model into ${dir}`) },
  });
});

test('an abort stops at once and keeps the part', async () => {
  const stop = new AbortController();
  const reason = new Error('stop');
  mischief = (_request, response, content) => {
    if (content.length < 1000) return false;
    response.writeHead(200, { etag: '"x"', 'content-length': content.length }).write(content.subarray(0, 5000));
    return true;
  };
  const done = get({
    signal: stop.signal,
    onProgress: ({ file, done }) => file === 'model.safetensors' && done > 1000 && stop.abort(reason),
  });
  await expect(done).rejects.toBe(reason);
  expect((await readdir(dir)).includes('model.safetensors.part')).toBe(true);
});

test('verify names every file that is missing or changed', async () => {
  await get();
  await writeFile(join(dir, 'config.json'), '{}');
  await rm(join(dir, 'model.safetensors'));
  await expect(verifyDirectory(dir)).rejects.toMatchObject({
    code: 'WEIGHT_VERIFY',
    detail: { got: 'config.json has 2 bytes instead of 22; model.safetensors is missing' },
  });
  await writeFile(
    join(dir, 'famenet.json'),
    JSON.stringify({ made: 'x', from: {}, files: [{ file: '../x', bytes: 1, sha256: 'a'.repeat(64) }] }),
  );
  await expect(verifyDirectory(dir)).rejects.toMatchObject({ code: 'WEIGHT_VERIFY', detail: { got: expect.stringContaining('outside') } });
  await writeFile(join(dir, 'famenet.json'), '{"files":[]}');
  await expect(verifyDirectory(dir)).rejects.toMatchObject({ code: 'WEIGHT_RECEIPT' });
});

test('a directory without a receipt is checked by its headers', async () => {
  await mkdir(join(dir, 'plain'));
  await writeFile(join(dir, 'plain', 'model.safetensors'), weights);
  expect(await verifyDirectory(join(dir, 'plain'))).toMatchObject({ tensors: 1, hashed: [], receipt: false });
  await writeFile(join(dir, 'plain', 'model.safetensors'), weights.subarray(0, 5000));
  await expect(verifyDirectory(join(dir, 'plain'))).rejects.toMatchObject({ code: 'WEIGHT_TRUNCATED' });
});

test('weights are chosen once: one file, else shards, else PyTorch', () => {
  const beside = ['config.json', 'tokenizer.model', 'merges.txt', 'README.md', 'flax_model.msgpack', 'onnx/model.onnx'];
  const choose = (...names: string[]) => [...chooseFiles([...beside, ...names])].filter((n) => !beside.includes(n));
  expect([...chooseFiles([...beside, 'model.safetensors'])]).toEqual(['config.json', 'tokenizer.model', 'merges.txt', 'model.safetensors']);
  expect(choose('model.safetensors', 'model-00001-of-00002.safetensors', 'model.fp32.safetensors', 'pytorch_model.bin')).toEqual([
    'model.safetensors',
  ]);
  expect(choose('model-00001-of-00002.safetensors', 'model.safetensors.index.json')).toHaveLength(2);
  expect(choose('pytorch_model-00001-of-00002.bin', 'pytorch_model.bin.index.json')).toHaveLength(2);
});

test('the catalogue has distinct names, plausible sizes, and never half a checksum', () => {
  expect(new Set(MODELS.map((m) => m.name)).size).toBe(MODELS.length);
  for (const m of MODELS) {
    expect(m.bytes).toBeGreaterThan(1e5); // a voice detector is as small as that
    expect(m.licence).not.toBe('');
    if (m.source.kind === 'url') expect(m.source.sha256 ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(findModel('llava-hf/llava-1.5-7b-hf').name).toBe('llava-1.5-7b');
  expect(findModel('some/other').source).toEqual({ kind: 'hub', repo: 'some/other' });
  for (const bad of ['nothing', '../x', 'a/..', 'a/b/c']) expect(() => findModel(bad)).toThrow(/WEIGHT_MODEL_UNKNOWN/);
});
