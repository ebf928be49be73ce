/** Optimisers, beside the engine, in place. Arithmetic as PyTorch 2's `torch.optim` (single-tensor form). */
import { ARENA_LIMIT, type Arena, arenaBytes, createArena } from './simd.ts';

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

/** Factor of `clip_grad_norm_`: 1 where the norm is small enough. */
export const clipFactor = (norm: number, limit: number): number => Math.min(1, limit / (norm + 1e-6));

/** What changes from step to step. */
export interface StepOptions {
  /** Counts from 1. */
  readonly t: number;
  readonly rate: number;
  /** Scales the gradients first: clipping and averaging. */
  readonly factor: number;
}

/** The arrays of one moving weight. */
interface Place extends Moving {
  readonly arena: Arena;
  readonly p: Float32Array;
  readonly g: Float32Array;
  readonly memory: Readonly<Record<string, Float32Array>>;
}

/** Weights, gradients and memory of one training, in arenas of their own: nothing is allocated while it runs. */
export class Optimizer {
  readonly places: readonly Place[];
  private readonly rule: Rule;

  /** `start` gives each weight's first values. */
  constructor(rule: Rule, moving: readonly Moving[], start: (name: string) => Float32Array) {
    this.rule = rule;
    const arrays = 2 + MEMORY[rule.kind].length;
    this.places = packs(
      moving.map((m) => ({ ...m, values: start(m.name) })),
      arrays,
    ).flatMap((pack) => {
      const arena = createArena(pack.reduce((n, m) => n + arrays * arenaBytes(m.values.length), 0));
      return pack.map(({ values, ...m }) => {
        const [p, g] = [arena.alloc(values.length), arena.alloc(values.length)];
        p.set(values);
        return { ...m, arena, p, g, memory: Object.fromEntries(MEMORY[rule.kind].map((key) => [key, arena.alloc(values.length)])) };
      });
    });
  }

  /** √Σ g² over all gradients. */
  norm(): number {
    return Math.sqrt(this.places.reduce((total, { arena, g }) => total + arena.squares(g), 0));
  }

  /** Moves every weight by its gradient, in place. */
  step(o: StepOptions): void {
    for (const place of this.places) {
      if (this.rule.kind === 'adamw') adamwStep(this.rule, place, o);
      else sgdStep(this.rule, place, o);
    }
  }
}

/** Groups that fit into one arena each. */
function packs<T extends { readonly values: Float32Array }>(items: readonly T[], arrays: number): T[][] {
  const out: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = arrays * arenaBytes(item.values.length);
    if (bytes > room) {
      out.push([]);
      room = ARENA_LIMIT;
    }
    room -= bytes;
    out.at(-1)?.push(item);
  }
  return out;
}

function adamwStep({ beta1, beta2, eps }: AdamW, { arena, p, g, memory, decay }: Place, { t, rate, factor }: StepOptions): void {
  const size = rate / (1 - beta1 ** t); //        step size with the first bias undone
  const root = 1 / Math.sqrt(1 - beta2 ** t); //  the second bias
  arena.adamw(p, g, memory.m as Float32Array, memory.v as Float32Array, { keep: 1 - rate * decay, size, root, eps, beta1, beta2, factor });
}

function sgdStep({ momentum, nesterov }: Sgd, { p, g, memory, decay }: Place, { t, rate, factor }: StepOptions): void {
  const m = memory.m as Float32Array;
  for (let i = 0; i < p.length; i++) {
    const gi = (g[i] as number) * factor + decay * (p[i] as number);
    const mi = t === 1 ? gi : momentum * (m[i] as number) + gi;
    m[i] = mi;
    p[i] = (p[i] as number) - rate * (momentum === 0 ? gi : nesterov ? gi + momentum * mi : mi);
  }
}
