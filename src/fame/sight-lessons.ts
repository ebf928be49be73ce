/** What an image tower learns from: pictures, and what is to be told of each; as batches, number i of which depends on the seed and on i alone. */
import { ModelError } from '../base/errors.ts';
import { mixed, random } from '../base/random.ts';
import { type Batch, float32, IGNORE, int64, type Value } from '../graph/index.ts';
import { clipPixels, type PictureSettings } from '../media/clip.ts';
import type { Picture } from '../media/index.ts';

/** What is asked of every picture, with all answers that there are. */
export type Questions = Readonly<Record<string, readonly string[]>>;

/** One picture, of any size, and the numbers of the right answers; a question that nobody could answer from this picture is left out. */
export interface Glimpse {
  readonly picture: Picture;
  readonly answers: Readonly<Record<string, number>>;
}

/** Name of the input that holds the right answers to a question, int64 [B]. */
export const answersTo = (question: string): string => `answers:${question}`;

/** At least one picture, and no answer that its question does not have. Throws ModelError FAME_GLIMPSE; `what` names the list. */
export function checkGlimpses(glimpses: readonly Glimpse[], questions: Questions, what: string): void {
  const refuse = (expected: string, got: string) =>
    new ModelError('FAME_GLIMPSE', 'These pictures cannot be learnt from', {
      at: what,
      expected,
      got,
      fix: 'give pictures with answers that are among those of `questions`',
    });
  if (glimpses.length === 0) throw refuse('one picture or more', 'none');
  for (const [i, { answers }] of glimpses.entries())
    for (const [question, answer] of Object.entries(answers)) {
      const all = questions[question];
      if (!all) throw refuse(`questions ${Object.keys(questions).join(', ')}`, `"${question}", of picture ${i}`);
      if (all[answer] === undefined) throw refuse(`0 to ${all.length - 1} for "${question}"`, `${answer}, of picture ${i}`);
    }
}

export interface GlimpseOptions {
  readonly questions: Questions;
  readonly settings: PictureSettings;
  /** Side of the pictures that the tower sees. */
  readonly image: number;
}

/** Some pictures as a batch: V [B,3,S,S], and the answers to each question [B]. */
export function glimpseBatch(glimpses: readonly Glimpse[], { questions, settings, image }: GlimpseOptions): Batch {
  const answered = Object.keys(questions).map((question): [string, Value] => {
    const answers = glimpses.map(({ answers }) => answers[question] ?? IGNORE);
    return [answersTo(question), int64([glimpses.length], answers)];
  });
  const size = 3 * image * image;
  const V = new Float32Array(glimpses.length * size);
  for (const [b, { picture }] of glimpses.entries()) clipPixels(picture, settings, V.subarray(b * size, (b + 1) * size));
  return { V: float32([glimpses.length, 3, image, image], V), ...Object.fromEntries(answered) };
}

/** Batch i of a run: B pictures by chance, each a little brighter or darker, paler or stronger, and moved by a few pixels. */
export function lessonBatch(
  glimpses: readonly Glimpse[],
  o: GlimpseOptions & { readonly B: number; readonly seed: number },
  i: number,
): Batch {
  const chance = random(mixed(o.seed, i));
  const drawn = Array.from({ length: o.B }, () => {
    const { picture, answers } = glimpses[chance.below(glimpses.length)]!;
    const noise = { contrast: 1 + 0.2 * (chance.next() - 0.5), light: 30 * (chance.next() - 0.5) };
    const by = Math.ceil(picture.width / 64);
    const move = () => chance.below(2 * by + 1) - by;
    return { picture: shaken(picture, { ...noise, right: move(), down: move() }), answers };
  });
  return glimpseBatch(drawn, o);
}

interface Shake {
  /** Factor of the distance from middle grey, then what is added, in steps of a byte. */
  readonly contrast: number;
  readonly light: number;
  /** Whole pixels. What comes in at an edge repeats it. */
  readonly right: number;
  readonly down: number;
}

function shaken({ width, height, data }: Picture, { contrast, light, right, down }: Shake): Picture {
  const table = Uint8Array.from({ length: 256 }, (_, x) => Math.max(0, Math.min(255, Math.round(128 + contrast * (x - 128) + light))));
  const from = Int32Array.from({ length: width }, (_, x) => 3 * Math.max(0, Math.min(width - 1, x - right)));
  const out = new Uint8Array(data.length);
  for (let y = 0, k = 0; y < height; y++) {
    const row = 3 * width * Math.max(0, Math.min(height - 1, y - down));
    for (let x = 0; x < width; x++, k += 3) {
      const at = row + from[x]!;
      out[k] = table[data[at]!]!;
      out[k + 1] = table[data[at + 1]!]!;
      out[k + 2] = table[data[at + 2]!]!;
    }
  }
  return { width, height, data: out };
}
