import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import * as g from './index.ts';

const HERE = /session\.test\.ts:\d+:\d+/;
const engine = new g.Engine();
const folder = mkdtempSync(join(tmpdir(), 'famenet-session-'));
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const x = g.input('x', 'float32', ['B', 3]);
const six = g.float32([2, 3], [1, -2, 3, -4, 5, -6]);
const relu = () => g.compile({ y: g.relu(x) }, { engine });

/** A product after a product: busy for longer than any timer here, on any machine. */
async function slowSession(on?: g.Engine): Promise<g.Session> {
  const wide = g.input('x', 'float32', [1024, 1024]);
  let y = wide;
  for (let i = 0; i < 30; i++) y = g.matMul(y, wide);
  return g.compile({ y: g.sum(y) }, { ...(on ? { engine: on } : {}), threads: 1 });
}
const wide = g.float32([1024, 1024], new Float32Array(1024 * 1024).fill(1 / 1024));

test('an input that is given away is not copied: it is gone afterwards, the others are not', async () => {
  const session = await g.compile({ y: g.add(x, g.input('z', 'float32', ['B', 3])) }, { engine });
  const [given, kept] = [g.float32([1, 3], [1, 2, 3]), g.float32([1, 3], [10, 20, 30])];
  const { y } = await session.run({ x: given, z: kept }, { give: ['x'] });
  await session.dispose();
  expect([...(y!.data as Float32Array)]).toEqual([11, 22, 33]);
  expect([given.data.length, kept.data.length]).toEqual([0, 3]);
});

test('an input that is lent comes back under its name', async () => {
  const session = await g.compile({ y: g.relu(x) }, { engine });
  const lent = g.float32([1, 3], [-1, 2, 3]);
  const { y, x: back } = await session.run({ x: lent }, { lend: ['x'] });
  await session.dispose();
  expect([...(y!.data as Float32Array)]).toEqual([0, 2, 3]);
  expect(lent.data).toHaveLength(0);
  expect([...(back!.data as Float32Array)]).toEqual([-1, 2, 3]);
});

describe('what is refused before it runs', () => {
  test('a provider that does not exist', async () => {
    const e = g.compile({ y: g.relu(x) }, { provider: 'tpu' as never });
    await expect(e).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN', detail: { expected: 'cpu, cuda, webgpu' } });
  });

  test('a provider that this machine lacks', async ({ skip }) => {
    const outcome = await g.compile({ y: g.relu(x) }, { provider: 'cuda' }).catch((e: unknown) => e);
    if (!(outcome instanceof Error)) return skip('CUDA is there');
    expect(outcome).toMatchObject({ code: 'PROVIDER_MISSING', detail: { fix: expect.stringContaining('--provider cpu') } });
  });

  test('a graph that the engine does not accept, at its line', async () => {
    const e = g.compile({ y: g.erf(g.input('z', 'int64', [2, 3])) }, { engine });
    await expect(e).rejects.toMatchObject({ code: 'GRAPH_REFUSED', blame: 'us', detail: { at: expect.stringMatching(HERE) } });
  });

  test('a weight file that is not there, or ends too early', async () => {
    const file = join(folder, 'short.bin');
    writeFileSync(file, new Uint8Array(8));
    for (const [path, at] of [
      [join(folder, 'none.bin'), join(folder, 'none.bin')],
      [file, undefined],
    ] as const) {
      const w = g.weight('w', [3], { file: path, offset: 0, bytes: 12, dtype: 'float32' });
      const e = await g.compile({ y: g.add(x, w) }, { engine }).catch((e: unknown) => e);
      expect(e).toMatchObject({ code: 'WEIGHT_FILE_GONE', detail: { fix: expect.any(String) } });
      expect((e as { detail: { at?: string } }).detail.at).toBe(at);
    }
  });

  test.each([
    ['nothing', {}, { expected: 'float32 [B,3]', got: 'nothing' }],
    ['another type', { x: g.int64([2, 3], [1, 2, 3, 4, 5, 6]) }, { expected: 'float32 [B,3]', got: 'int64 [2,3]' }],
    ['another rank', { x: g.zeros('float32', [3]) }, { got: 'float32 [3]' }],
    ['another size', { x: g.zeros('float32', [2, 4]) }, { got: 'float32 [2,4]' }],
    ['too few numbers', { x: { dtype: 'float32', shape: [2, 3], data: new Float32Array(5) } as const }, { got: '5 numbers for [2,3]' }],
    ['one name with two sizes', { x: six, z: g.zeros('float32', [4]) }, { got: 'float32 [4]', fix: '"B" is 2 elsewhere in this run' }],
  ])('an input that is %s', async (_, feeds, detail) => {
    const z = g.input('z', 'float32', ['B']);
    const session = await g.compile('z' in feeds ? { y: g.add(g.sum(x, { axis: 1 }), z) } : { y: g.relu(x) }, { engine });
    const refused = { code: 'RUN_INPUT', detail: { at: expect.stringMatching(HERE), ...detail } };
    await expect(session.run(feeds)).rejects.toMatchObject(refused);
    await session.dispose();
  });

  test('an input and an output that the graph does not have', async () => {
    const session = await relu();
    await expect(session.run({ x: six, q: six })).rejects.toMatchObject({ code: 'RUN_INPUT', detail: { expected: 'x', got: 'q' } });
    await expect(session.run({ x: six }, { fetch: ['q'] })).rejects.toMatchObject({
      code: 'RUN_OUTPUT',
      detail: { expected: 'y', got: 'q' },
    });
    await session.dispose();
  });
});

describe('what fails while it runs', () => {
  test('an index outside its table is reported at the line of the operator, and the session stays usable', async () => {
    const at = g.input('at', 'int64', [1]);
    const session = await g.compile({ y: g.gather(x, at, 1) }, { engine });
    const failed = { code: 'RUN_FAILED', detail: { at: expect.stringMatching(HERE), got: expect.stringContaining('out of data bounds') } };
    await expect(session.run({ x: six, at: g.int64([1], [9]) })).rejects.toMatchObject(failed);
    expect((await session.run({ x: six, at: g.int64([1], [-1]) })).y!.data).toEqual(new Float32Array([3, -6]));
    await session.dispose();
  });

  test('a held value that is not there', async () => {
    const session = await relu();
    const failed = { code: 'RUN_FAILED', detail: { got: 'nothing is held under "none"' } };
    await expect(session.run({ x: { held: 'none' } })).rejects.toMatchObject(failed);
    await session.dispose();
  });

  test('a session or an engine that was disposed of', async () => {
    const own = new g.Engine();
    const [first, second] = [await g.compile({ y: g.relu(x) }, { engine: own }), await g.compile({ y: g.neg(x) }, { engine: own })];
    await first.dispose();
    await first.dispose();
    await expect(first.run({ x: six })).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    expect((await second.run({ x: six })).y!.data[1]).toBe(2);
    await own.dispose();
    await expect(second.run({ x: six })).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await expect(g.compile({ y: g.relu(x) }, { engine: own })).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await second.dispose();
    expect(own.alive).toBe(false);
  });

  test('an engine whose thread breaks refuses what waits for it', async () => {
    const own = new g.Engine();
    const session = await g.compile({ y: g.relu(x) }, { engine: own });
    (own as unknown as { worker: Worker }).worker.postMessage(null); // nothing that the thread can read
    await expect(session.run({ x: six })).rejects.toMatchObject({ code: 'ENGINE_CRASHED', blame: 'us' });
    await expect(session.run({ x: six })).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    await own.dispose();
  });
});

describe('while it runs', () => {
  test('timers tick, an abort answers at once, and the engine goes on afterwards', async () => {
    const session = await slowSession(engine);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const start = performance.now();
    await session.run({ x: wide });
    const took = performance.now() - start;
    clearInterval(timer);
    expect(took).toBeGreaterThan(100);
    expect(ticks).toBeGreaterThan(took / 10 / 4);

    const stop = new AbortController();
    const run = session.run({ x: wide }, { signal: stop.signal });
    const refused = expect(run).rejects.toMatchObject({ code: 'STOPPED', blame: 'stopped' });
    const asked = performance.now();
    stop.abort();
    await refused;
    expect(performance.now() - asked).toBeLessThan(took / 2);
    await expect(session.run({ x: wide }, { signal: stop.signal })).rejects.toMatchObject({ code: 'STOPPED' });
    const after = await relu();
    expect((await after.run({ x: six })).y!.data).toEqual(new Float32Array([1, 0, 3, 0, 5, 0]));
    await session.dispose();
    await after.dispose();
  });

  test('dispose() refuses what is pending', async () => {
    const session = await slowSession();
    const run = session.run({ x: wide });
    const refused = expect(run).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await Promise.all([session.dispose(), refused]);
  });
});

describe('the end of a process while its engines run', () => {
  // Each of these took the process with it every second time (an uncaught Napi::Error, SIGABRT), hence four engines.
  const program = (end: string) => `
    import { compile, float32, input, matMul } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const sessions = await Promise.all([1, 2, 3, 4].map(async () => {
      const x = input('x', 'float32', [1200, 1200]);
      let y = x;
      for (let i = 0; i < 4; i++) y = matMul(y, x);
      return compile({ y });
    }));
    const runs = sessions.map((s) => s.run({ x: float32([1200, 1200], new Float32Array(1200 * 1200)) }).catch(() => {}));
    await new Promise((resolve) => setTimeout(resolve, 50));
    ${end}
    await Promise.all(runs);`;
  test.each([
    ['process.exit()', 'process.exit(7);', 7],
    ['dispose()', 'await Promise.all(sessions.map((s) => s.dispose()));', 0],
  ])('%s', (_, end, status) => {
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program(end)], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect({ status: child.status, signal: child.signal, stderr: child.stderr }).toEqual({ status, signal: null, stderr: '' });
  });
});

describe('held values', () => {
  const cache = (name: string) => engine.read([name]).then((v) => v[name]!);

  test('are shared by the sessions of one engine and stay there between runs', async () => {
    const doubled = g.input('x', 'float32', [3]);
    const [write, read] = [await g.compile({ y: g.mul(doubled, 2) }, { engine }), await g.compile({ z: g.add(doubled, 1) }, { engine })];
    await engine.hold('h', g.zeros('float32', [3]));
    const nothing = await write.run({ x: g.float32([3], [1, 2, 3]) }, { writes: [{ output: 'y', into: 'h', axis: 0, at: 0 }] });
    expect(nothing).toEqual({});
    expect((await read.run({ x: { held: 'h' } })).z!.data).toEqual(new Float32Array([3, 5, 7]));
    expect((await read.run({ x: { held: 'h' } })).z!.data).toEqual(new Float32Array([3, 5, 7]));
    await Promise.all([write.dispose(), read.dispose()]);
  });

  test.each([
    [0, [0, 0, 0, 0, 1, 2, 3, 4]],
    [1, [0, 0, 1, 2, 0, 0, 3, 4]],
    [2, [0, 1, 0, 2, 0, 3, 0, 4]],
  ])('take an output along axis %i', async (axis, want) => {
    const [into, block] = [[2, 2, 2].map((d) => d), [2, 2, 2].map((d, i) => (i === axis ? 1 : d))];
    const piece = g.input('x', 'float32', block);
    const session = await g.compile({ y: g.identity(piece), also: g.neg(piece) }, { engine });
    await engine.hold('c', g.zeros('float32', into));
    const got = await session.run({ x: g.float32(block, [1, 2, 3, 4]) }, { writes: [{ output: 'y', into: 'c', axis, at: 1 }] });
    expect(Object.keys(got)).toEqual(['also']);
    expect((await cache('c')).data).toEqual(new Float32Array(want));
    const outside = session.run({ x: g.float32(block, [1, 2, 3, 4]) }, { writes: [{ output: 'y', into: 'c', axis, at: 2 }] });
    await expect(outside).rejects.toMatchObject({ code: 'RUN_FAILED', detail: { got: expect.stringContaining('VALUE_BLOCK') } });
    await session.dispose();
  });

  test('grow, are reordered, and go', async () => {
    await engine.hold('c', g.float32([2, 2], [1, 2, 3, 4]));
    await engine.ask({ do: 'grow', names: ['c'], axis: 1, size: 3 });
    expect(await cache('c')).toEqual(g.float32([2, 3], [1, 2, 0, 3, 4, 0]));
    await engine.ask({ do: 'pick', names: ['c'], rows: [1, 1, 0] });
    expect(await cache('c')).toEqual(g.float32([3, 3], [3, 4, 0, 3, 4, 0, 1, 2, 0]));
    await engine.drop(['c']);
    await expect(cache('c')).rejects.toMatchObject({ code: 'ENGINE_REFUSED', detail: { got: 'nothing is held under "c"' } });
  });
});

describe('memory and life', () => {
  const megabytes = (): number => process.memoryUsage().rss / 2 ** 20;
  const heavy = (i: number) => {
    const data = new Float32Array(5_000_000).fill(i); // 20 MB
    return { y: g.mul(g.weight('w', [5_000_000], { data, dtype: 'float32' }), g.input('s', 'float32', [])) };
  };

  test('dispose() gives back what a session held', async () => {
    const cycle = async (i: number, on?: g.Engine) => {
      const session = await g.compile(heavy(i), on ? { engine: on } : {});
      const { y } = await session.run({ s: g.float32([], [2]) });
      expect(y!.data[7]).toBe(2 * i);
      await session.dispose();
    };
    for (let i = 0; i < 4; i++) await cycle(i, engine);
    await cycle(1);
    const before = megabytes();
    for (let i = 0; i < 18; i++) await cycle(i, engine);
    for (let i = 0; i < 2; i++) await cycle(i);
    expect(megabytes() - before).toBeLessThan(200); // 20 cycles hold 400 MB of weights, and as much again in written graphs and results
  });

  test('an idle engine does not keep the process alive', () => {
    const code = `
      const g = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const session = await g.compile({ y: g.relu(g.input('x', 'float32', [1])) });
      console.log((await session.run({ x: g.float32([1], [-1]) })).y.data[0]);`;
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ status: child.status, stdout: child.stdout, stderr: child.stderr }).toEqual({ status: 0, stdout: '0\n', stderr: '' });
  });
});
