/**
 * What is seen in a film does not change while g is trained (§4.4), so it is worked out once and kept: R of equation (3), and the report about faces.
 * An entry's name is a hash of all that decides its content. A damaged entry is made again.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { FameError, WeightError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import { FACES_FPS, type FaceNetworks, type FacesReport, facesOfVideo, filmOfFaces } from '../faces/index.ts';
import { float32, input, type Value } from '../graph/index.ts';
import { sourceBytes } from '../graph/onnx.ts';
import { fileClip } from '../media/index.ts';
import { CLIP_RENAMES } from '../models/index.ts';
import { openCheckpoint, openSafetensors, readFloat32, tensorOf, weightsOf, writeSafetensors } from '../weights/index.ts';
import { FRAMES, framesUntil } from './frames.ts';
import { pools, type TowerConfig } from './net.ts';
import type { Turn } from './turns.ts';
import type { Vision } from './vision.ts';

/** Rises whenever the same film and networks would give other numbers. */
const VERSION = 1;
const FORMAT = 'famenet film features';
/** Seconds that a film may go on after its target and still end with it: sound comes in packets. */
const TAIL = 0.1;

export interface FilmCacheOptions {
  /** Where entries lie; without it nothing is kept. */
  readonly folder?: string | undefined;
  /** For `features`: the image tower, and the hash of its weights (`towerHash`). */
  readonly vision?: { readonly tower: Vision; readonly hash: string } | undefined;
  /** For `faces`; opened when the first film needs them. */
  readonly networks?: (() => Promise<FaceNetworks>) | undefined;
  /** Frames of a film that are looked at. Default `FRAMES`. */
  readonly frames?: number | undefined;
  /** Pictures a second that are searched for faces. Default `FACES_FPS`. */
  readonly fps?: number | undefined;
}

/** Films looked at, each once. */
export interface FilmCache {
  /** Entries that were there, and that had to be made. */
  readonly counts: { readonly found: number; readonly made: number };
  /** R [T+N,D] of what is shown before `end` seconds. @throws what `framesUntil` and `Vision.look` throw */
  features(film: string, end: number | undefined, signal?: AbortSignal): Promise<Value>;
  /**
   * The faces that are shown before the last of these turns ends, the one that is asked about; turns with times say who may speak. Without its end the film is
   * taken to end with it. @throws what `facesOfVideo` throws
   */
  faces(film: string, turns: readonly Turn[], signal?: AbortSignal): Promise<FacesReport>;
}

/** Opens a cache; its folder is made when the first entry is written. */
export function openFilmCache({ folder, vision, networks, frames = FRAMES, fps = FACES_FPS }: FilmCacheOptions): FilmCache {
  const counts = { found: 0, made: 0 };
  const hashes = new Map<string, string>();
  const hashOf = async (film: string, signal: AbortSignal | undefined): Promise<string> => {
    const known = hashes.get(film) ?? (await fileClip(film, { signal })).fingerprint;
    hashes.set(film, known);
    return known;
  };
  /** What lies in the folder and is whole; `wanted` may say that it is not the right one. */
  async function kept<T>(file: string, read: Read<T>, wanted: (kept: T) => boolean = () => true): Promise<T | undefined> {
    const found = folder === undefined ? undefined : await read(join(folder, file));
    if (found === undefined || !wanted(found)) return undefined;
    counts.found++;
    return found;
  }
  async function keep<T>(file: string, made: T, write: Write<T>): Promise<T> {
    counts.made++;
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true });
      await write(join(folder, file), made);
    }
    return made;
  }
  return {
    counts,
    async features(film, end, signal) {
      const { tower, hash } = vision ?? absent('an image tower');
      const { tower: config, settings } = tower;
      // rows of one frame: with the patches of the tower they tell how far R_t is filled up
      const key = keyOf(['features', await hashOf(film, signal), hash, config, settings, tower.tokens(1), frames, end ?? null]);
      const file = `${key}.safetensors`;
      const found = await kept(file, readFeatures);
      if (found !== undefined) return found;
      const shown = framesUntil(film, end, { count: frames, ...(signal ? { signal } : {}) });
      const R = await tower.look(
        (async function* () {
          for await (const { picture } of shown) yield picture;
        })(),
        signal,
      );
      return keep(file, R, writeFeatures);
    },
    async faces(film, turns, signal) {
      const opened = await (networks ?? (() => absent('networks for faces')))();
      const utterances = turns.flatMap(({ speaker, text, start, end }) =>
        start === undefined || end === undefined ? [] : [{ speaker, text, start, end }],
      );
      const fingerprint = await hashOf(film, signal);
      const { detector, recogniser, landmarks, descriptors, sure } = opened;
      const receipts = [detector, recogniser, landmarks, descriptors].map(({ receipt }) => receipt);
      const end = turns.at(-1)?.end ?? Number.POSITIVE_INFINITY;
      const until = (duration: number) => (end < duration - TAIL ? end : undefined);
      const file = (...cut: number[]) => `${keyOf(['faces', fingerprint, receipts, sure, fps, utterances, ...cut])}.faces.json`;
      // Nobody opens the film to learn how long it is where a report says so: one about the whole of it, or one that was cut off at this very end.
      const whole = await kept(file(), readFaces, ({ video: { duration } }) => until(duration) === undefined);
      const found = whole ?? (end < Number.POSITIVE_INFINITY ? await kept(file(end), readFaces) : undefined);
      if (found !== undefined) return found;
      const opening = filmOfFaces(film, { heard: utterances.length > 0, fps, signal });
      const cut = until((await opening.about).duration);
      const asked = { fps, fingerprint, film: opening, until: cut, signal, ...(utterances.length > 0 ? { utterances } : {}) };
      return keep(file(...(cut === undefined ? [] : [cut])), await facesOfVideo(film, opened, asked), writeFaces);
    },
  };
}

type Read<T> = (at: string) => Promise<T | undefined>;
type Write<T> = (at: string, made: T) => Promise<unknown>;

const keyOf = (all: readonly unknown[]): string => sha256(JSON.stringify([VERSION, ...all])).slice(0, 32);
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const bytesOf = ({ data }: Value): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function absent(what: string): never {
  throw new FameError(
    'FAME_CACHE',
    'The cache was opened without what this needs',
    { expected: what, fix: 'report it; in code, give it to openFilmCache()' },
    { blame: 'us' },
  );
}

/** SHA-256 over the weights of an image tower that FAME-Net uses; of a LLaVA folder only those. 1.2 GB of CLIP L are read once for it. */
export async function towerHash(folder: string, tower: TowerConfig): Promise<string> {
  const weights = weightsOf(await openCheckpoint(folder), { rename: CLIP_RENAMES });
  pools(weights, tower, input('V', 'float32', ['B', 3, tower.image, tower.image]));
  const hash = createHash('sha256');
  for (const [name, { node, dtype, shape }] of [...weights.asked].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${dtype} [${shape}]`).update(sourceBytes(node.source!));
  return hash.digest('hex');
}

async function readFeatures(at: string): Promise<Value | undefined> {
  try {
    const { metadata, entries } = await openSafetensors(at);
    const stored = entries.get('R');
    if (metadata.format !== FORMAT || stored?.dtype !== 'F32') return undefined;
    const R = float32(stored.shape, await readFloat32(stored));
    return sha256(bytesOf(R)) === metadata.sha256 ? R : undefined;
  } catch (error) {
    if (error instanceof WeightError) return undefined; // not there, or damaged: made again
    throw error;
  }
}

const writeFeatures: Write<Value> = (at, R) => writeSafetensors(at, [tensorOf('R', R)], { format: FORMAT, sha256: sha256(bytesOf(R)) });

async function readFaces(at: string): Promise<FacesReport | undefined> {
  try {
    const { sha256: hash, report } = await readJsonFile(at, { maxBytes: 2e9 });
    return isRecord(report) && hash === sha256(JSON.stringify(report)) ? (report as unknown as FacesReport) : undefined;
  } catch (error) {
    if (error instanceof FameError) return undefined;
    throw error;
  }
}

const writeFaces: Write<FacesReport> = (at, report) =>
  writeTextFile(at, `${JSON.stringify({ sha256: sha256(JSON.stringify(report)), report })}\n`);
