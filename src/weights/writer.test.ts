import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSafetensors, readBytes } from './safetensors.ts';
import { type TensorData, writeSafetensors } from './writer.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'famenet-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const bytes = (n: number, seed = 1) => Uint8Array.from({ length: n }, (_, i) => (i * 31 + seed) & 255);

test('what is written is read back; data start at 64, tensors at their alignment', async () => {
  const path = join(dir, 'out.safetensors');
  const tensors: TensorData[] = [
    { name: 'odd', dtype: 'I8', shape: [3], data: bytes(3) },
    { name: 'short', dtype: 'F16', shape: [5], data: bytes(10) },
    { name: 'wide', dtype: 'F64', shape: [1], data: bytes(8) },
    { name: 'big', dtype: 'F32', shape: [4, 16], data: bytes(256) },
    { name: 'emoji 😀 "\\', dtype: 'F32', shape: [], data: bytes(4) },
    { name: 'none', dtype: 'F32', shape: [0, 7], data: bytes(0) },
    {
      name: 'streamed',
      dtype: 'BF16',
      shape: [64],
      data: async function* () {
        yield bytes(100);
        yield bytes(28, 5);
      },
    },
  ];
  await writeSafetensors(path, tensors, { made: 'by a test' });
  const c = await openSafetensors(path);
  expect(c.metadata).toEqual({ made: 'by a test' });
  expect(c.entries.size).toBe(tensors.length);
  for (const t of tensors) {
    const e = c.entries.get(t.name)!;
    expect(e).toMatchObject({ dtype: t.dtype, shape: t.shape });
    if (t.data instanceof Uint8Array) expect(await readBytes(e)).toEqual(t.data);
  }
  expect(await readBytes(c.entries.get('streamed')!)).toEqual(Uint8Array.of(...bytes(100), ...bytes(28, 5)));
  expect(['big', 'streamed'].map((n) => c.entries.get(n)!.offset % 64)).toEqual([0, 0]);
  expect(['wide', 'short', 'emoji 😀 "\\'].map((n, i) => c.entries.get(n)!.offset % [8, 2, 4][i]!)).toEqual([0, 0, 0]);
  expect(await readdir(dir)).toEqual(['out.safetensors']);
});

const WRONG: { name: string; code: string; tensors: TensorData[] }[] = [
  { name: 'too few bytes', code: 'WEIGHT_WRITE_BYTES', tensors: [{ name: 'a', dtype: 'F32', shape: [2], data: bytes(7) }] },
  {
    name: 'too many bytes',
    code: 'WEIGHT_WRITE_BYTES',
    tensors: [{ name: 'a', dtype: 'F32', shape: [2], data: () => [bytes(8), bytes(1)] }],
  },
  {
    name: 'a name twice',
    code: 'WEIGHT_DUPLICATE',
    tensors: ['a', 'a'].map((name) => ({ name, dtype: 'I8', shape: [1], data: bytes(1) })),
  },
  { name: 'the reserved name', code: 'WEIGHT_DUPLICATE', tensors: [{ name: '__metadata__', dtype: 'I8', shape: [1], data: bytes(1) }] },
];

test.each(WRONG)('$name: refused, and the old file stays', async ({ code, tensors }) => {
  const path = join(dir, 'old.safetensors');
  await writeFile(path, 'old');
  await expect(writeSafetensors(path, tensors)).rejects.toMatchObject({ name: 'WeightError', code });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect((await readdir(dir)).filter((n) => n.endsWith('.tmp'))).toEqual([]);
});

test('an error of the producer passes through unchanged and leaves nothing', async () => {
  const data = () => {
    throw new RangeError('producer');
  };
  await expect(writeSafetensors(join(dir, 'never'), [{ name: 'a', dtype: 'I8', shape: [1], data }])).rejects.toThrow(
    new RangeError('producer'),
  );
  expect((await readdir(dir)).filter((n) => n.includes('never'))).toEqual([]);
});

test('a directory that does not exist is our error, not the system call', async () => {
  await expect(writeSafetensors(join(dir, 'no', 'where'), [])).rejects.toMatchObject({ code: 'WEIGHT_WRITE', detail: { got: 'ENOENT' } });
});

/** A process that writes a 64 MB tensor over `path` in pieces, and says when the first is on its way. */
function writing(path: string, shell: (node: string) => string, pause: boolean) {
  const writer = new URL('./writer.ts', import.meta.url).href;
  const code = `
    import { writeSafetensors } from ${JSON.stringify(writer)};
    const piece = new Uint8Array(1 << 20);
    async function* data() {
      for (let i = 0; i < 64; i++) {
        yield piece;
        if (i === 8) { process.stdout.write('half way\\n'); ${pause ? 'await new Promise((go) => setTimeout(go, 60000));' : ''} }
      }
    }
    await writeSafetensors(${JSON.stringify(path)}, [{ name: 'a', dtype: 'U8', shape: [64 << 20], data }]).catch((e) => { process.stdout.write(e.code + ' ' + e.detail.got); process.exit(2); });`;
  const node = `exec '${process.execPath}' --import tsx --input-type=module -e "$CODE"`;
  return spawn('sh', ['-c', shell(node)], {
    env: { ...process.env, CODE: code },
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test.skipIf(process.platform === 'win32')('a process killed in the middle of a write leaves the old file and only a .tmp', async () => {
  const path = join(dir, 'killed.safetensors');
  await writeFile(path, 'old');
  const child = writing(path, (node) => node, true);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect((await readdir(dir)).filter((n) => n.startsWith('killed'))).toEqual([
    'killed.safetensors',
    expect.stringMatching(/^killed\.safetensors\..*\.tmp$/),
  ]);
});

test.skipIf(process.platform === 'win32')('a disk that refuses more bytes leaves the old file and no .tmp', async () => {
  const path = join(dir, 'full.safetensors');
  await writeFile(path, 'old');
  // A limit on the size of one file stands for a full disk: both fail the write call in the middle.
  const child = writing(path, (node) => `ulimit -f 20000; ${node}`, false);
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  await once(child, 'close');
  expect(out).toBe('half way\nWEIGHT_WRITE EFBIG');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect((await readdir(dir)).filter((n) => n.startsWith('full'))).toEqual(['full.safetensors']);
});
