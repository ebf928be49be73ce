import { random } from '../base/random.ts';
import type { Character } from './cast.ts';

/**
 * A voice for drawn people: a pulse train through three resonators (the source–filter model of speech, Fant 1960; cascade of two-pole filters as Klatt,
 * JASA 67, 1980), one vowel a syllable, some hiss for consonants. Nobody understands it; it has a speaker's pitch, syllables and pauses. It is the same for
 * every emotion, so that nothing can be heard that shall only be seen.
 */
export interface Speech {
  readonly seconds: number;
  readonly syllables: readonly Syllable[];
  /** How far the mouth is open at a moment (seconds from the beginning): 0 to 1. Loudness follows it. */
  opening(t: number): number;
}

/** Times in seconds from the beginning of the speech. */
export interface Syllable {
  readonly from: number;
  readonly to: number;
  readonly vowel: Vowel;
  /** A consonant that hisses comes first. */
  readonly hiss: boolean;
  /** Loudness and height, 0 to 1. */
  readonly stress: number;
}

type Vowel = 'a' | 'e' | 'i' | 'o' | 'u';

/** Formants in Hz of a man's voice (after Peterson and Barney, JASA 24, 1952), and how far the jaw drops. */
const VOWELS: Readonly<Record<Vowel, { readonly formants: readonly [number, number, number]; readonly open: number }>> = {
  a: { formants: [730, 1090, 2440], open: 1 },
  e: { formants: [530, 1840, 2480], open: 0.7 },
  i: { formants: [270, 2290, 3010], open: 0.45 },
  o: { formants: [570, 840, 2410], open: 0.8 },
  u: { formants: [300, 870, 2240], open: 0.5 },
};

const [SYLLABLE, WORD, PAUSE, SENTENCE] = [0.19, 0.05, 0.16, 0.3]; // seconds

/** Plans the syllables of a text: groups of vowels, pauses where there are commas and full stops. */
export function speak(text: string): Speech {
  const syllables: Syllable[] = [];
  let t = 0;
  for (const word of text.split(/\s+/)) {
    const letters = word
      .toLowerCase()
      .replace(/[^a-zé]/g, '')
      .replace(/é/g, 'e')
      .replace(/([a-z]{2,}[^aeiouy])e$/, '$1');
    const groups = [...letters.matchAll(/([^aeiouy]*)([aeiouy]+)/g)];
    for (const [k, [, before = '', vowels = 'e']] of groups.entries()) {
      const vowel = vowels[0] === 'y' ? 'i' : (vowels[0] as Vowel);
      const length = SYLLABLE * (1 + 0.18 * Math.min(2, before.length) + (vowels.length > 1 ? 0.2 : 0)) * 0.9;
      syllables.push({ from: t, to: t + length, vowel, hiss: /[sfzxhtkcp]/.test(before), stress: k === 0 ? 1 : 0.7 });
      t += length;
    }
    t += /[.!?]$/.test(word) ? SENTENCE : /,$/.test(word) ? PAUSE : WORD;
  }
  const seconds = syllables.at(-1)?.to ?? 0;
  return {
    seconds,
    syllables,
    opening(at) {
      const syllable = syllables.find(({ from, to }) => at >= from && at < to);
      return syllable ? VOWELS[syllable.vowel].open * bell(at, syllable) : 0;
    },
  };
}

/** Rises from 0, stays, falls to 0 within a syllable; a consonant keeps the mouth shut a little longer. */
function bell(at: number, { from, to, stress }: Syllable): number {
  const share = (at - from) / (to - from);
  return stress * Math.sin(Math.PI * Math.min(1, Math.max(0, share))) ** 0.8;
}

/** The speech as one voice says it: amplitude −1 to 1, `rate` samples a second. */
export function voice(speech: Speech, { pitch }: Pick<Character, 'pitch'>, rate: number): Float32Array {
  const out = new Float32Array(Math.ceil(speech.seconds * rate));
  const chance = random(Math.round(pitch * 1000));
  const longer = pitch > 160 ? 1.16 : 1; // shorter throats resonate higher
  for (const [n, syllable] of speech.syllables.entries()) {
    const { formants, open } = VOWELS[syllable.vowel];
    const filters = formants.map((hz, k) => resonator(hz * longer, 70 + 40 * k, rate));
    const [first, last] = [Math.round(syllable.from * rate), Math.min(out.length, Math.round(syllable.to * rate))];
    const breath = syllable.hiss ? Math.min(0.06 * rate, 0.35 * (last - first)) : 0;
    let phase = 0;
    for (let i = first; i < last; i++) {
      const share = (i - first) / (last - first);
      const melody = 1 + 0.1 * (syllable.stress - 0.8) - 0.12 * (n / speech.syllables.length) - 0.05 * share;
      phase += (pitch * melody) / rate;
      let source = 0.015 * (chance.next() - 0.5);
      if (phase >= 1) {
        phase -= 1;
        source += 1;
      }
      const voiced = filters.reduce((x, filter) => filter(x), source);
      out[i] = 0.55 * open ** 0.5 * bell(i / rate, syllable) * voiced;
      if (i - first < breath) out[i]! += 0.05 * Math.sin((Math.PI * (i - first)) / breath) * (chance.next() - 0.5);
    }
  }
  return levelled(out);
}

/** A two-pole filter that passes `hz` with this width and has gain 1 at 0 Hz. */
function resonator(hz: number, width: number, rate: number): (x: number) => number {
  const radius = Math.exp((-Math.PI * width) / rate);
  const [b, c] = [2 * radius * Math.cos((2 * Math.PI * hz) / rate), -radius * radius];
  const a = 1 - b - c;
  let [y1, y2] = [0, 0];
  return (x) => {
    const y = a * x + b * y1 + c * y2;
    [y2, y1] = [y1, y];
    return y;
  };
}

/** Loudest at 0.6, for every voice. */
function levelled(samples: Float32Array): Float32Array {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return peak === 0 ? samples : samples.map((x) => (0.6 * x) / peak);
}
