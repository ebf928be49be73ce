/** Optimisers over plain arrays, updated in place beside the engine. Arithmetic as PyTorch 2's `torch.optim` (single-tensor form). */

/** A weight that moves: its held value, the output that is its gradient, and its own weight decay. */
export interface Moving {
  readonly name: string;
  readonly gradient: string;
  readonly decay: number;
}

export interface AdamW {
  readonly kind: 'adamw';
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}
export interface Sgd {
  readonly kind: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
}
export type Rule = AdamW | Sgd;

/** Decoupled weight decay, Loshchilov & Hutter 2019. Decay itself is given per weight. */
export const adamW = ({ beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }: Partial<Omit<AdamW, 'kind'>> = {}): AdamW => ({
  kind: 'adamw',
  beta1,
  beta2,
  eps,
});
/** Momentum 0 is plain gradient descent. Decay is added to the gradient, as PyTorch's SGD does. */
export const sgd = ({ momentum = 0, nesterov = false }: Partial<Omit<Sgd, 'kind'>> = {}): Sgd => ({ kind: 'sgd', momentum, nesterov });

/** What a rule remembers of one weight; arrays of the weight's length. */
export const MEMORY = { adamw: ['m', 'v'], sgd: ['m'] } as const satisfies Record<Rule['kind'], readonly string[]>;
export type Memory = Readonly<Record<string, Float32Array>>;

/** √Σ g² over all gradients. */
export function globalNorm(gradients: readonly Float32Array[]): number {
  return Math.sqrt(gradients.reduce((total, g) => total + squares(g), 0));
}

function squares(g: Float32Array): number {
  let [a, b] = [0, 0]; // two chains: the additions do not wait for each other
  const even = g.length - (g.length % 2);
  for (let i = 0; i < even; i += 2) {
    const [x, y] = [g[i] as number, g[i + 1] as number];
    a += x * x;
    b += y * y;
  }
  return a + b + (even < g.length ? (g[even] as number) ** 2 : 0);
}

/** Factor of `clip_grad_norm_`: 1 where the norm is small enough. */
export const clipFactor = (norm: number, limit: number): number => Math.min(1, limit / (norm + 1e-6));

/** One step of one weight, in place. `t` counts from 1; `factor` scales the gradient first. */
export function update(
  rule: Rule,
  p: Float32Array,
  g: Float32Array,
  memory: Memory,
  o: { t: number; rate: number; decay: number; factor: number },
): void {
  if (rule.kind === 'adamw') updateAdamW(rule, p, g, memory, o);
  else updateSgd(rule, p, g, memory, o);
}

function updateAdamW(
  rule: AdamW,
  p: Float32Array,
  g: Float32Array,
  memory: Memory,
  o: { t: number; rate: number; decay: number; factor: number },
): void {
  const { beta1, beta2, eps } = rule;
  const [m, v] = [memory.m as Float32Array, memory.v as Float32Array];
  const f = Math.fround; // single precision keeps V8 in single-precision instructions
  const [b1, c1, b2, c2] = [f(beta1), f(1 - beta1), f(beta2), f(1 - beta2)];
  const keep = f(1 - o.rate * o.decay);
  const size = f(o.rate / (1 - beta1 ** o.t)); //          step size with the first bias undone
  const root = f(1 / Math.sqrt(1 - beta2 ** o.t)); //      the second bias
  const [e, factor] = [f(eps), f(o.factor)];
  for (let i = 0; i < p.length; i++) {
    const gi = f((g[i] as number) * factor);
    const mi = f(f(b1 * (m[i] as number)) + f(c1 * gi));
    const vi = f(f(b2 * (v[i] as number)) + f(f(c2 * gi) * gi));
    m[i] = mi;
    v[i] = vi;
    p[i] = f(f((p[i] as number) * keep) - f(f(size * mi) / f(f(f(Math.sqrt(vi)) * root) + e)));
  }
}

function updateSgd(
  rule: Sgd,
  p: Float32Array,
  g: Float32Array,
  memory: Memory,
  o: { t: number; rate: number; decay: number; factor: number },
): void {
  const m = memory.m as Float32Array;
  for (let i = 0; i < p.length; i++) {
    const gi = (g[i] as number) * o.factor + o.decay * (p[i] as number);
    if (rule.momentum === 0) {
      p[i] = (p[i] as number) - o.rate * gi;
      continue;
    }
    const mi = o.t === 1 ? gi : rule.momentum * (m[i] as number) + gi;
    m[i] = mi;
    p[i] = (p[i] as number) - o.rate * (rule.nesterov ? gi + rule.momentum * mi : mi);
  }
}
