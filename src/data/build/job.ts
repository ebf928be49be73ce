import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeTextFile } from '../../base/atomic.ts';
import { FameError } from '../../base/errors.ts';
import { isRecord, readJsonFile } from '../../base/file.ts';
import { type Clip, fileClip, mergeClips } from '../../media/index.ts';
import { type Film, filmOf, mendedIn } from './film.ts';
import { faultOf, guarded } from './guard.ts';
import { boundOf, type Fault, faultsOf, filmsOf, type Gaps, type LeftOut, runsOf } from './plan.ts';
import type { Repair, SourceDialogue } from './source.ts';

/** Rises whenever the same source would give other films. */
const METHOD = 2;

/** A clip of the source: what it is, or what is wrong with it. */
export interface Input {
  /** Place of its utterance. */
  readonly utterance: number;
  /** Its file's name; absent where there is none. */
  readonly clip?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly fault?: Fault;
}

/** What was built of a dialogue: stands in the folder of the films, written when all of them are whole. */
export interface Receipt {
  readonly format: 'famenet build receipt';
  readonly version: 1;
  readonly dialogue: string;
  /** SHA-256 of everything that the films depend on. */
  readonly recipe: string;
  readonly inputs: readonly Input[];
  readonly films: readonly Film[];
  readonly leftOut: readonly LeftOut[];
  readonly repairs: readonly Repair[];
}

export interface JobOptions {
  /** Folder of the films. */
  readonly folder: string;
  readonly gaps: Gaps;
  readonly quality: number;
  readonly signal?: AbortSignal | undefined;
}

/** As ECEM names its films: dialogue, then the number of the target. */
export const filmName = (dialogue: string, target: number): string => `${dialogue}_${target}.mp4`;

/** Where the receipts are, in the folder of the films. */
export const RECEIPTS = 'receipts';
const receiptFile = (folder: string, dialogue: string): string => join(folder, RECEIPTS, `${dialogue}.json`);

/**
 * Builds the films of one dialogue, or finds that they are there: made of the same clips, by the same rules. Every clip is decoded once, whatever the number of films
 * that show it. A clip that turns out not to be decodable is a gap from then on, and what was finished before it stays.
 * Throws MediaError MEDIA_WRITE, MEDIA_TEMPORARY; StoppedError by `signal`, after which the next call goes on.
 */
export async function buildDialogue(dialogue: SourceDialogue, options: JobOptions): Promise<{ receipt: Receipt; built: number }> {
  const { folder, gaps, quality, signal } = options;
  const faults = faultsOf(dialogue);
  const clips = await openClips(dialogue, faults, signal);
  const recipe = recipeOf(
    dialogue,
    { method: METHOD, gaps, quality },
    [...clips.values()].map(({ input }) => input),
  );
  const older = await readReceipt(folder, dialogue.id);
  if (older?.recipe === recipe && isSettled(older) && (await areThere(folder, older.films))) return { receipt: older, built: 0 };
  const films = new Map<string, Film>();
  const built = new Set<string>();
  let plan = filmsOf(dialogue, faults, gaps);
  for (let again = true; again; ) {
    again = false;
    for (const [first, targets] of runsOf(plan.films)) {
      const places = range(first, targets.at(-1)!);
      const found = new Map<number, Fault>();
      const guards = places.map((place) =>
        guarded(clips.get(place)!.clip!, dialogue.utterances[place]!, (fault) => found.set(place, fault)),
      );
      const target = (k: number) => (targets.includes(first + k) ? join(folder, filmName(dialogue.id, first + k)) : undefined);
      try {
        for (const merged of await mergeClips(guards, { target, quality, signal })) {
          if (merged.built) built.add(merged.path);
          films.set(merged.path, await filmOf(dialogue.id, first, merged));
        }
      } catch (error) {
        if (found.size === 0) throw error;
        for (const [place, fault] of found) faults.set(place, fault);
        [plan, again] = [filmsOf(dialogue, faults, gaps), true];
        break;
      }
    }
  }
  const kept = plan.films.map(({ target }) => films.get(join(folder, filmName(dialogue.id, target)))!);
  const receipt: Receipt = {
    format: 'famenet build receipt',
    version: 1,
    dialogue: dialogue.id,
    recipe,
    inputs: dialogue.utterances.map(({ place, clip }) => {
      const fault = faults.get(place);
      const { input } = clips.get(place) ?? { input: { utterance: place, ...(clip === undefined ? {} : { clip: basename(clip) }) } };
      return { ...input, ...(fault === undefined ? {} : { fault }) };
    }),
    films: kept,
    leftOut: plan.leftOut,
    repairs: mendedIn(dialogue.id, kept),
  };
  await mkdir(join(folder, RECEIPTS), { recursive: true });
  await removeOthers(folder, older?.films ?? [], kept);
  await writeTextFile(receiptFile(folder, dialogue.id), `${JSON.stringify(receipt, null, 1)}\n`);
  return { receipt, built: kept.filter(({ film }) => built.has(join(folder, film))).length };
}

interface Opened {
  readonly input: Input;
  readonly clip?: Clip;
}

/** Looks at the clips that are there and hashes them. One that is no film at all is at fault at once. */
async function openClips(
  { utterances }: SourceDialogue,
  faults: Map<number, Fault>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, Opened>> {
  const opened = new Map<number, Opened>();
  for (const { place, clip: path } of utterances) {
    if (path === undefined || faults.has(place)) continue;
    const input = { utterance: place, clip: basename(path) };
    try {
      const clip = await fileClip(path, { signal });
      opened.set(place, { input: { ...input, bytes: (await stat(path)).size, sha256: clip.fingerprint }, clip });
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      faults.set(place, fault);
      opened.set(place, { input });
    }
  }
  return opened;
}

/** A hash of all that the films of a dialogue depend on: the rules, when its utterances end, which are explained, and what its clips hold. */
function recipeOf(dialogue: SourceDialogue, rules: object, inputs: readonly Input[]): string {
  const { films, leftOut } = filmsOf(dialogue, faultsOf(dialogue), 'after');
  const bounds = dialogue.utterances.map(boundOf);
  return createHash('sha256')
    .update(JSON.stringify([rules, films, leftOut, bounds, inputs]))
    .digest('hex');
}

async function readReceipt(folder: string, dialogue: string): Promise<Receipt | undefined> {
  const json = await readJsonFile(receiptFile(folder, dialogue), { maxBytes: 64e6 }).catch((error: unknown) => {
    if (error instanceof FameError) return undefined; // missing or damaged: the films will tell
    throw error;
  });
  const { format, version, recipe, films } = json ?? {};
  const isOurs = format === 'famenet build receipt' && version === 1 && typeof recipe === 'string' && json?.dialogue === dialogue;
  if (!isOurs || !Array.isArray(films) || !films.every((one) => isRecord(one) && typeof one.film === 'string')) return undefined;
  return json as unknown as Receipt;
}

/** Faults that another run may not find again: a decoder that said nothing for too long, or was ended from outside. */
const PERHAPS = /^MEDIA_(?:LIMIT|CRASHED)\b/;

const isSettled = ({ inputs }: Receipt): boolean => !inputs.some(({ fault }) => fault !== undefined && PERHAPS.test(fault.got));

/** Whether the films are there in the size that they had; `--verify` looks at every byte. */
async function areThere(folder: string, films: readonly Film[]): Promise<boolean> {
  const sizes = films.map(({ film, bytes }) =>
    stat(join(folder, film)).then(
      ({ size }) => size === bytes,
      () => false,
    ),
  );
  return (await Promise.all(sizes)).every(Boolean);
}

/** Films of an earlier build that this one does not have any more. */
async function removeOthers(folder: string, older: readonly Film[], kept: readonly Film[]): Promise<void> {
  for (const { film } of older) {
    if (basename(film) !== film || kept.some((one) => one.film === film)) continue;
    await rm(join(folder, film), { force: true });
    await rm(join(folder, film.replace(/mp4$/, 'json')), { force: true });
  }
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);
