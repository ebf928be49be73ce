import * as G from '../src/graph/index.ts';
const cases: [string, number, number, number][] = [['q', 1536, 320, 320], ['up', 1536, 320, 1088], ['down', 1536, 1088, 320], ['head', 1536, 320, 8192]];
const engine = new G.Engine();
for (const [name, M, K, N] of cases) {
  const x = G.input('x', 'float32', [M, K]), w = G.input('w', 'float32', [N, K]), g = G.input('g', 'float32', [M, N]);
  const tiny = (t: G.Tensor) => G.slice(G.slice(t, { axis: 0, end: 1 }), { axis: 1, end: 1 });
  const graphs = { dw: G.gemm(g, x, undefined, { transA: true }), dwA: G.gemm(G.transpose(g, [1, 0]), x), dwB: G.transpose(G.gemm(G.transpose(x, [1, 0]), g), [1, 0]), nt: G.gemm(x, w, undefined, { transB: true }) };
  const val = (s: number[]) => G.float32(s, Float32Array.from({ length: s[0]! * s[1]! }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5));
  const feeds = { x: val([M, K]), w: val([N, K]), g: val([M, N]) } as Record<string, G.Value>;
  for (const k of Object.keys(feeds)) await engine.hold(k + name, feeds[k]!);
  const ss = await Promise.all(Object.entries(graphs).map(async ([k, y]) => ({ k, s: await G.compile({ y: tiny(y) }, { engine }), best: Infinity })));
  for (let r = 0; r < 60; r++) for (const c of ss) {
    const f = Object.fromEntries(c.s.model.inputs.map((t) => [t.node.name!, { held: t.node.name! + name }]));
    const t0 = performance.now(); await c.s.run(f); c.best = Math.min(c.best, performance.now() - t0);
  }
  console.log(name, ...ss.map((c) => `${c.k} ${(2 * M * N * K / 1e6 / c.best).toFixed(0)} (${c.best.toFixed(1)}ms)`));
}
await engine.dispose();
