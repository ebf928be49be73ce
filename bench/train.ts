/** One training step of a 17 M decoder: forward, all gradients, clipping, AdamW; against this machine's product rate and against PyTorch. */
import { random } from '../src/base/random.ts';
import { adamW, Engine, int64, sizeOf, trainer } from '../src/graph/index.ts';
import { peerConfig, startWeights, trainingLoss } from './networks.ts';
import { peer, python, ratio } from './peer.ts';
import { matmulRate } from './rates.ts';
import { type Bench, median, round, timed } from './report.ts';

const [B, T] = [8, 192];

export default {
  about: 'training step of a 17 M decoder',
  async run({ threads, quick, peers, note }) {
    const c = peerConfig('17m');
    const w = startWeights();
    const { loss } = trainingLoss(w, c, B, T);
    const weights = [...w.asked.values()];
    const engine = new Engine();
    const t = await trainer(loss, weights, { rule: adamW({ beta2: 0.95 }), decay: 0.1, clip: 1, engine, threads });
    const r = random(1);
    const ids = int64(
      [B, T],
      BigInt64Array.from({ length: B * T }, () => BigInt(3 + r.below(c.vocabulary - 3))),
    );
    const times: number[] = [];
    const torch: number[] = [];
    let rate = 0;
    let torchVersions: Readonly<Record<string, string>> = {};
    let missing = 'n/a (--no-peers)';
    for (let round_ = 0; round_ < (quick ? 1 : 3); round_++) {
      note(`round ${round_ + 1}: famenet`);
      for (let i = 0; i < (quick ? 4 : 12); i++) times.push(await timed(() => t.step({ ids, labels: ids }, 1e-3)));
      rate = Math.max(rate, await matmulRate(engine, threads));
      if (!peers) continue;
      note(`round ${round_ + 1}: PyTorch`);
      const report = await peer(python(), [
        'train.py',
        '--config',
        '17m',
        '--batch',
        `${B}`,
        '--tokens',
        `${T}`,
        '--threads',
        `${threads}`,
        '--steps',
        quick ? '3' : '8',
      ]);
      if (typeof report === 'string') missing = report;
      else {
        torch.push(report.figures.seconds.step.min);
        torchVersions = report.versions;
      }
    }
    await t.dispose();
    await engine.dispose();
    // 6 FLOPs per weight in products and token, and attention's two products forwards, four backwards; the embedding is looked up, not multiplied.
    const inProducts = weights.reduce((n, x) => n + (x.shape.length > 1 ? sizeOf(x) : 0), 0) - c.vocabulary * c.width;
    const flops = 6 * inProducts * B * T + c.layers * 12 * B * T * T * c.heads * c.headWidth;
    const best = Math.min(...times.slice(2));
    const torchBest = torch.length > 0 ? Math.min(...torch) : missing;
    return {
      figures: {
        parameters: weights.reduce((n, x) => n + sizeOf(x), 0),
        batch: B,
        tokens: T,
        threads,
        stepSecondsBest: round(best),
        stepSecondsMedian: round(median(times.slice(2))),
        tokensPerSecond: round((B * T) / best, 0),
        stepGflops: round(flops / best / 1e9, 1),
        matmulGflops: round(rate, 1),
        torchStepSecondsBest: torchBest,
      },
      ratios: { stepToMatmulRate: round(flops / best / 1e9 / rate), speedToPyTorch: ratio(torchBest, round(best, 5)) },
      versions: torchVersions,
    };
  },
} satisfies Bench;
