import { WeightError } from '../base/errors.ts';

/** A repository of a Hugging Face compatible hub, or one file at an address. */
export type Source =
  | {
      readonly kind: 'hub';
      readonly repo: string;
      readonly revision?: string /** Which files; undefined: see chooseFiles. */;
      readonly files?: readonly string[];
    }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly file: string;
      readonly sha256?: string /** torch.hub puts the first digits into the file name. */;
      readonly sha256Prefix?: string;
    };

/** A model that famenet knows how to use. */
export interface Model {
  readonly name: string;
  readonly about: string;
  readonly source: Source;
  /** Size of the download. `about` = computed from the number of parameters or taken from a description, not measured. */
  readonly bytes: number;
  readonly size: 'exact' | 'about';
  /** As its authors state it; `unknown` is meant literally. */
  readonly licence: string;
  /** What is to be done after the download. */
  readonly next?: string;
}

const hub = (repo: string, files?: readonly string[]): Source => ({ kind: 'hub', repo, ...(files ? { files } : {}) });
const CONVERT = 'famenet models convert FILE model.safetensors';
const about = 'about' as const;
const DDAMFN = 'https://github.com/SainingZhang/DDAMFN/raw/cebfe5c/DDAMFN%2B%2B';

/**
 * The public models of the full-size system and its small stand-ins. Checksums come from the hub's own file list when a model is pulled; here they
 * stand only for files that we have hashed ourselves, or whose digits their authors publish. None is guessed.
 */
export const MODELS: readonly Model[] = [
  {
    name: 'clip-l14-336',
    about: 'CLIP ViT-L/14 at 336 pixels: the eyes of the full FAME-Net',
    source: hub('openai/clip-vit-large-patch14-336'),
    bytes: 1.71e9,
    size: about,
    licence: 'MIT (of the original code; the hub page names none)',
  },
  {
    name: 'clip-l14',
    about: 'CLIP ViT-L/14 at 224 pixels: the eyes of Video-ChatGPT',
    source: hub('openai/clip-vit-large-patch14'),
    bytes: 1.71e9,
    size: about,
    licence: 'MIT (of the original code; the hub page names none)',
  },
  {
    name: 'llava-1.5-7b',
    about: 'LLaVA 1.5: CLIP, projector and Vicuna 7B in one',
    source: hub('llava-hf/llava-1.5-7b-hf'),
    bytes: 14.1e9,
    size: about,
    licence: 'Llama 2 Community License',
  },
  {
    name: 'vicuna-7b',
    about: 'Vicuna 7B v1.5: the language model of the full FAME-Net',
    source: hub('lmsys/vicuna-7b-v1.5'),
    bytes: 13.5e9,
    size: about,
    licence: 'Llama 2 Community License',
    next: 'famenet models convert DIR OUT',
  },
  {
    name: 'video-chatgpt',
    about: 'Video-ChatGPT 7B: projector and two token embeddings, on top of LLaVA-Lightning 7B',
    source: hub('MBZUAI/Video-ChatGPT-7B', ['video_chatgpt-7B.bin']),
    bytes: 0.3e9,
    size: about,
    licence: 'CC BY-NC-SA 4.0 (of its data; of the weights unknown)',
    next: CONVERT,
  },
  {
    name: 's3fd',
    about: 'S3FD face detector, the port of face-alignment',
    source: {
      kind: 'url',
      url: 'https://www.adrianbulat.com/downloads/python-fan/s3fd-619a316812.pth',
      file: 's3fd-619a316812.pth',
      sha256Prefix: '619a316812',
    },
    bytes: 89.8e6,
    size: about,
    licence: 'BSD-3-Clause (of the code)',
    next: CONVERT,
  },
  {
    name: 'ddamfn-rafdb',
    about: 'DDAMFN++ expression recogniser, seven classes of RAF-DB',
    source: {
      kind: 'url',
      url: `${DDAMFN}/checkpoints_ver2.0/rafdb_epoch20_acc0.9204_bacc0.8617.pth`,
      file: 'rafdb_epoch20_acc0.9204_bacc0.8617.pth',
    },
    bytes: 50e6,
    size: about,
    licence: 'unknown: its repository names none',
    next: `${CONVERT} --key model_state_dict`,
  },
  {
    name: 'ddamfn-affectnet7',
    about: 'DDAMFN++ expression recogniser, seven classes of AffectNet',
    source: { kind: 'url', url: `${DDAMFN}/checkpoints_ver2.0/affecnet7_epoch19_acc0.671.pth`, file: 'affecnet7_epoch19_acc0.671.pth' },
    bytes: 50e6,
    size: about,
    licence: 'unknown: its repository names none',
    next: `${CONVERT} --key model_state_dict`,
  },
  {
    name: 'ddamfn-affectnet8',
    about: 'DDAMFN++ expression recogniser, eight classes of AffectNet (with contempt)',
    source: { kind: 'url', url: `${DDAMFN}/checkpoints_ver2.0/affecnet8_epoch25_acc0.6469.pth`, file: 'affecnet8_epoch25_acc0.6469.pth' },
    bytes: 50e6,
    size: about,
    licence: 'unknown: its repository names none',
    next: `${CONVERT} --key model_state_dict`,
  },
  {
    name: 'retinaface-0.25',
    about: 'RetinaFace MobileNet 0.25, which aligns faces for DDAMFN++',
    source: {
      kind: 'url',
      url: `${DDAMFN}/Retinaface_alignment_ver2.0/weights/mobilenet0.25_Final.pth`,
      file: 'mobilenet0.25_Final.pth',
      sha256: '2979b33ffafda5d74b6948cd7a5b9a7a62f62b949cef24e95fd15d2883a65220',
    },
    bytes: 1_789_735,
    size: 'exact',
    licence: 'MIT (of the code)',
    next: CONVERT,
  },
  {
    name: 'roberta-large',
    about: 'RoBERTa large, for BERTScore',
    source: hub('FacebookAI/roberta-large'),
    bytes: 1.42e9,
    size: about,
    licence: 'MIT',
  },
  {
    name: 'bleurt-20',
    about: 'BLEURT-20, the PyTorch port',
    source: hub('lucadiliello/BLEURT-20'),
    bytes: 2.3e9,
    size: about,
    licence: 'Apache-2.0 (of the original)',
    next: 'famenet models convert DIR OUT',
  },
  {
    name: 'bleurt-20-d12',
    about: 'BLEURT-20-D12, distilled to less than a third of the size: for machines without a graphics card',
    source: hub('lucadiliello/BLEURT-20-D12'),
    bytes: 0.67e9,
    size: about,
    licence: 'Apache-2.0 (of the original)',
    next: 'famenet models convert DIR OUT',
  },
  {
    name: 'whisper-base',
    about: 'Whisper base: speech to text',
    source: hub('openai/whisper-base'),
    bytes: 0.29e9,
    size: about,
    licence: 'Apache-2.0',
  },
  {
    name: 'whisper-small',
    about: 'Whisper small: speech to text',
    source: hub('openai/whisper-small'),
    bytes: 0.97e9,
    size: about,
    licence: 'Apache-2.0',
  },
  {
    name: 'parakeet-tdt',
    about: 'Parakeet TDT 0.6B v2 in 8 bits: English speech to text with word times, punctuation and capitals, for famenet transcribe',
    source: hub('csukuangfj/sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8', [
      'encoder.int8.onnx',
      'decoder.int8.onnx',
      'joiner.int8.onnx',
      'tokens.txt',
    ]),
    bytes: 0.66e9,
    size: about,
    licence: 'CC BY 4.0',
  },
  {
    name: 'silero-vad',
    about: 'Silero VAD: tells voices from silence and music, for famenet transcribe',
    source: {
      kind: 'url',
      url: 'https://github.com/k2-fsa/sherpa-onnx/releases/download/asr-models/silero_vad.onnx',
      file: 'silero_vad.onnx',
    },
    bytes: 0.64e6,
    size: about,
    licence: 'MIT',
    next: 'put it into the folder of the recogniser',
  },
  {
    name: 'tinyllama',
    about: 'TinyLlama 1.1B Chat: a small LLaMA',
    source: hub('TinyLlama/TinyLlama-1.1B-Chat-v1.0'),
    bytes: 2.2e9,
    size: about,
    licence: 'Apache-2.0',
  },
  {
    name: 'smollm2-135m',
    about: 'SmolLM2 135M Instruct: the smallest LLaMA that speaks',
    source: hub('HuggingFaceTB/SmolLM2-135M-Instruct'),
    bytes: 0.27e9,
    size: about,
    licence: 'Apache-2.0',
  },
  {
    name: 'smollm2-360m',
    about: 'SmolLM2 360M Instruct',
    source: hub('HuggingFaceTB/SmolLM2-360M-Instruct'),
    bytes: 0.72e9,
    size: about,
    licence: 'Apache-2.0',
  },
  {
    name: 'qwen2.5-0.5b',
    about: 'Qwen2.5 0.5B Instruct',
    source: hub('Qwen/Qwen2.5-0.5B-Instruct'),
    bytes: 0.99e9,
    size: about,
    licence: 'Apache-2.0',
  },
];

/** A catalogue model by name, or any repository written `owner/name`. */
export function findModel(name: string): { readonly name: string; readonly source: Source; readonly model?: Model } {
  const model = MODELS.find((m) => m.name === name || (m.source.kind === 'hub' && m.source.repo === name));
  if (model) return { name: model.name, source: model.source, model };
  if (/^[\w.-]+\/[\w.-]+$/.test(name) && !/(^|\/)\.+(\/|$)/.test(name)) return { name, source: { kind: 'hub', repo: name } };
  const detail = {
    expected: MODELS.map((m) => m.name).join(', '),
    got: JSON.stringify(name),
    fix: '`famenet models list` shows them; a repository is written owner/name',
  };
  throw new WeightError('WEIGHT_MODEL_UNKNOWN', 'No model has this name', detail);
}
