/** Networks and what runs them: configurations, forward passes, generation. */
export type { Work } from './batch.ts';
export { type BeamOptions, type BeamText, beamSearch } from './beam.ts';
export { BERT_RENAMES, type BertConfig, type BertInput, bertConfig, bertHidden, bertPooled, bertPositions } from './bert.ts';
export { type Bleurt, type BleurtOptions, bleurtRow, bleurtScore, openBleurt } from './bleurt.ts';
export { CLIP_L14, CLIP_L14_336, CLIP_RENAMES, type ClipConfig, clipConfig, clipHidden, clipPatches, clipPooled } from './clip.ts';
export { readConfig } from './config.ts';
export { type ContinuationOptions, continuation } from './continuation.ts';
export { type Decoding, type LanguageModel, languageModel, languageModelLater, openLanguageModel } from './decoding.ts';
export { BERTSCORE_LAYERS, type Encoder, type EncoderOptions, openEncoder } from './encoder.ts';
export { type GenerateOptions, generate, type Made, type Prompt } from './generate.ts';
export { type KeptPrompt, keptPrompt } from './kept.ts';
export { embedTokens, LLAMA_RENAMES, type LlamaConfig, llamaConfig, llamaDecoder, llamaLogits } from './llama.ts';
export { type Sampler, type SamplerOptions, sampler } from './sampler.ts';
