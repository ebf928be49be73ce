import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import { type Dialogue, dialogueOf, ecemItem, filmName, truthOf } from './export.ts';
import { type FilmSettings, writeFilm } from './film.ts';
import { readme } from './readme.ts';
import { type Kind, PARTS, type Part, type Story, storyOf } from './world.ts';

/** Rises whenever a word, a drawing, a voice or a rule of the world changes, so that films of two versions are never mixed. */
export const WORLD_VERSION = 1;

/** All that decides what is made. */
export interface Recipe {
  readonly seed: number;
  readonly dialogues: number;
  readonly split: boolean;
  /** Of a split world, only what belongs to this part; the stories keep their numbers. */
  readonly part?: Part;
  /** Absent: only what is written. */
  readonly film?: FilmSettings;
}

/** What a run did. */
export interface Made {
  readonly folder: string;
  readonly dialogues: number;
  /** Of all dialogues together, those of other parts than the one asked for left out. */
  readonly seconds: number;
  readonly films: { readonly made: number; readonly kept: number; readonly bytes: number };
  readonly kinds: Readonly<Record<Kind, number>>;
  readonly situations: number;
  /** Names of the files beside the films. */
  readonly files: readonly string[];
}

export interface WriteOptions {
  /** Called after each dialogue. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const MANIFEST = 'manifest.json';
const MADE = 'famenet synth: made world, not people';

/**
 * Writes a made world into a folder: `films/` (an mp4 and its dialogue each), `dialogues.jsonl`, `truth.jsonl`, the questions and answers in ECEM's format
 * (`ecem.json`, or `train.json`, `dev.json` and `test.json`), `README.txt` and `manifest.json`. The formats are those of export.ts. Films that are there
 * already, whole and by the same recipe, are kept, so a run that was stopped goes on, and a larger `dialogues` adds to what there is.
 * Throws FameError SYNTH_FOLDER (the folder holds something else), MediaError as `writeFilm`; the reason of `signal`.
 */
export async function writeWorld(folder: string, recipe: Recipe, { progress, signal }: WriteOptions = {}): Promise<Made> {
  const older = await claim(folder, recipe);
  const films: { file: string; bytes: number; sha256: string }[] = [];
  const tally = { made: 0, kept: 0 };
  const lines: Record<'dialogues' | 'truth', string[]> = { dialogues: [], truth: [] };
  let seconds = 0;
  const [kinds, situations] = [{ word: 0, picture: 0, face: 0 } as Record<Kind, number>, new Set<string>()];
  const items = new Map<string, ReturnType<typeof ecemItem>[]>(
    (recipe.part ? [recipe.part] : recipe.split ? PARTS : ['ecem']).map((name) => [name, []]),
  );
  for (let index = 0; index < recipe.dialogues; index++) {
    signal?.throwIfAborted();
    const story = storyOf(recipe.seed, index, recipe);
    if (recipe.part !== undefined && story.part !== recipe.part) continue;
    const dialogue = dialogueOf(story);
    if (recipe.film) {
      const { kept, ...film } = await filmOf(folder, story, dialogue, recipe.film, older, signal);
      films.push(film);
      tally[kept ? 'kept' : 'made']++;
    }
    seconds += dialogue.utterances.at(-1)!.end;
    lines.dialogues.push(JSON.stringify(dialogue));
    lines.truth.push(JSON.stringify(truthOf(story)));
    items.get(story.part ?? 'ecem')!.push(ecemItem(story, index));
    kinds[story.kind]++;
    situations.add(`${story.kind}/${story.situation}`);
    progress?.(index + 1);
  }
  const texts: Readonly<Record<string, string>> = {
    'README.txt': readme(recipe, { world: WORLD_VERSION, seconds, told: lines.dialogues.length }),
    'dialogues.jsonl': `${lines.dialogues.join('\n')}\n`,
    'truth.jsonl': `${lines.truth.join('\n')}\n`,
    ...Object.fromEntries([...items].map(([name, part]) => [`${name}.json`, `${JSON.stringify(part, null, 1)}\n`])),
  };
  for (const [file, text] of Object.entries(texts)) await writeTextFile(join(folder, file), text);
  const files = [...Object.entries(texts).map(([file, text]) => ({ file, ...fingerprintOf(Buffer.from(text)) })), ...films];
  await writeTextFile(join(folder, MANIFEST), manifest(recipe, files));
  return {
    folder,
    dialogues: lines.dialogues.length,
    seconds,
    films: { ...tally, bytes: films.reduce((sum, { bytes }) => sum + bytes, 0) },
    kinds,
    situations: situations.size,
    files: [...Object.keys(texts), MANIFEST],
  };
}

const manifest = (recipe: Recipe, files: readonly object[]): string =>
  `${JSON.stringify({ made: MADE, world: WORLD_VERSION, from: recipe, files }, null, 1)}\n`;

function fingerprintOf(bytes: Buffer): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Makes the folder ours, or refuses; gives the hashes of the films that an earlier run has finished. */
async function claim(folder: string, recipe: Recipe): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const at = join(folder, MANIFEST);
  const entries = await readdir(folder);
  if (!entries.includes(MANIFEST)) {
    if (entries.length > 0)
      throw refuse(folder, 'an empty folder, or a made world to go on with', `${entries.length} files of something else`);
    await writeTextFile(at, manifest(recipe, []));
    return new Map();
  }
  const { made, world, from, files } = await readJsonFile(at, { maxBytes: 512e6 });
  if (made !== MADE || !isRecord(from)) throw refuse(folder, 'a made world to go on with', 'a manifest of something else');
  if (world !== WORLD_VERSION || rule(from) !== rule(recipe)) {
    throw refuse(folder, `version ${WORLD_VERSION}, ${rule(recipe)}`, `version ${String(world)}, ${rule(from)}`);
  }
  if (typeof from.dialogues === 'number' && from.dialogues > recipe.dialogues) {
    throw refuse(folder, `at least the ${from.dialogues} dialogues that are there`, String(recipe.dialogues));
  }
  const known = (Array.isArray(files) ? files : []).filter(isRecord);
  await writeTextFile(at, manifest(recipe, known)); // from here on it is of this size, also when the run is stopped
  return new Map(known.map(({ file, sha256 }) => [String(file), String(sha256)]));
}

/** What has to agree for a world to go on, for people. */
function rule({ seed, split, part, film }: Readonly<Partial<Record<keyof Recipe, unknown>>>): string {
  const films = isRecord(film) ? `${film.width} × ${film.height}, ${film.fps} pictures a second` : 'no films';
  return `seed ${seed}, ${split ? 'split' : 'not split'}${part === undefined ? '' : `, ${part} alone`}, ${films}`;
}

function refuse(at: string, expected: string, got: string): FameError {
  return new FameError('SYNTH_FOLDER', 'This folder holds something else', {
    at,
    expected,
    got,
    fix: 'choose another folder, or the same settings',
  });
}

/** One film with its dialogue beside it. The dialogue is written last and says by which recipe, so where it is, the film is whole. */
async function filmOf(
  folder: string,
  story: Story,
  dialogue: Dialogue,
  settings: FilmSettings,
  older: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<{ file: string; bytes: number; sha256: string; kept: boolean }> {
  const file = `films/${filmName(story)}`;
  const path = join(folder, file);
  const beside = path.replace(/mp4$/, 'json');
  const recipe = createHash('sha256').update(JSON.stringify({ WORLD_VERSION, settings, story })).digest('hex').slice(0, 16);
  const text = `${JSON.stringify({ made: MADE, recipe, ...dialogue }, null, 1)}\n`;
  const [there, film] = await Promise.all([readFile(beside, 'utf8').catch(absent), readFile(path).catch(absent)]);
  if (there === text && film && film.length > 0) {
    const found = fingerprintOf(film);
    if ((older.get(file) ?? found.sha256) === found.sha256) return { file, ...found, kept: true };
  }
  await writeFilm(path, story, settings, signal);
  await writeTextFile(beside, text);
  return { file, ...fingerprintOf(await readFile(path)), kept: false };
}

function absent(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
  throw cause;
}
