import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FameError, StoppedError } from '../../base/errors.ts';
import { type Probe, probe } from '../../media/index.ts';
import { clipName, MELD_PARTS, type Meld, type MeldPart } from '../meld.ts';
import type { Utterance } from '../utterance.ts';
import { type Place, type Symptom, symptom } from './symptom.ts';

/** One clip of a folder, and the row of the table that it belongs to, where there is one. */
export interface Clip {
  readonly path: string;
  readonly place: Place;
  readonly utterance: Utterance | undefined;
}

/** What looks at or listens to a clip that can be decoded: costly, and passed in by those who may. */
export type Sense = (clip: Clip, found: Probe, signal: AbortSignal | undefined) => Promise<readonly Symptom[]>;

export interface ClipOptions {
  /** Rows that the clips are compared with; without them only decoding is checked. */
  readonly meld?: Meld | undefined;
  readonly senses?: readonly Sense[];
  /** How many files are open at once; each has a decoding process of its own. Default 2. */
  readonly parallel?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

const FILM = /\.(?:mp4|m4v|mov|mkv|webm|avi|mpg|mpeg|ts|flv|wmv|ogv|3gp)$/i;

/** Whether a file's name is that of a film. */
export const isFilm = (name: string): boolean => FILM.test(name);

/**
 * What is wrong with a folder of clips: files that are missing or that no row names, that cannot be decoded, have no pictures or sound, or another length than
 * the table gives their utterance. The part of MELD is the folder's (`train_splits`, …), else the one whose clips' names fit best; names are those of MELD's release.
 * Files are opened a few at a time, in a process each: a hostile one is a finding. Throws StoppedError, and what is nobody's file's fault.
 */
export async function checkClips(folder: string, options: ClipOptions = {}): Promise<Symptom[]> {
  const { meld, senses = [], parallel = 2, signal, progress } = options;
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((one) => !one.isDirectory())
    .map(({ name }) => name)
    .sort();
  const part = meld === undefined ? undefined : partOf(folder, names, meld);
  const rows = new Map<string, { dialogue: string; utterance: Utterance }>();
  for (const { id, utterances } of (part && meld?.[part]?.values()) || [])
    for (const utterance of utterances) rows.set(clipName(id, utterance.number), { dialogue: id, utterance });
  const there = new Set(names);
  const missing = [...rows].flatMap(([name, { dialogue, utterance }]) =>
    there.has(name) ? [] : [symptom('clip-missing', { file: join(folder, name), dialogue, utterance: utterance.number }, name)],
  );
  const extra = part === undefined ? [] : names.filter((name) => !rows.has(name));
  const clips = names.flatMap((name): Clip[] => {
    const row = rows.get(name);
    const place = { file: join(folder, name), ...(row && { dialogue: row.dialogue, utterance: row.utterance.number }) };
    return row !== undefined || (part === undefined && isFilm(name))
      ? [{ path: join(folder, name), place, utterance: row?.utterance }]
      : [];
  });
  const found = await inParallel(clips, parallel, (clip) => checkClip(clip, senses, signal), progress);
  return [...missing, ...extra.map((name) => symptom('clip-extra', { file: join(folder, name) }, name)), ...found.flat()];
}

/** The part of MELD whose clips a folder holds; undefined if it holds none of them. */
function partOf(folder: string, names: readonly string[], meld: Meld): MeldPart | undefined {
  const parts = Object.keys(meld) as MeldPart[];
  const named = parts.find((part) => folder.replace(/[\\/]+$/, '').endsWith(MELD_PARTS[part]));
  if (named !== undefined) return named;
  const fits = parts.map((part) => {
    const own = new Set([...meld[part]!].flatMap(([id, { utterances }]) => utterances.map(({ number }) => clipName(id, number))));
    const count = names.filter((name) => own.has(name)).length;
    return { part, count, share: count / own.size };
  });
  const best = fits.reduce((a, b) => (b.count > a.count || (b.count === a.count && b.share > a.share) ? b : a));
  return best.count > 0 ? best.part : undefined;
}

/** A clip may differ from its row by this share, and by this much (seconds): clips are cut on pictures, and sound comes in packets. */
const OFF = { share: 0.25, seconds: 0.5 } as const;

async function checkClip(clip: Clip, senses: readonly Sense[], signal: AbortSignal | undefined): Promise<Symptom[]> {
  const { path, place, utterance } = clip;
  try {
    const found = await probe(path, { signal });
    const symptoms: Symptom[] = [];
    if (found.video === undefined) symptoms.push(symptom('no-picture', place, found.container));
    if (found.audio === undefined) symptoms.push(symptom('no-sound', place, found.container));
    if (utterance?.start !== undefined && utterance.end !== undefined) {
      const told = utterance.end - utterance.start;
      if (Math.abs(found.duration - told) > Math.max(OFF.seconds, OFF.share * told))
        symptoms.push(symptom('clip-length', place, `${found.duration.toFixed(1)} s; the table gives it ${told.toFixed(1)} s`));
    }
    for (const sense of senses) symptoms.push(...(await sense(clip, found, signal)));
    return symptoms;
  } catch (error) {
    if (!(error instanceof FameError) || error instanceof StoppedError || error.blame === 'stopped') throw error;
    const { got } = error.detail;
    return [symptom('clip-undecodable', place, `${error.code}${got === undefined ? '' : `: ${got.split('\n')[0]!.slice(0, 100)}`}`)];
  }
}

/** Results in the order of the items, of which so many are worked on at once. The first failure ends it. */
async function inParallel<A, B>(
  items: readonly A[],
  most: number,
  work: (item: A) => Promise<B>,
  progress: ((done: number, total: number) => void) | undefined,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  let [next, done] = [0, 0];
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
      progress?.(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return results;
}
