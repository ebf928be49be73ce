/** A small training run that saves every fifth step. Batches depend on their number alone, so a resumed run sees the same ones. Also a program, to be killed. */
import { random } from '../../src/base/random.ts';
import { adamW, type Batch, crossEntropy, float32, input, int64, linear, relu, type Trainer, trainer } from '../../src/graph/index.ts';
import { freshWeights, saveState } from '../../src/weights/index.ts';

export const SAVE_EVERY = 5;

/** A network of two layers under AdamW. */
export async function trainee(width = 16): Promise<Trainer> {
  const chance = random(1);
  const w = freshWeights((_, shape) => Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => 0.3 * chance.normal()));
  const hidden = relu(linear(input('x', 'float32', [8, 6]), w.get('a.weight', [width, 6]), w.get('a.bias', [width])));
  const logits = linear(hidden, w.get('b.weight', [3, width]));
  const loss = crossEntropy(logits, input('y', 'int64', [8]));
  return trainer(loss, [...w.asked.values()], { rule: adamW(), decay: 0.01, clip: 1 });
}

/** Batch number `i`. */
export function batchAt(i: number): Batch {
  const chance = random(1000 + i);
  return {
    x: float32([8, 6], Float32Array.from({ length: 48 }, chance.normal)),
    y: int64(
      [8],
      Array.from({ length: 8 }, () => chance.below(3)),
    ),
  };
}

/** Trains up to step `steps`, saving to `file` on the way; `told` hears of every step. */
export async function train(t: Trainer, steps: number, file?: string, told: (taken: number) => void = () => {}): Promise<void> {
  while (t.taken < steps) {
    await t.step(batchAt(t.taken), 1e-2);
    if (file && t.taken % SAVE_EVERY === 0) await saveState(file, t);
    told(t.taken);
  }
}

const file = process.argv[2];
if (process.argv[1]?.endsWith('trainee.ts') && file) {
  await train(await trainee(), 1_000_000, file, (taken) => process.stdout.write(`${taken}\n`));
}
