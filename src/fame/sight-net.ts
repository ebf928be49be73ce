/**
 * An image tower that answers questions about one picture. The heads read what FAME-Net reads: the mean over the patches of one hidden layer, a row of R_t
 * (net.ts); so what a linear head can tell, a linear g can hand on. Beside each head a second one listens to the patches themselves, the rows of R_s: one patch of 64 says
 * little in a mean. B pictures, N patches, D width of the tower, A answers.
 */
import { random } from '../base/random.ts';
import { add, crossEntropy, div, input, linear, logSoftmax, mean, mul, sub, type Tensor } from '../graph/index.ts';
import { type ClipConfig, clipPatches } from '../models/index.ts';
import { freshWeights, type Weights } from '../weights/index.ts';
import type { TowerConfig } from './net.ts';
import { answersTo, type Questions } from './sight-lessons.ts';

/** What is trained: scores of each question's answers, [B, answers], and the mean of their cross-entropies. */
export interface SightNet {
  readonly loss: Tensor;
  readonly scores: Readonly<Record<string, Tensor>>;
}

/** Where the heads are among the weights. They are needed while the tower learns, and left out when it is saved. */
export const HEADS = 'sight_heads.';

/** The tower under heads: V [B,3,S,S] and one list of answers for each question. A question counts as often as `weights` says, once where it is not named. */
export function sightNet(
  w: Weights,
  c: TowerConfig,
  questions: Questions,
  B: number,
  weights: Readonly<Record<string, number>> = {},
): SightNet {
  const X = clipPatches(w, c, input('V', 'float32', [B, 3, c.image, c.image]), c.take); //          [B,N,D]
  const Rt = mean(X, { axis: 1 }); //                                                               [B,D]
  const scores: Record<string, Tensor> = {};
  const losses = Object.entries(questions).flatMap(([question, answers]) => {
    const right = input(answersTo(question), 'int64', [B]);
    const told = head(w.at(`${HEADS}${question}`), c.width, answers.length, Rt); //                 [B,A]
    const found = loudest(head(w.at(`${HEADS}${question}.patch`), c.width, answers.length, X)); //  [B,A]
    scores[question] = told;
    const weight = weights[question] ?? 1;
    return [mul(crossEntropy(told, right), weight), mul(crossEntropy(found, right), weight)];
  });
  return {
    loss: div(
      losses.reduce((a, b) => add(a, b)),
      losses.length,
    ),
    scores,
  };
}

const head = (w: Weights, D: number, answers: number, x: Tensor): Tensor =>
  linear(x, w.get('weight', [answers, D]), w.get('bias', [answers]));

/** Patches that shout are heard: log Σ exp over the patches, [B,N,A] → [B,A]. */
function loudest(x: Tensor): Tensor {
  return mean(sub(x, logSoftmax(x, 1)), { axis: 1 }); // x − logSoftmax x is that sum at every patch
}

/** Deviations of CLIP's matrices before training, for a width and a depth (OpenAI's `initialize_parameters`); what is not named begins with 0.02. */
const DEVIATIONS: readonly (readonly [RegExp, (D: number, layers: number) => number])[] = [
  [/[qkv]_proj\.weight$/, (D) => D ** -0.5],
  [/fc1\.weight$/, (D) => (2 * D) ** -0.5],
  [/(out_proj|fc2)\.weight$/, (D, layers) => (2 * D * layers) ** -0.5],
];

/** A tower before it has seen anything: norms are 1 and 0, biases 0, matrices by chance; patches and places begin in order rather than by chance, see below. */
export function startTower({ layers, image, patch, width }: ClipConfig, seed: number): Weights {
  const chance = random(seed);
  return freshWeights((name, shape) => {
    const size = shape.reduce((n, d) => n * d, 1);
    if (name.endsWith('patch_embedding.weight')) return waves(width, patch);
    if (name.endsWith('position_embedding.weight')) return places(Math.floor(image / patch), width);
    if (name.endsWith('.bias')) return new Float32Array(size);
    if (/norm\d?\.weight$/.test(name)) return new Float32Array(size).fill(1);
    const deviation = DEVIATIONS.find(([names]) => names.test(name))?.[1](width, layers) ?? 0.02;
    return Float32Array.from({ length: size }, () => deviation * chance.normal());
  });
}

/** Brightness, then two differences of colours: three directions at right angles, of length 1. */
const COLOURS = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.sqrt(2), 0, -1 / Math.sqrt(2)],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
] as const;
/** Eyes see colours more coarsely than brightness. */
const COARSER = 2;

/**
 * What a patch [3,P,P] begins as: its cosine transform (DCT-II, as JPEG's), the D slowest waves of brightness and colours, each raised as much as pictures
 * have less of it (their spectrum falls with the frequency). By chance, nearly all that a patch says would be how bright it is. [D,3,P,P]
 */
function waves(D: number, P: number): Float32Array {
  const all = COLOURS.flatMap((colour, k) =>
    Array.from({ length: P * P }, (_, i) => ({
      colour,
      down: Math.floor(i / P),
      right: i % P,
      order: Math.hypot(Math.floor(i / P), i % P) * (k ? COARSER : 1),
    })),
  );
  const slowest = all.toSorted((a, b) => a.order - b.order);
  const out = new Float32Array(D * 3 * P * P);
  const wave = (f: number, x: number) => Math.sqrt((f ? 2 : 1) / P) * Math.cos((Math.PI * f * (x + 0.5)) / P);
  let at = 0;
  for (let d = 0; d < D; d++) {
    const { colour, down, right, order } = slowest[d % slowest.length]!;
    const gain = (1 + order) / P;
    for (const part of colour)
      for (let y = 0; y < P; y++) for (let x = 0; x < P; x++) out[at++] = gain * part * wave(down, y) * wave(right, x);
  }
  return out;
}

/** Where a patch is, as sines and cosines of its row and its column (Beyer et al. 2022, "Better plain ViT baselines", §3); zeros for the class token. [1+side²,D] */
function places(side: number, D: number): Float32Array {
  const out = new Float32Array((1 + side * side) * D);
  const quarter = Math.max(1, Math.floor(D / 4));
  for (let n = 0; n < side * side; n++)
    for (let d = 0; d < 4 * quarter && d < D; d++) {
      const angle = (d % 2 ? Math.floor(n / side) : n % side) / (4 * side) ** (Math.floor(d / 4) / Math.max(1, quarter - 1));
      out[(n + 1) * D + d] = d % 4 < 2 ? Math.sin(angle) : Math.cos(angle);
    }
  return out;
}
