/**
 * Which rows of a prompt an answer leans on: gradient × input (Shrikumar et al. 2016, "Not Just a Black Box"; for words Denil et al. 2014). A row counts with
 * |∂loss/∂x · x|: how much the answer's mean −log p would change at first order if the row went to zero. It says what moves the model, not what is so.
 */
import { ModelError } from '../base/errors.ts';
import {
  compile,
  crossEntropy,
  type EngineOptions,
  float32,
  gather,
  gradients,
  input,
  int64,
  reshape,
  type Value,
} from '../graph/index.ts';
import { LLAMA_RENAMES, type LlamaConfig, llamaDecoder, llamaLogits } from '../models/llama.ts';
import { type Weights, weightsOf } from '../weights/weights.ts';
import { facePlaces, type Place, rowsOf, turnPlaces } from './evidence-places.ts';
import type { Fame } from './fame.ts';
import { causal, maskName } from './mask.ts';
import type { Answered } from './masking.ts';
import { embedStretches, lengthOf } from './parts.ts';

const PACKED = /\.weight\.q[48]$/;

/** Shares of one whole: everything adds up to 1. */
export interface Attribution {
  /** Turns as the prompt counts them, from 1: number, name and words. */
  readonly turns: readonly { readonly turn: number; readonly share: number }[];
  /** The temporal rows, one a picture, in the order of the pictures. */
  readonly frames: readonly number[];
  /** All spatial rows; they belong to no single picture. */
  readonly spatial: number;
  /** Faces as the prompt counts them, from 1. */
  readonly faces: readonly { readonly face: number; readonly share: number }[];
  /** What we wrote ourselves: template, instruction, question, and what is between the lines. */
  readonly rest: number;
}

/** The gradient of a language model, compiled once for prompts of every length. */
export interface Gradient {
  /** The answer's mean −log p, and |gradient · input| of each row of the embedded prompt [1,P,K]. @throws ModelError FAME_NO_ANSWER; StoppedError */
  run(m: Fame, prompt: Value, ids: readonly number[], signal?: AbortSignal): Promise<{ loss: number; rows: Float64Array }>;
  dispose(): Promise<void>;
}

/**
 * The gradient of an opened model; its weights are in memory a second time, with room for every layer's values.
 * @throws ModelError FAME_PACKED where they are packed in 8 or 4 bits, which nothing can be differentiated through; WeightError
 */
export async function openGradient(
  { checkpoint, language }: Pick<Fame, 'checkpoint' | 'language'>,
  o: EngineOptions = {},
): Promise<Gradient> {
  if ([...checkpoint.entries.keys()].some((name) => PACKED.test(name)))
    throw new ModelError('FAME_PACKED', 'A packed model has no gradient', {
      at: checkpoint.path,
      expected: 'weights as float32 or halves',
      got: 'weights in 8 or 4 bits',
      fix: 'name the folder that it was packed from, or do without shares: masking works',
    });
  return gradientOf(weightsOf(checkpoint, { rename: LLAMA_RENAMES }), language.config, o);
}

/** The same of given weights. */
export async function gradientOf(w: Weights, c: LlamaConfig, o: EngineOptions = {}): Promise<Gradient> {
  const K = c.width;
  const x = input('x', 'float32', [1, 'T', K]);
  const table = (name: string) => input(name, 'float32', [1, 1, 'T', c.headWidth]);
  const masks = new Map([...new Set(c.windows)].map((size) => [size, input(maskName(size), 'float32', ['T', 'T'])]));
  const { hidden } = llamaDecoder(w, c, { x, cos: table('cos'), sin: table('sin'), mask: (size) => masks.get(size)! });
  const telling = gather(reshape(hidden, [-1, K]), input('at', 'int64', ['L'])); //   [L,K]: what has to say the answer
  const loss = crossEntropy(llamaLogits(w, c, telling), input('labels', 'int64', ['L']));
  const [dx] = gradients(loss, [x]); //                                                [1,T,K]
  const session = await compile({ loss, dx: dx! }, o);
  return {
    async run(m, prompt, ids, signal) {
      if (ids.length === 0)
        throw new ModelError('FAME_NO_ANSWER', 'There is no answer whose evidence could be weighed', {
          expected: 'one token or more',
          got: 'none',
        });
      const P = prompt.shape[1] as number;
      const T = P + ids.length - 1; // nothing is asked of the last token
      const all = new Float32Array(T * K);
      all.set(prompt.data as Float32Array);
      if (ids.length > 1) all.set((await m.language.embed([ids.slice(0, -1)], signal)).data as Float32Array, P * K);
      const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
      const out = await session.run(
        {
          x: float32([1, T, K], all),
          cos: float32([1, 1, T, c.headWidth], cos),
          sin: float32([1, 1, T, c.headWidth], sin),
          ...Object.fromEntries([...masks.keys()].map((size) => [maskName(size), causal(T, size)])),
          at: int64(
            [ids.length],
            BigInt64Array.from(ids, (_, i) => BigInt(P - 1 + i)),
          ),
          labels: int64([ids.length], BigInt64Array.from(ids, BigInt)),
        },
        signal ? { signal } : {},
      );
      const g = out.dx!.data as Float32Array;
      const dot = (row: number) => {
        let sum = 0;
        for (let k = row * K; k < (row + 1) * K; k++) sum += g[k]! * all[k]!;
        return Math.abs(sum);
      };
      return { loss: (out.loss!.data as Float32Array)[0]!, rows: Float64Array.from({ length: P }, (_, row) => dot(row)) };
    },
    dispose: () => session.dispose(),
  };
}

/** Shares of turns, pictures, faces and the rest in an answer. @throws what `Gradient.run` throws */
export async function attribution(
  m: Fame,
  gradient: Gradient,
  { question, prompt, Q, ids }: Answered,
  frames: number,
  signal?: AbortSignal,
): Promise<Attribution> {
  const { parts, stretches } = prompt;
  const x = await embedStretches(stretches, Q ? { video: Q } : {}, m.language, signal);
  const { rows } = await gradient.run(m, x, ids, signal);
  const total = rows.reduce((a, b) => a + b, 0) || 1; // all rows may be 0 only where the network is
  const named = new Uint8Array(rows.length);
  const share = (from: number, to: number): number => {
    named.fill(1, from, to);
    return rows.subarray(from, to).reduce((a, b) => a + b, 0) / total;
  };
  const shareOf = (place: Place) => {
    const { from, to } = rowsOf(parts, stretches, place, m.tokenizer);
    return share(from, to);
  };
  const slot = stretches.findIndex((s) => s.kind === 'vectors');
  const first = lengthOf(stretches.slice(0, Math.max(0, slot)));
  const end = lengthOf(stretches.slice(0, slot + 1));
  const padded = Math.max(frames, m.receipt.padFrames ?? 0); // rows that only fill up belong to no picture
  const shares = {
    turns: turnPlaces(question, prompt).map(({ turn, line }) => ({ turn, share: shareOf(line) })),
    frames: slot < 0 ? [] : Array.from({ length: frames }, (_, t) => share(first + t, first + t + 1)), // (3): temporal rows first
    spatial: slot < 0 ? 0 : share(first + padded, end),
    faces: facePlaces(prompt).map(({ face, line }) => ({ face, share: shareOf(line) })),
  };
  return { ...shares, rest: rows.filter((_, row) => named[row] === 0).reduce((a, b) => a + b, 0) / total };
}
