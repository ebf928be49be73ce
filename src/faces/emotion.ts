import { type Distribution, EMOTIONS, type Emotion } from '../base/emotion.ts';

export { type Distribution, EMOTIONS, type Emotion } from '../base/emotion.ts';

/** Class orders of the public checkpoints, in our names; null = a class that MELD does not have (its share is spread in proportion). */
export const CLASS_ORDERS = {
  /** `@vladmandic/face-api`: neutral, happy, sad, angry, fearful, disgusted, surprised. */
  faceapi: ['neutral', 'joy', 'sadness', 'anger', 'fear', 'disgust', 'surprise'],
  /** DDAMFN, RAF-DB and AffectNet-7 (its repository's class list). */
  ddamfn7: ['neutral', 'joy', 'sadness', 'surprise', 'fear', 'disgust', 'anger'],
  /** DDAMFN, AffectNet-8 and FERPlus: contempt last. */
  ddamfn8: ['neutral', 'joy', 'sadness', 'surprise', 'fear', 'disgust', 'anger', null],
} as const satisfies Record<string, readonly (Emotion | null)[]>;

export type ClassOrder = keyof typeof CLASS_ORDERS;

/** A network's probabilities, in its own order, as ours (`EMOTIONS`). Sums to 1 if the classes we know have any share. */
export function inOurOrder(probabilities: ArrayLike<number>, order: ClassOrder): Float32Array {
  const names: readonly (Emotion | null)[] = CLASS_ORDERS[order];
  const out = new Float32Array(EMOTIONS.length);
  let known = 0;
  names.forEach((name, i) => {
    if (name === null) return;
    out[EMOTIONS.indexOf(name)] = probabilities[i]!;
    known += probabilities[i]!;
  });
  return known > 0 ? out.map((p) => p / known) : out;
}

/** The distribution under its names. */
export function named(distribution: ArrayLike<number>): Distribution {
  return Object.fromEntries(EMOTIONS.map((name, i) => [name, distribution[i]!])) as Record<Emotion, number>;
}
