import { random } from '../src/base/random.ts';
import { adamW, compile, gradients, int64, trainer } from '../src/graph/index.ts';
import { peerConfig, startWeights, trainingLoss } from './networks.ts';

const c = peerConfig('17m');
const [B, T] = [8, 192];
const w = startWeights();
const t0 = performance.now();
const { loss } = trainingLoss(w, c, B, T);
const ws = [...w.asked.values()];
console.log(
  'params',
  ws.reduce((n, t) => n + t.shape.reduce((a: number, d) => a * (d as number), 1), 0),
  'build',
  performance.now() - t0,
);
const t = await trainer(loss, ws, {
  rule: adamW({ beta2: 0.95 }),
  decay: 0.1,
  clip: 1,
  ...(process.argv[2] ? { profile: process.argv[2] } : {}),
});
console.log('compiled', performance.now() - t0);
const r = random(1);
const ids = int64(
  [B, T],
  BigInt64Array.from({ length: B * T }, () => BigInt(3 + r.below(8000))),
);
const times: number[] = [];
for (let i = 0; i < 12; i++) {
  const s = performance.now();
  const x = await t.step({ ids, labels: ids }, 1e-3);
  times.push(performance.now() - s);
  if (i % 4 == 0) console.log(x);
}
console.log('step ms', times.map((x) => Math.round(x)).join(' '), 'min', Math.min(...times));
const f = await compile({ loss }, { moving: ws, engine: t.engine });
const feeds = { ids, labels: ids, ...Object.fromEntries(ws.map((x) => [x.node.name, { held: x.node.name }])) } as never;
for (let i = 0; i < 4; i++) {
  const s = performance.now();
  await f.run(feeds);
  times[i] = performance.now() - s;
}
console.log(
  'forward ms',
  times
    .slice(0, 4)
    .map((x) => Math.round(x))
    .join(' '),
);
if (process.argv[2]) await t.engine.ask({ do: 'unload', session: t.session.id });
await t.dispose();
