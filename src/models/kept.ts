/** A prompt that stays in a decoder's cache: the next one that begins alike goes on from where the two part. */
import { ModelError } from '../base/errors.ts';
import type { Value } from '../graph/index.ts';
import { type Decoding, type LanguageModel, pieceOf } from './decoding.ts';

/** Where `generate` and `beamSearch` keep the prompt that they were given, one at a time. */
export interface KeptPrompt {
  /** Positions of the latest prompt that were in the cache already. */
  readonly reused: number;
  /**
   * A decoding of one row that holds the beginning of the embedded prompt x [1,T,D], and what is left to be fed: one token at least, since its scores are
   * asked for. Of an earlier prompt everything up to the first number that differs is reused. @throws ModelError MODEL_INPUT for more rows, MODEL_ENDED
   */
  take(x: Value): Promise<{ readonly decoding: Decoding; readonly rest: Value }>;
  /** Frees the cache. */
  end(): Promise<void>;
}

/** Nothing is kept yet. What differs by reuse is float noise: the rest passes through the network in other pieces. */
export function keptPrompt(model: LanguageModel): KeptPrompt {
  const decoding = model.start(1);
  const D = model.config.width;
  let held = new Float32Array();
  let reused = 0;
  return {
    get reused() {
      return reused;
    },
    async take(x) {
      const [rows, T] = x.shape as [number, number];
      if (rows !== 1)
        throw new ModelError('MODEL_INPUT', 'What was given to the decoder does not fit', {
          expected: 'one prompt at a time, where it is kept',
          got: `${rows} prompts`,
          fix: 'leave `kept` out for several prompts side by side',
        });
      const next = x.data as Float32Array;
      reused = Math.min(alike(held, next, D), decoding.length, T - 1); // a prompt that was stopped may not be in the cache as a whole
      await decoding.pick([0]); // beams all began with the same prompt
      decoding.rewind(reused);
      held = next.slice();
      return { decoding, rest: pieceOf(x, reused, T) };
    },
    end: () => decoding.end(),
  };
}

/** Rows of D numbers that are equal from the first on. */
function alike(a: Float32Array, b: Float32Array, D: number): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a[i] === b[i]) i++;
  return Math.floor(i / D);
}
