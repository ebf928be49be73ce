import type { Utterance } from '../utterance.ts';
import { counted, type Place, type Symptom, symptom, wordsIn } from './symptom.ts';

/** What was heard of a clip. */
export interface Heard {
  /** Seconds of sound. */
  readonly seconds: number;
  /** Seconds of it that rise above the rest as speech does; music and laughter do, too. */
  readonly loud: number;
  /** The loudest moment in decibels (full scale = 0). */
  readonly peak: number;
}

/** Words a second of loud sound: quick speech has 6, slow speech with its pauses taken out 1.5. Wider here, because loud is not the same as spoken. */
const RATE = { fastest: 12, slowest: 0.4, words: 3, seconds: 3 } as const;
/** Nothing was said in less loud sound than this (seconds); in so short a clip one breath of speech has no quiet part to rise above. */
const SAID = { loud: 0.12, clip: 1 } as const;
/** Decibels below which nobody can be understood. */
const SILENCE = -50;

/**
 * Words against sound. It sees a clip without speech, and words that cannot be said (or fill next to nothing of) the time in which there is loud sound. It
 * understands no word: other words of the same length pass, and so does music where nobody speaks.
 */
export function listened({ text }: Pick<Utterance, 'text'>, { seconds, loud, peak }: Heard, place: Place): Symptom[] {
  const words = wordsIn(text);
  if (words === 0 || seconds === 0) return [];
  const said = `${counted(words, 'word')}, ${loud.toFixed(1)} of ${seconds.toFixed(1)} s loud enough for speech`;
  if (peak < SILENCE || (loud < SAID.loud && seconds >= SAID.clip)) return [symptom('no-speech', place, said)];
  const rate = words / loud;
  const fast = words >= RATE.words && rate > RATE.fastest && seconds >= SAID.clip;
  const slow = loud >= RATE.seconds && rate < RATE.slowest;
  return fast || slow ? [symptom('speech-rate', place, said)] : [];
}

/** What was seen of a clip while its utterance lasts: how many faces, and why none of them was taken for the speaker's (undefined if one was). */
export interface Looked {
  readonly faces: number;
  readonly nobody: string | undefined;
}

/** Faces against the utterance. Only what the faces themselves deny is told: with too few pictures or a tie nobody knows. */
export function looked({ faces, nobody }: Looked, place: Place): Symptom[] {
  if (faces === 0 || nobody !== 'off-screen') return [];
  return [symptom('off-speaker', place, `${counted(faces, 'face')}, and the sound fits none of their mouths`)];
}
