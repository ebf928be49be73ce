/** What the main thread and the engine's thread say to each other. Plain data: it crosses by structured clone. */
import type { Moving, Rule } from './optimizer.ts';
import type { Value } from './value.ts';

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface EngineOptions {
  /** Where the graph runs. */
  readonly provider?: Provider;
  /** Threads inside one operator; the engine's own choice (physical cores) where absent. */
  readonly threads?: number;
  /** Busy-wait between operators: faster alone, slower when several sessions are alive. Default true. */
  readonly spin?: boolean;
  /** Graph optimisation; 'none' shows a graph as it was written. */
  readonly optimise?: 'all' | 'basic' | 'none';
  /** Write the engine's profile (Chrome trace JSON) under this path prefix when the session ends. */
  readonly profile?: string;
}

/** Refers to a value that stays in the engine's thread between runs (caches, moving weights). */
export interface Held {
  readonly held: string;
}

/** After a run, copy an output into a held value along one axis. */
export interface Write {
  readonly output: string;
  readonly into: string;
  readonly axis: number;
  readonly at: number;
}

export type Request =
  | { readonly do: 'load'; readonly session: number; readonly model: Uint8Array; readonly options: EngineOptions }
  | {
      readonly do: 'run';
      readonly session: number;
      readonly feeds: Record<string, Value | Held>;
      readonly fetch: readonly string[];
      readonly writes?: readonly Write[];
      /** Inputs that go back with the outputs. */
      readonly lent?: readonly string[];
    }
  | { readonly do: 'hold'; readonly name: string; readonly value: Value }
  | { readonly do: 'grow'; readonly names: readonly string[]; readonly axis: number; readonly size: number }
  | { readonly do: 'pick'; readonly names: readonly string[]; readonly rows: readonly number[] }
  | { readonly do: 'read'; readonly names: readonly string[] }
  | { readonly do: 'drop'; readonly names: readonly string[] }
  /** Prepares a session for training: its moving weights are held under their names, the optimiser's memory as `name:m`, `name:v`. */
  | {
      readonly do: 'train';
      readonly session: number;
      readonly rule: Rule;
      readonly moving: readonly Moving[];
      readonly start: Record<string, Value>;
    }
  | {
      readonly do: 'step';
      readonly session: number;
      readonly batches: readonly Record<string, Value | Held>[];
      readonly loss: string;
      /** Steps taken before this one. */
      readonly taken: number;
      /** Learning rate of this step. */
      readonly rate: number;
      /** Largest global gradient norm; none where absent. */
      readonly clip?: number;
    }
  | { readonly do: 'unload'; readonly session: number };

export interface StepResult {
  /** Mean loss over the micro-batches. */
  readonly loss: number;
  /** Global gradient norm before clipping. */
  readonly norm: number;
  /** False where the loss or the norm was not finite: then nothing has moved. */
  readonly moved: boolean;
}

export type Answer = { readonly id: number; readonly values?: Record<string, Value>; readonly step?: StepResult; readonly error?: string };

/**
 * What both threads see at once, as 32-bit numbers in shared memory: the thread shall `stop` (it looks before each request), and it is `busy`, perhaps inside of
 * the native runtime. A thread that is torn down in there takes the whole process with it (an uncaught Napi::Error), so nobody ends one that is busy.
 */
export const FLAGS = ['stop', 'busy'] as const;
