/** What this machine can do at most, measured through the same engine: the yardsticks of the other benchmarks. */
import { compile, type Engine, float32, gemm, input, reduceMax, slice, sum, type Tensor, zeros } from '../src/graph/index.ts';
import { timed } from './report.ts';

const corner = (t: Tensor): Tensor => slice(slice(t, { axis: 0, end: 1 }), { axis: 1, end: 1 });

/** Best fp32 matrix product rate over square sizes, in GFLOPS. Operands stay in the engine, results do not leave it. */
export async function matmulRate(engine: Engine, threads: number, seconds = 1.5): Promise<number> {
  let best = 0;
  for (const n of [1024, 2048]) {
    const [a, b] = [input('a', 'float32', [n, n]), input('b', 'float32', [n, n])];
    const session = await compile({ y: corner(gemm(a, b)) }, { engine, threads });
    for (const name of ['a', 'b'])
      await engine.hold(
        `rate.${name}`,
        float32(
          [n, n],
          Float32Array.from({ length: n * n }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5),
        ),
      );
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      const s = await timed(() => session.run({ a: { held: 'rate.a' }, b: { held: 'rate.b' } }));
      best = Math.max(best, (2 * n ** 3) / s / 1e9);
    }
    await session.dispose();
    await engine.drop(['rate.a', 'rate.b']);
  }
  return best;
}

/** Best reading rate of main memory, in GB/s: sum and largest of 1 GB of numbers, by all threads. */
export async function memoryRate(engine: Engine, threads: number, seconds = 3): Promise<number> {
  const shape = [threads * 4, 2 ** 28 / (threads * 4)];
  const x = input('x', 'float32', shape);
  const sessions = [sum, reduceMax].map((reduce) => compile({ y: reduce(x, { axis: 1 }) }, { engine, threads }));
  await engine.hold('rate.x', zeros('float32', shape));
  let best = 0;
  for (const session of await Promise.all(sessions)) {
    const until = performance.now() + (seconds * 1000) / sessions.length;
    while (performance.now() < until) best = Math.max(best, 2 ** 30 / (await timed(() => session.run({ x: { held: 'rate.x' } }))) / 1e9);
    await session.dispose();
  }
  await engine.drop(['rate.x']);
  return best;
}
