/** CLIP ViT-L/14@336 with random weights up to the last layer but one, as LLaVA uses it: frames per second against PyTorch. */
import { random } from '../src/base/random.ts';
import { compile, float32, input } from '../src/graph/index.ts';
import { CLIP_L14_336, clipPatches } from '../src/models/index.ts';
import { startWeights } from './networks.ts';
import { peer, python, ratio } from './peer.ts';
import { type Bench, round, timed } from './report.ts';

export default {
  about: 'CLIP ViT-L/14@336 frames per second',
  async run({ threads, quick, peers, note }) {
    const c = quick ? { ...CLIP_L14_336, layers: 4 } : CLIP_L14_336;
    note('making 300 M random weights');
    const pixels = input('pixels', 'float32', ['B', 3, c.image, c.image]);
    const session = await compile({ patches: clipPatches(startWeights(), c, pixels) }, { threads });
    const r = random(2);
    const frames = (B: number) =>
      float32(
        [B, 3, c.image, c.image],
        Float32Array.from({ length: B * 3 * c.image ** 2 }, () => r.normal()),
      );
    const [one, four] = [frames(1), frames(4)]; // PyTorch's batches too; the better one counts on both sides
    let best = Number.POSITIVE_INFINITY;
    let torch: number | string = 'n/a (--no-peers)';
    let versions: Readonly<Record<string, string>> = {};
    for (let round_ = 0; round_ < (quick ? 1 : 3); round_++) {
      note(`round ${round_ + 1}: famenet`);
      for (let i = 0; i < 4; i++) best = Math.min(best, await timed(() => session.run({ pixels: one })));
      for (let i = 0; i < 2; i++) best = Math.min(best, (await timed(() => session.run({ pixels: four }))) / 4);
      if (!peers || quick) continue;
      note(`round ${round_ + 1}: PyTorch`);
      const report = await peer(python(), ['clip.py', '--threads', `${threads}`, '--runs', '3']);
      if (typeof report === 'string') torch = report;
      else {
        const rates = Object.values(report.figures as Record<string, { framesPerSecond?: number }>).map((x) => x.framesPerSecond ?? 0);
        torch = Math.max(typeof torch === 'number' ? torch : 0, ...rates);
        versions = report.versions;
      }
    }
    await session.dispose();
    const rate = round(1 / best);
    return {
      figures: { threads, layers: c.layers - 1, framesPerSecond: rate, torchFramesPerSecond: torch },
      ratios: { speedToPyTorch: ratio(rate, torch) },
      versions,
    };
  },
} satisfies Bench;
