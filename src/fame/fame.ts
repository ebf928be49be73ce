/** FAME-Net on a checkpoint: any language model of the LLaMA family, any CLIP tower, and g between them. */
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { ModelError } from '../base/errors.ts';
import { exists } from '../base/file.ts';
import type { EngineOptions } from '../graph/index.ts';
import { CLIP_336, type PictureSettings, readPictureSettings } from '../media/clip.ts';
import { CLIP_RENAMES, clipConfig } from '../models/clip.ts';
import { readConfig } from '../models/config.ts';
import { type LanguageModel, languageModelLater } from '../models/decoding.ts';
import { LLAMA_RENAMES, type LlamaConfig, llamaConfig } from '../models/llama.ts';
import { openTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { openCheckpoint } from '../weights/checkpoint.ts';
import { readReceipt } from '../weights/receipt.ts';
import type { Checkpoint } from '../weights/safetensors.ts';
import { weightsOf } from '../weights/weights.ts';
import type { TowerConfig } from './net.ts';
import { type Projector, projectorHash, readProjector } from './projector.ts';
import { type TemplateName, templateFor, templateNamed } from './template.ts';
import { openVision, type Vision } from './vision.ts';

export interface FameOptions extends EngineOptions {
  /** Folder of the image tower (CLIP, or a LLaVA that holds one); default: the language model's own folder where it has one. */
  readonly vision?: string;
  /** File or folder of g, or g itself; default: the language model's own folder where it has one. */
  readonly projector?: string | Projector;
  /** Default: what the tokenizer's control tokens say, Vicuna's where they say nothing. */
  readonly template?: string;
  /** See `VisionOptions`. */
  readonly padFrames?: number;
  /** Compile each part only when it is first asked (the language model also by `language.ready()`): where others are opened meanwhile, or it may not be needed. */
  readonly later?: boolean;
}

/** What ran, for receipts. */
export interface FameReceipt {
  readonly model: string;
  /** The first 12 digits of a SHA-256 over those of the weight files, where `famenet models pull` or `quantize` has written them down. */
  readonly weights?: string;
  readonly tower?: string;
  /** `sha256`: see `projectorHash`. */
  readonly projector?: { readonly source: string; readonly form: string; readonly sha256: string };
  readonly template: TemplateName;
  readonly padFrames?: number;
}

/** FAME-Net ready to explain. Without an image tower it answers questions without V only. */
export interface Fame {
  readonly language: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly template: TemplateName;
  readonly vision?: Vision;
  /** The weights of the language model, for other graphs than its own. */
  readonly checkpoint: Checkpoint;
  readonly receipt: FameReceipt;
  dispose(): Promise<void>;
}

/** Types of LLaVA's and Video-ChatGPT's own programs, which write LLaMA's settings and theirs side by side. */
const OWN_TYPES: Readonly<Record<string, string>> = {
  llava: 'llama',
  llava_llama: 'llama',
  llava_mistral: 'mistral',
  llava_qwen: 'qwen2',
  VideoChatGPT: 'llama',
};

type Json = Readonly<Record<string, unknown>>;

/** The language model's settings in a config.json of transformers, of LLaVA's own program, or of a language model alone. @throws ModelError MODEL_CONFIG, MODEL_TYPE */
export function languageConfig(json: Json, at = 'config.json'): LlamaConfig {
  const own = json.text_config === undefined ? OWN_TYPES[String(json.model_type)] : undefined;
  return llamaConfig(own === undefined ? json : { ...json, model_type: own }, at);
}

/**
 * Opens a language model with its tokenizer, an image tower and g. All three may be in one folder (transformers' LLaVA), or apart (Vicuna, CLIP and a
 * trained g). Weights may be float32, halves, or packed in 8 or 4 bits by `famenet models quantize`; g is always computed in float32.
 * @throws ModelError FAME_TOWER, FAME_PROJECTOR, FAME_FIT, FAME_TEMPLATE, MODEL_CONFIG, MODEL_TYPE, TEXT_NO_TOKENIZER; WeightError codes of reading
 */
export async function openFame(
  directory: string,
  { vision: tower, projector, template, padFrames, later = false, ...engine }: FameOptions = {},
): Promise<Fame> {
  const [{ json, at }, checkpoint, tokenizer, weights] = await Promise.all([
    readConfig(directory),
    openCheckpoint(directory),
    openTokenizer(directory),
    knownHash(directory),
  ]);
  const config = languageConfig(json, at);
  checkVocabulary(tokenizer, config);
  const name = template ?? templateFor(tokenizer);
  templateNamed(name, tokenizer);
  const towerFolder = tower ?? (json.vision_config === undefined ? undefined : directory);
  const sight = towerFolder === undefined ? undefined : await sightOf(towerFolder, json, at);
  const g = sight && (typeof projector === 'object' ? projector : await readProjector(projector ?? directory));
  if (sight && g) checkFit(sight.config, g, config);
  const language = languageModelLater(weightsOf(checkpoint, { rename: LLAMA_RENAMES }), config, engine);
  const [looking, speaking] = await Promise.allSettled([
    sight &&
      g &&
      openVision(weightsOf(sight.checkpoint, { rename: CLIP_RENAMES }), sight.config, g, sight.settings, {
        ...engine,
        later,
        ...(padFrames === undefined ? {} : { padFrames }),
      }),
    later ? undefined : language.ready(),
  ]);
  const vision = looking.status === 'fulfilled' ? looking.value : undefined;
  for (const outcome of [looking, speaking]) {
    if (outcome.status === 'fulfilled') continue;
    await Promise.all([language.dispose(), vision?.dispose()]);
    throw outcome.reason;
  }
  return {
    language,
    tokenizer,
    template: name as TemplateName,
    ...(vision ? { vision } : {}),
    checkpoint,
    receipt: {
      model: basename(resolve(directory)),
      ...(weights === undefined ? {} : { weights }),
      ...(vision && g
        ? {
            tower: basename(resolve(towerFolder!)),
            projector: { source: basename(g.source), form: g.form, sha256: projectorHash(g) },
          }
        : {}),
      template: name as TemplateName,
      ...(padFrames === undefined ? {} : { padFrames }),
    },
    async dispose() {
      await Promise.all([language.dispose(), vision?.dispose()]);
    },
  };
}

/** Never worked out anew: reading a checkpoint of 14 GB takes longer than an answer. */
async function knownHash(directory: string): Promise<string | undefined> {
  const files = (await readReceipt(directory))?.files.filter(({ file }) => file.endsWith('.safetensors')) ?? [];
  if (files.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const { sha256 } of files.toSorted((a, b) => (a.file < b.file ? -1 : 1))) hash.update(sha256);
  return hash.digest('hex').slice(0, 12);
}

interface Sight {
  readonly config: TowerConfig;
  readonly settings: PictureSettings;
  readonly checkpoint: Checkpoint;
}

/** The tower of a folder. Which layer is read is the language model's to say: it learnt to read that one. */
async function sightOf(folder: string, language: Json, at: string): Promise<Sight> {
  const { json, at: place } = await readConfig(folder);
  const config = { ...clipConfig(json, place), take: layerOf(language, at) };
  const checkpoint = await openCheckpoint(folder);
  const settings = (await hasSettings(folder)) ? await readPictureSettings(folder) : settingsFor(config.image);
  const { crop, size } = settings;
  const given = crop ?? (typeof size === 'object' ? size : undefined);
  if (given?.width !== config.image || given.height !== config.image)
    throw new ModelError('FAME_TOWER', 'The picture settings do not fit the image tower', {
      at: folder,
      expected: `pictures of ${config.image} × ${config.image}`,
      got: given ? `${given.width} × ${given.height}` : 'pictures of any shape',
      fix: 'use the preprocessor_config.json that was saved with the tower',
    });
  return { config, settings, checkpoint };
}

/** transformers' name, LLaVA's name; −2 where neither is. Only the variant without the class token is FAME-Net's. */
function layerOf(json: Json, at: string): number {
  const layer = json.vision_feature_layer ?? json.mm_vision_select_layer ?? -2;
  const feature = json.vision_feature_select_strategy ?? json.mm_vision_select_feature ?? 'patch';
  if (typeof layer === 'number' && Number.isInteger(layer) && (feature === 'default' || feature === 'patch')) return layer;
  throw new ModelError('FAME_TOWER', 'The checkpoint reads its image tower in a way that FAME-Net does not', {
    at,
    expected: 'one layer, without the class token ("default" or "patch")',
    got: `layer ${JSON.stringify(layer)}, ${JSON.stringify(feature)}`,
    fix: 'use a LLaVA-1.5 or Video-ChatGPT checkpoint',
  });
}

async function hasSettings(folder: string): Promise<boolean> {
  const found = ['preprocessor_config.json', 'processor_config.json'].map((name) => exists(join(folder, name)));
  return (await Promise.all(found)).includes(true);
}

/** OpenAI's own, at the size of the tower. */
const settingsFor = (image: number): PictureSettings => ({ ...CLIP_336, size: image, crop: { width: image, height: image } });

function checkFit(tower: TowerConfig, g: Projector, language: LlamaConfig): void {
  if (g.D === tower.width && g.K === language.width) return;
  throw new ModelError('FAME_FIT', 'The projector does not lead from this image tower to this language model', {
    at: g.source,
    expected: `${tower.width} → ${language.width}`,
    got: `${g.D} → ${g.K}`,
    fix: 'use the projector that was trained with both',
  });
}

/** A tokenizer with more ids than the embedding table has rows belongs to another model. */
function checkVocabulary(tokenizer: Tokenizer, { vocabulary }: LlamaConfig): void {
  if (tokenizer.size <= vocabulary) return;
  throw new ModelError('FAME_FIT', 'The tokenizer does not belong to this language model', {
    at: tokenizer.at,
    expected: `at most ${vocabulary} ids`,
    got: String(tokenizer.size),
    fix: 'put the tokenizer that was saved with the model into its folder',
  });
}
