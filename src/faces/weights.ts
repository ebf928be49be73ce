/** Where the networks of this room get their weights from, and what their receipts say. */
import { createRequire } from 'node:module';
import { ModelError } from '../base/errors.ts';
import { type CompileOptions, compile, type Engine, type Provider, type Session, type Tensor } from '../graph/index.ts';
import { openCheckpoint } from '../weights/checkpoint.ts';
import { openManifest } from '../weights/manifest.ts';
import { fingerprint } from '../weights/receipt.ts';
import { type WeightOptions, type Weights, weightsOf } from '../weights/weights.ts';

export interface NetworkOptions {
  /** A file to use instead of the weights inside of `@vladmandic/face-api` (a weight manifest); `s3fd` and `ddamfn` always need one (.safetensors). */
  readonly weights?: string | undefined;
  /** A thread that several networks share; without it a network has its own, which its `dispose()` ends. */
  readonly engine?: Engine | undefined;
  /** Threads inside of one operator; the engine's own choice where absent. */
  readonly threads?: number | undefined;
  readonly provider?: Provider | undefined;
  /** Networks that npm brings come back once their weights have been read; the first run waits for the rest, and tells what is wrong with it. */
  readonly later?: boolean | undefined;
}

/** Which weights a network was opened with. */
export interface WeightReceipt {
  readonly network: string;
  /** The file as it was named, or where in the package it lies. */
  readonly weights: string;
  /** Of the bytes that hold the numbers. */
  readonly sha256: string;
}

export interface Opened {
  readonly weights: Weights;
  readonly receipt: WeightReceipt;
}

const PACKAGE = '@vladmandic/face-api';

/** The files in the folder `model/` of that package. */
const EMBEDDED = {
  ssd: 'ssd_mobilenetv1_model',
  tiny: 'tiny_face_detector_model',
  landmarks: 'face_landmark_68_model',
  expression: 'face_expression_model',
  descriptors: 'face_recognition_model',
} as const;

/** Weights that come with `npm install`, or another manifest of the same network. Throws WeightError WEIGHT_MANIFEST, WEIGHT_FILE_MISSING. */
export async function openEmbedded(network: keyof typeof EMBEDDED, o: NetworkOptions = {}): Promise<Opened> {
  const file = `model/${EMBEDDED[network]}-weights_manifest.json`;
  const path =
    o.weights ??
    createRequire(import.meta.url)
      .resolve(`${PACKAGE}/package.json`)
      .replace(/package\.json$/, file);
  const { weights, hash } = await openManifest(path);
  return { weights, receipt: { network, weights: o.weights ?? `${PACKAGE}/${file}`, sha256: hash } };
}

/** How to get the weights of a network that npm does not bring. */
export interface Source {
  readonly network: string;
  /** Its name for `famenet models pull`. */
  readonly pull: string;
  /** What `famenet models convert` needs besides the two files. */
  readonly convert?: string;
}

/**
 * A `.safetensors` file or a folder with one; `names` are those that are stored, before `rename`.
 * Throws ModelError FACES_WEIGHTS (no path), FACES_CHECKPOINT (a PyTorch file as it is), and what `openCheckpoint` throws.
 */
export async function openPulled(
  source: Source,
  path: string | undefined,
  rename: WeightOptions['rename'] = [],
): Promise<Opened & { readonly names: ReadonlySet<string> }> {
  const { network, pull, convert = '' } = source;
  const howTo = (file: string, out: string) => `famenet models convert ${[file, out, convert].filter(Boolean).join(' ')}`;
  if (path === undefined)
    throw new ModelError('FACES_WEIGHTS', `The network "${network}" needs weights, which npm does not bring`, {
      expected: 'a .safetensors file',
      got: 'none',
      fix: `\`famenet models pull ${pull}\`, then \`${howTo('FILE.pth', `${network}.safetensors`)}\`, and name the new file`,
    });
  if (/\.(pth|pt|bin|tar)$/i.test(path)) {
    const fix = `\`${howTo(path, path.replace(/(\.pth|\.pt|\.bin|\.tar)+$/i, '.safetensors'))}\``;
    throw unfit(network, path, 'a .safetensors file', 'a PyTorch file, by its name', fix);
  }
  const checkpoint = await openCheckpoint(path);
  const files = [...new Set([...checkpoint.entries.values()].map((entry) => entry.file))];
  const hashes = await Promise.all(files.map(async (file) => (await fingerprint(file)).sha256));
  return {
    weights: weightsOf(checkpoint, { rename }),
    receipt: { network, weights: path, sha256: hashes.join(' ') },
    names: new Set(checkpoint.entries.keys()),
  };
}

/** These weights are not of this network. */
export function unfit(
  network: string,
  at: string,
  expected: string,
  got: string,
  fix = 'name the checkpoint that belongs to it',
): ModelError {
  return new ModelError('FACES_CHECKPOINT', `These weights do not fit the network "${network}"`, { at, expected, got, fix });
}

/** What a network runs in. */
export interface Runner {
  /** The session, where it opens. */
  readonly opening: Promise<Session>;
  run: Session['run'];
  dispose(): Promise<void>;
}

/** Compiles the graph that `graph` makes; waits for it unless `later`. Throws what `compile` throws. */
export async function runnerOf(graph: () => Graph | Promise<Graph>, o: NetworkOptions): Promise<Runner> {
  const opening = (async () => compile(await graph(), engineOptions(o)))();
  opening.catch(() => {}); // told when it is run
  if (!o.later) await opening;
  return {
    opening,
    run: async (...given) => (await opening).run(...given),
    dispose: async () => (await opening.catch(() => undefined))?.dispose(),
  };
}

type Graph = Readonly<Record<string, Tensor>>;

/**
 * What `compile` takes of the options. Several networks take turns here, with JavaScript between them: threads that spin while they wait would only
 * take the processors away from it (measured with two threads on two cores: 20 frames a second with spinning, 36 without).
 */
export function engineOptions({ engine, threads, provider }: NetworkOptions): CompileOptions {
  return { spin: false, ...(engine && { engine }), ...(threads !== undefined && { threads }), ...(provider && { provider }) };
}
