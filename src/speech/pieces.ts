/** A stretch of sound. Samples: from this one up to (not with) that one. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Seconds that a recogniser hears at once: Whisper is made for 30. */
export const LONGEST = 28;
/** Seconds of sound around a voice that are heard, too: beginnings of words are quiet. */
const MARGIN = 0.15;
/** Seconds of one value of loudness, where no detector tells voices from silence. */
const STEP = 0.02;
/** Share of a stretch, at its end, in which the quietest place is looked for. */
const LOOSE = 0.4;

/**
 * Joins the stretches in which somebody speaks, with a margin, into pieces of at most 28 seconds, so that the recogniser has context (the "cut and
 * merge" of WhisperX, Bain et al. 2023); a longer stretch is cut where it is quietest. Pieces never overlap.
 */
export function piecesOf(voices: readonly Stretch[], samples: Float32Array, rate: number): Stretch[] {
  const [most, margin] = [LONGEST * rate, Math.round(MARGIN * rate)];
  const pieces: Stretch[] = [];
  for (const voice of voices) {
    const last = pieces.at(-1);
    const from = Math.max(last?.to ?? 0, voice.from - margin);
    const to = Math.min(samples.length, voice.to + margin);
    if (to <= from) continue;
    if (last !== undefined && to - last.from <= most) pieces[pieces.length - 1] = { from: last.from, to };
    else pieces.push(...cut({ from, to }, samples, rate));
  }
  return pieces;
}

/** Cuts a stretch where it is quietest, until no part is longer than a recogniser hears at once. */
export function cut({ from, to }: Stretch, samples: Float32Array, rate: number): Stretch[] {
  const [most, step] = [LONGEST * rate, Math.round(STEP * rate)];
  const parts: Stretch[] = [];
  let start = from;
  while (to - start > most) {
    let [place, least] = [start + most, Number.POSITIVE_INFINITY];
    for (let at = Math.round(start + most * (1 - LOOSE)); at + step <= start + most; at += step) {
      let power = 0;
      for (let i = at; i < at + step; i++) power += samples[i]! ** 2;
      if (power <= least) [place, least] = [at + Math.round(step / 2), power];
    }
    parts.push({ from: start, to: place });
    start = place;
  }
  return [...parts, { from: start, to }];
}
