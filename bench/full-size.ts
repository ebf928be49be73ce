/** FAME-Net at its full size: a LLaVA-1.5-7B with random weights, int4 decoder and CLIP ViT-L/14@336 in halves, asked about a film. Does it fit, how fast is it? */
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embedStretches, explainPrompt, openFame, type Question, see } from '../src/fame/index.ts';
import { input } from '../src/graph/index.ts';
import { CLIP_L14_336, clipPatches, continuation } from '../src/models/index.ts';
import { dialogueOf, storyOf, writeFilm } from '../src/synth/index.ts';
import { writeModel } from '../src/weights/shards.ts';
import type { TensorData } from '../src/weights/writer.ts';
import { startWeights } from './networks.ts';
import { type Bench, round } from './report.ts';
import { cache, halves, packedLlama, SHAPE } from './seven.ts';

const [BLOCK, FRAMES, NEW] = [32, 12, 48];

export default {
  about: 'FAME-Net at full size: opening, looking, reading, writing, memory',
  async run({ threads, quick, note }) {
    const layers = quick ? 2 : 32;
    const model = await llava(layers, note);
    const film = cache('full-size.mp4');
    const story = storyOf(6, 1);
    if (!existsSync(film)) await writeFilm(film, story, { width: 480, height: 360, fps: 12 });
    const question: Question = { turns: dialogueOf(story).utterances, target: story.turns.length - 1, emotion: story.emotion };
    const most = { resident: 0 };
    const watch = setInterval(() => (most.resident = Math.max(most.resident, process.memoryUsage.rss())), 200);
    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    const fame = await openFame(model, { threads });
    const opened = since();
    note(`opened after ${round(opened, 1)} s`);
    const seen = await see(fame, question, { video: film, count: FRAMES });
    const looked = since();
    note(`looked at ${seen.times.length} frames after ${round(looked, 1)} s`);
    const { tokenizer, template, language } = fame;
    const videoTokens = seen.Q.shape[1] as number;
    const asked = { tokenizer, template, modalities: ['V', 'T'] as const, videoTokens, limit: language.config.positions - NEW };
    const { stretches, receipt } = explainPrompt(question, asked);
    const vectors = await embedStretches(stretches, { video: seen.Q }, language);
    let [first, made] = [0, 0]; // counted in ids: random weights say words that the small tokenizer does not have
    for await (const _ of continuation(language, { vectors }, { maxNew: NEW })) {
      first ||= since();
      made++;
    }
    const ended = since();
    await fame.dispose();
    clearInterval(watch);
    return {
      figures: {
        ...{ threads, layers, frames: seen.times.length, promptTokens: receipt.tokens, newTokens: made },
        openSeconds: round(opened, 1),
        framesPerSecond: round(seen.times.length / (looked - opened), 2),
        prefillTokensPerSecond: round(receipt.tokens / (first - looked), 1),
        decodeTokensPerSecond: round((made - 1) / (ended - first), 2),
        firstTokenSeconds: round(first, 1),
        peakResidentGB: round(most.resident / 1e9, 2),
      },
      ratios: {},
      versions: {},
    };
  },
} satisfies Bench;

/** The folder, made once: LLaVA's names and settings, the tokenizer of the tiny fixture. */
async function llava(layers: number, note: (line: string) => void): Promise<string> {
  const folder = cache(`llava-7b-${layers}-q4-${BLOCK}`);
  if (existsSync(join(folder, 'config.json'))) return folder;
  note(`writing random weights to ${folder}`);
  await mkdir(folder, { recursive: true });
  const tiny = fileURLToPath(new URL('../test/fixtures/llava-tiny/', import.meta.url));
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await cp(join(tiny, name), join(folder, name));
  await writeModel(folder, [...packedLlama(layers, BLOCK, 'language_model.'), ...tower(), ...projector()], {});
  const { width, layers: depth, heads, mlp, image, patch } = CLIP_L14_336;
  const config = {
    model_type: 'llava',
    text_config: { model_type: 'llama', ...SHAPE, num_hidden_layers: layers, max_position_embeddings: 4096, rms_norm_eps: 1e-5 },
    vision_config: {
      ...{ model_type: 'clip_vision_model', hidden_size: width, num_hidden_layers: depth, num_attention_heads: heads },
      ...{ intermediate_size: mlp, image_size: image, patch_size: patch, hidden_act: 'quick_gelu' },
    },
    ...{ vision_feature_layer: -2, vision_feature_select_strategy: 'default' },
    quantization_config: { quant_method: 'famenet', bits: 4, block: BLOCK },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

/** What CLIP asks for, in halves. */
function tower(): TensorData[] {
  const weights = startWeights();
  const { image } = CLIP_L14_336;
  clipPatches(weights, CLIP_L14_336, input('pixels', 'float32', ['B', 3, image, image]));
  return [...weights.asked].map(([name, { shape }]) => half(`vision_tower.${name}`, shape as readonly number[]));
}

/** LLaVA-1.5's two layers. */
function projector(): TensorData[] {
  const [D, K] = [CLIP_L14_336.width, SHAPE.hidden_size];
  return [
    ...[half('multi_modal_projector.linear_1.weight', [K, D]), half('multi_modal_projector.linear_1.bias', [K])],
    ...[half('multi_modal_projector.linear_2.weight', [K, K]), half('multi_modal_projector.linear_2.bias', [K])],
  ];
}

const half = (name: string, shape: readonly number[]): TensorData => ({
  name,
  dtype: 'F16',
  shape,
  data: () => halves(shape.reduce((n, d) => n * d, 1)),
});
