/** Examples as lessons: laid out as ids, their films looked at; and which of them a batch has. */
import { createHash } from 'node:crypto';
import { FameError, ModelError, StoppedError } from '../base/errors.ts';
import { mixed, random } from '../base/random.ts';
import type { Value } from '../graph/index.ts';
import type { FilmCache } from './cache.ts';
import type { Example } from './dataset.ts';
import type { Fame } from './fame.ts';
import type { Stretch } from './parts.ts';
import { explainPrompt, MODALITIES, type Modality } from './prompt.ts';

/** One way to ask a question: with some of the modalities. */
export interface Form {
  readonly stretches: readonly Stretch[];
  /** R of its film, from the cache; absent without V. */
  readonly look?: (signal?: AbortSignal) => Promise<Value>;
}

/** An example that is ready to be learnt. */
export interface Lesson {
  readonly id: string;
  /** The first with every modality, for looks; the others only where some are dropped. */
  readonly forms: readonly Form[];
}

export interface LessonOptions {
  readonly modalities: readonly Modality[];
  /** Each lesson is laid out for every combination of its modalities, see `formOf`. */
  readonly drop?: boolean | undefined;
  /** Examples without a film are asked with words alone, instead of being left out. */
  readonly partial?: boolean | undefined;
  readonly cache: FilmCache;
  readonly signal?: AbortSignal | undefined;
  /** Called after each example; `leftOut` is why it cannot be used. */
  readonly onExample?: ((example: Example, leftOut: FameError | undefined) => void) | undefined;
}

/** Lays examples out and looks at their films. Those that cannot be used (no film, no answer, too long) are told and left out. Throws StoppedError. */
export async function lessonsOf(examples: readonly Example[], fame: Fame, o: LessonOptions): Promise<Lesson[]> {
  const lessons: Lesson[] = [];
  for (const example of examples) {
    if (o.signal?.aborted) throw new StoppedError();
    let leftOut: FameError | undefined;
    try {
      lessons.push(await lessonOf(example, fame, o));
    } catch (error) {
      if (!(error instanceof FameError) || error.blame !== 'user') throw error;
      leftOut = error;
    }
    o.onExample?.(example, leftOut);
  }
  return lessons;
}

async function lessonOf(
  { id, question, answer, film, modalities: has = MODALITIES }: Example,
  fame: Fame,
  o: LessonOptions,
): Promise<Lesson> {
  const { cache, signal } = o;
  if (answer === undefined || answer.trim() === '')
    throw new ModelError('FAME_NOTHING_LEARNT', 'There is nothing to learn from this example', {
      at: id,
      expected: 'an explanation',
      got: 'a question alone',
      fix: 'train on a data set with explanations, such as ECEM',
    });
  const blind = o.partial === true && film === undefined && o.modalities.includes('T');
  const modalities: readonly Modality[] = blind ? ['T'] : o.modalities.filter((m) => has.includes(m));
  const see = modalities.includes('V') ? filmOf(id, film) : undefined;
  const end = question.turns[question.target]?.end;
  const look = see === undefined ? undefined : (later?: AbortSignal) => cache.features(see, end, later);
  const faces = modalities.includes('E')
    ? await cache.faces(filmOf(id, film), question.turns.slice(0, question.target + 1), signal)
    : undefined;
  const rows = (await look?.(signal))?.shape[0] ?? 0;
  const { tokenizer, template, language } = fame;
  const forms = (o.drop ? subsetsOf(modalities) : [modalities]).map((on): Form => {
    const seen = on.includes('V') ? look : undefined;
    const asked = { tokenizer, template, modalities: on, videoTokens: seen ? rows : 0, limit: language.config.positions, answer };
    const { stretches } = explainPrompt({ ...question, faces: on.includes('E') ? faces : undefined }, asked);
    return { stretches, ...(seen ? { look: seen } : {}) };
  });
  return { id, forms };
}

/** Every choice of one or more, the whole first: bit b of a number says whether the one at b is left out. */
function subsetsOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: 2 ** all.length - 1 }, (_, left) => all.filter((_one, b) => (left & (1 << b)) === 0));
}

/**
 * The form in which a lesson is learnt at a place of the run: each of its modalities is left out with the chance `drop`, but never all of them. So the one
 * network can be asked with any combination (Table 4), and cannot lean on a single one.
 */
export function formOf({ forms }: Lesson, place: number, { drop, seed }: { readonly drop: number; readonly seed: number }): Form {
  const count = Math.log2(forms.length + 1);
  const chance = random(mixed(seed ^ 0x3c6ef372, place));
  let left = 0;
  for (let b = 0; b < count; b++) if (chance.next() < drop) left |= 1 << b;
  return forms[left] ?? forms[0]!;
}

function filmOf(id: string, film: string | undefined): string {
  if (film !== undefined) return film;
  throw new ModelError('FAME_QUESTION', 'The question lacks something', {
    at: id,
    expected: 'a film, as V or E is on',
    got: 'none',
    fix: 'name the folder of the films, or leave V and E out',
  });
}

/** The first 12 digits of a SHA-256 over what is learnt, so that a run never goes on with other data. */
export function lessonsHash(lessons: readonly Lesson[]): string {
  const hash = createHash('sha256');
  for (const { id, forms } of lessons) hash.update(JSON.stringify([id, forms.map(({ stretches }) => stretches)]));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Which of `count` lessons batch i has: the epochs follow each other, each shuffled by the seed and its number, and are cut into batches. So batch i
 * depends on the seed and i alone, and every lesson comes once in an epoch.
 */
export function batchOf(
  i: number,
  { count, size, seed }: { readonly count: number; readonly size: number; readonly seed: number },
): number[] {
  const orders = new Map<number, number[]>();
  return Array.from({ length: size }, (_, b) => {
    const place = i * size + b;
    const epoch = Math.floor(place / count);
    const order = orders.get(epoch) ?? random(mixed(seed, epoch)).shuffled([...Array(count).keys()]);
    orders.set(epoch, order);
    return order[place % count]!;
  });
}
