/** One prompt's text, id by id, whichever way it is looked for. */
import { type BeamOptions, beamTokens } from './beam.ts';
import type { LanguageModel } from './decoding.ts';
import { type GenerateOptions, generate, type Prompt } from './generate.ts';

export interface ContinuationOptions extends GenerateOptions, Omit<BeamOptions, 'beams'> {
  /** 1 (default) takes id by id, as `generate`; more search, and an id comes as soon as all texts that can still win agree on it. */
  readonly beams?: number;
}

/** The ids that follow the prompt, without the one that ends it. @throws as `generate` and `beamSearch` */
export async function* continuation(
  model: LanguageModel,
  prompt: Prompt,
  { beams = 1, ...o }: ContinuationOptions,
): AsyncGenerator<number, void, undefined> {
  if (beams > 1) yield* beamTokens(model, prompt, { ...o, beams });
  else for await (const { id } of generate(model, [prompt], o)) yield id;
}
