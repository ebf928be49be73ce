/** Text from a language model, token by token. CLI, server and evaluation consume the same generator. */
import { ModelError, StoppedError } from '../base/errors.ts';
import { float32, type Value } from '../graph/index.ts';
import type { LanguageModel } from './decoding.ts';
import type { KeptPrompt } from './kept.ts';
import { type SamplerOptions, sampler } from './sampler.ts';

/** Token ids, or embedded tokens [1,T,D] (pictures among words). */
export type Prompt = { readonly ids: readonly number[] } | { readonly vectors: Value };

export interface GenerateOptions extends SamplerOptions {
  /** Tokens to make at most; default 256, cut to what the model's context leaves. */
  readonly maxNew?: number;
  /** Ids that end a row; they are not yielded. */
  readonly stop?: readonly number[];
  /** For one prompt: where it is kept for the next one, which may begin with the same tokens. */
  readonly kept?: KeptPrompt | undefined;
  readonly signal?: AbortSignal;
}

/** The next token of a row. */
export interface Made {
  readonly row: number;
  readonly id: number;
}

/**
 * Continues every prompt, all rows in step. A row ends with a stop id or after `maxNew` tokens.
 * Rows draw from seeds of their own (seed + row), so that a row's text does not depend on its neighbours' lengths.
 * @throws ModelError MODEL_EMPTY, MODEL_INPUT, MODEL_TOKEN_ID, MODEL_CONTEXT, MODEL_SAMPLING, MODEL_NAN; StoppedError
 */
export async function* generate(
  model: LanguageModel,
  prompts: readonly Prompt[],
  o: GenerateOptions = {},
): AsyncGenerator<Made, void, undefined> {
  const { x, padding, ids } = await embedPrompts(model, prompts, o.signal);
  const stop = new Set(o.stop ?? []);
  const rows = prompts.map((_, row) => ({
    choose: sampler({ ...o, seed: (o.seed ?? 0) + row }),
    before: [...(ids[row] as readonly number[])],
    open: true,
  }));
  const kept = await o.kept?.take(x);
  const decoding = kept?.decoding ?? model.start(prompts.length);
  const signal = o.signal ? { signal: o.signal } : {};
  try {
    const room = model.config.positions - (x.shape[1] as number);
    const limit = Math.min(o.maxNew ?? 256, room);
    let scores = limit > 0 ? await decoding.feed(kept?.rest ?? x, { ...(kept ? {} : { padding }), ...signal }) : [];
    for (let n = 0; n < limit; n++) {
      if (o.signal?.aborted) throw new StoppedError();
      const next = rows.map((r, row) => (r.open ? r.choose(scores[row] as Float32Array, r.before) : 0));
      for (const [row, r] of rows.entries()) {
        if (!r.open) continue;
        const id = next[row] as number;
        r.open = !stop.has(id);
        r.before.push(id);
        if (r.open) yield { row, id };
      }
      if (n + 1 === limit || rows.every((r) => !r.open)) return;
      scores = await decoding.feed(
        await model.embed(
          next.map((id) => [id]),
          o.signal,
        ),
        signal,
      );
    }
  } finally {
    if (!kept) await decoding.end();
  }
}

/** Prompts side by side, padded on the left with zeros that nobody looks at. */
export async function embedPrompts(
  model: LanguageModel,
  prompts: readonly Prompt[],
  signal?: AbortSignal,
): Promise<{ x: Value; padding: number[]; ids: (readonly number[])[] }> {
  const D = model.config.width;
  const rows: Value[] = [];
  for (const p of prompts.length > 0 ? prompts : [{ ids: [] }]) {
    if (
      'vectors' in p &&
      (p.vectors.dtype !== 'float32' || p.vectors.shape.length !== 3 || p.vectors.shape[0] !== 1 || p.vectors.shape[2] !== D)
    )
      throw new ModelError('MODEL_INPUT', 'The vectors of a prompt do not fit the model', {
        expected: `float32 [1, tokens, ${D}]`,
        got: `${p.vectors.dtype} [${p.vectors.shape}]`,
        fix: 'project them to the width of the model, one prompt at a time',
      });
    const empty = 'ids' in p ? p.ids.length === 0 : p.vectors.shape[1] === 0;
    if (empty)
      throw new ModelError('MODEL_EMPTY', 'A prompt holds no tokens', {
        expected: 'one token or more',
        got: 'none',
        fix: 'write something, or let the tokenizer add its beginning-of-text token',
      });
    const length = 'ids' in p ? p.ids.length : (p.vectors.shape[1] as number);
    if (length > model.config.positions)
      throw new ModelError('MODEL_CONTEXT', 'The text is longer than the model can read', {
        expected: `at most ${model.config.positions} tokens`,
        got: `${length}`,
        fix: 'shorten the prompt',
      });
    rows.push('ids' in p ? await model.embed([p.ids], signal) : p.vectors);
  }
  const lengths = rows.map((r) => r.shape[1] as number);
  const T = Math.max(...lengths);
  const data = new Float32Array(rows.length * T * D);
  for (const [b, r] of rows.entries()) data.set(r.data as Float32Array, (b * T + T - (lengths[b] as number)) * D);
  return { x: float32([rows.length, T, D], data), padding: lengths.map((n) => T - n), ids: prompts.map((p) => ('ids' in p ? p.ids : [])) };
}
