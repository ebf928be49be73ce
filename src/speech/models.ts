import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { FameError } from '../base/errors.ts';

/** Files of speech models, as absolute or relative paths. What is absent is not in the folder. */
export interface SpeechModels {
  readonly recogniser: Recogniser;
  /** Silero's voice activity detector. */
  readonly voice?: string;
  /** Tells voices apart: pyannote's segmentation and a speaker embedding. */
  readonly speakers?: { readonly segmentation: string; readonly embedding: string };
  /** Names sounds: a tagger of one of the kinds that sherpa-onnx publishes, and the table of its classes. */
  readonly sounds?: { readonly kind: 'ced' | 'zipformer'; readonly model: string; readonly labels: string };
}

/** A network that writes what is said. Only kinds that give each token a time are read. */
export type Recogniser =
  | { readonly kind: 'whisper'; readonly encoder: string; readonly decoder: string; readonly tokens: string }
  | { readonly kind: 'transducer'; readonly encoder: string; readonly decoder: string; readonly joiner: string; readonly tokens: string };

/** How the files are called by those who publish them (sherpa-onnx's model pages); the whole path below the folder is compared. */
const NAMES = {
  encoder: /encoder[^/]*\.onnx$/i,
  decoder: /decoder[^/]*\.onnx$/i,
  joiner: /joiner[^/]*\.onnx$/i,
  tokens: /(^|[/-])tokens\.txt$/i,
  voice: /silero[^/]*vad[^/]*\.onnx$/i,
  segmentation: /segmentation.*\.onnx$/i,
  embedding: /(wespeaker|3dspeaker|titanet|speaker[-_]?net|campplus|embedding).*\.onnx$/i,
  sounds: /(ced|tagging).*\.onnx$/i,
  labels: /class_labels[^/]*\.csv$/i,
} as const;

/** Folders below a model folder that are looked into. */
const DEEP = 3;

/**
 * The speech models of a folder and of the folders in it, by the names under which they are published. Where there is a file in 8 bits as well, the
 * full one is taken. @throws FameError SPEECH_MODELS unless there is a recogniser; FILE_SYSTEM by main where the folder cannot be read.
 */
export async function findSpeechModels(folder: string): Promise<SpeechModels> {
  const files = await filesBelow(folder, DEEP);
  const find = (name: keyof typeof NAMES) => {
    const fits = files.filter((file) => NAMES[name].test(relative(folder, file).replaceAll('\\', '/')));
    return fits.find((file) => !/int8|fp16/.test(file)) ?? fits[0];
  };
  const [encoder, decoder, joiner, tokens] = [find('encoder'), find('decoder'), find('joiner'), find('tokens')];
  if (encoder === undefined || decoder === undefined || tokens === undefined) {
    throw new FameError('SPEECH_MODELS', 'A folder has no model that turns speech into text', {
      at: folder,
      expected: 'Whisper (encoder, decoder, tokens.txt) or a transducer (joiner, too) as sherpa-onnx publishes them',
      got:
        files.length === 0
          ? 'no files'
          : `${files.length} files, without ${encoder ? (decoder ? 'tokens.txt' : 'a decoder') : 'an encoder'}`,
      fix: 'famenet models pull parakeet-tdt, then --model models/parakeet-tdt',
    });
  }
  const [voice, segmentation, embedding, model, labels] = [
    find('voice'),
    find('segmentation'),
    find('embedding'),
    find('sounds'),
    find('labels'),
  ];
  return {
    recogniser:
      joiner === undefined ? { kind: 'whisper', encoder, decoder, tokens } : { kind: 'transducer', encoder, decoder, joiner, tokens },
    ...(voice === undefined ? {} : { voice }),
    ...(segmentation === undefined || embedding === undefined ? {} : { speakers: { segmentation, embedding } }),
    ...(model === undefined || labels === undefined ? {} : { sounds: { kind: taggerOf(relative(folder, model)), model, labels } }),
  };
}

/** The kinds want other features, and only the names tell them apart. */
const taggerOf = (path: string): 'ced' | 'zipformer' => (/zipformer/i.test(path) ? 'zipformer' : 'ced');

/** All files that the models consist of. */
export function filesOf({ recogniser: { kind: _, ...recogniser }, voice, speakers, sounds }: SpeechModels): string[] {
  return [
    ...Object.values(recogniser),
    ...(voice === undefined ? [] : [voice]),
    ...Object.values(speakers ?? {}),
    ...(sounds === undefined ? [] : [sounds.model, sounds.labels]),
  ];
}

async function filesBelow(folder: string, deep: number): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const lists = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return deep > 0 ? filesBelow(path, deep - 1) : [];
    return [path];
  });
  return (await Promise.all(lists)).flat();
}
