/** What is learnt from and asked: a question, and where people gave one the answer, out of ECEM, a made world, a built set or dialogues with emotions. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FameError } from '../base/errors.ts';
import { readTextFile } from '../base/file.ts';
import { random } from '../base/random.ts';
import {
  BESIDE,
  type Dialogue,
  dialoguesBeside,
  type EcemRow,
  joinBeside,
  joinMeld,
  type Meld,
  parseDialogues,
  parseEcem,
  placeOf,
} from '../data/index.ts';
import type { Modality, Question } from './prompt.ts';
import type { Turn } from './turns.ts';

/** One item of a data set. */
export interface Example {
  /** As `famenet evaluate` finds it in the references: the film's name in ECEM, `dialogue_number` elsewhere. */
  readonly id: string;
  /** Rows of one dialogue have the same; they are never on both sides of a split. */
  readonly dialogue: string;
  readonly question: Question;
  /** Absent where the file only asks. */
  readonly answer?: string;
  /** The film that ends with the target, where there is one. */
  readonly film?: string;
  /** What it can be asked with, where a film is not enough for everything. */
  readonly modalities?: readonly Modality[];
}

export interface DatasetOptions {
  /** MELD, for the earlier turns of ECEM's rows; without it a row is all that was said. */
  readonly meld?: Meld | undefined;
  /** Folder of ECEM's films; default: `films` beside the file, as in a made world, else the file's folder with `.films` behind its name, as a built set has it. */
  readonly films?: string | undefined;
  /** Which part of a made world or a built set is meant by its folder, where it was split. */
  readonly part?: 'train' | 'dev' | 'test';
}

/** A part to which nothing fell. */
const EMPTY = /^\s*\[\s*\]\s*$/;
const WHOLE = 'ecem.json';

/**
 * Reads a data set, told apart by content:
 * - ECEM's JSON. Earlier turns come from `meld`, or from a `dialogues.jsonl` beside the file, as `famenet synth` and `famenet dataset build` write it.
 * - the folder of a made world or a built set: its `ecem.json`, or of a split one the part that is asked for.
 * - what `readDialogues` reads: each utterance with an emotion that is not neutral is a question without an answer; its clip is no film, as it shows
 *   that utterance alone.
 * Throws FAME_DATASET, and as `readDialogues`, `parseEcem`, `joinMeld` and `joinBeside` do.
 */
export async function readDataset(path: string, o: DatasetOptions = {}): Promise<Example[]> {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? partOf(path, o.part ?? 'train') : path;
  const content = await readTextFile(file, { maxBytes: 256e6 });
  const isEcem = /^\s*\[\s*\{/.test(content) && /"conversations"\s*:/.test(content.slice(0, 4000));
  if (EMPTY.test(content))
    throw unusable(
      file,
      'statements with an emotion',
      'an empty list',
      'give another file, or build the set with another --seed or larger shares',
    );
  const examples = isEcem
    ? await ecemExamples(parseEcem(content, file), file, o)
    : parseDialogues(content, file).flatMap((dialogue) => questionsOf(dialogue));
  const ids = new Set<string>();
  const twice = examples.find(({ id }) => ids.has(id) || !ids.add(id));
  if (twice !== undefined)
    throw unusable(file, 'each id once', `"${twice.id}" twice`, '`famenet dataset clean` keeps one row of each film');
  if (examples.length > 0) return examples;
  throw unusable(file, 'statements with an emotion', 'none that is not neutral', 'give a file that says how the speakers feel');
}

/** Whether a folder has a part of its own with something in it: a small set's may be empty. */
export async function hasPart(folder: string, part: 'dev' | 'test'): Promise<boolean> {
  const file = join(folder, `${part}.json`);
  return existsSync(file) && !EMPTY.test(await readTextFile(file, { maxBytes: 256e6 }));
}

/** The file that the folder of a made world or a built set stands for. */
function partOf(folder: string, part: string): string {
  const found = [WHOLE, `${part}.json`].map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined && existsSync(join(folder, BESIDE))) return found;
  throw unusable(
    folder,
    `${BESIDE} with ${WHOLE} or ${part}.json`,
    'a folder without them',
    'name a file, or a folder of famenet synth or famenet dataset build',
  );
}

async function ecemExamples(rows: readonly EcemRow[], file: string, { meld, films }: DatasetOptions): Promise<Example[]> {
  const world = meld === undefined ? await dialoguesBeside(file) : undefined;
  const folder = films ?? filmsOf(dirname(resolve(file)));
  return rows.map((row) => {
    const { part, dialogue } = placeOf(row.video);
    const film = join(folder, row.video);
    return {
      id: row.video,
      dialogue: `${part}/${dialogue}`,
      question: { ...turnsOf(row, { meld, world }), emotion: row.emotion },
      ...(row.cause.trim() === '' ? {} : { answer: row.cause }), // a built set asks for what nobody has written yet
      ...(existsSync(film) ? { film } : {}),
    };
  });
}

/** Where a set's films lie: in its folder, or beside it, since a folder that `famenet dataset build` makes for publishing must not hold them. */
function filmsOf(folder: string): string {
  const inside = join(folder, 'films');
  return existsSync(inside) ? inside : `${folder}.films`;
}

/** The turns up to the statement. Times only where they are those of the film: MELD's are those of an episode. */
function turnsOf(
  row: EcemRow,
  { meld, world }: { readonly meld: Meld | undefined; readonly world: ReadonlyMap<string, Dialogue> | undefined },
): { readonly turns: readonly Turn[]; readonly target: number } {
  if (meld !== undefined) {
    const turns = joinMeld(row, meld).utterances.map(({ speaker, text }) => ({ speaker, text }));
    // What ECEM says of the statement itself was corrected by transcription (§3.1), MELD's was not.
    return { turns: [...turns.slice(0, -1), { speaker: row.speaker, text: row.text }], target: turns.length - 1 };
  }
  if (world === undefined) return { turns: [{ speaker: row.speaker, text: row.text }], target: 0 };
  const turns = joinBeside(row, world).utterances.map(turnOf);
  return { turns, target: turns.length - 1 };
}

function questionsOf({ id, utterances }: Dialogue): Example[] {
  return utterances.flatMap(({ number, emotion }, target) =>
    emotion === undefined || emotion === 'neutral'
      ? []
      : [
          {
            id: `${id}_${number}`,
            dialogue: id,
            question: { turns: utterances.slice(0, target + 1).map(({ speaker, text }) => ({ speaker, text })), target, emotion },
          },
        ],
  );
}

const turnOf = ({ speaker, text, start, end }: Turn): Turn => ({ speaker, text, start, end });

/**
 * Puts whole dialogues aside: about `share` (0 to 1) of them, none where that is less than one. The same seed puts the same aside.
 */
export function heldOutOf(
  examples: readonly Example[],
  share: number,
  seed: number,
): { readonly train: readonly Example[]; readonly heldOut: readonly Example[] } {
  const dialogues = [...new Set(examples.map(({ dialogue }) => dialogue))];
  const aside = new Set(
    random(seed)
      .shuffled(dialogues)
      .slice(0, Math.floor(share * dialogues.length)),
  );
  return {
    train: examples.filter(({ dialogue }) => !aside.has(dialogue)),
    heldOut: examples.filter(({ dialogue }) => aside.has(dialogue)),
  };
}

function unusable(at: string, expected: string, got: string, fix: string): FameError {
  return new FameError('FAME_DATASET', `${basename(at)} cannot be used as a data set`, { at, expected, got, fix });
}
