import { basename } from 'node:path';
import { type Ledger, type Merged, secondsOf } from '../../media/index.ts';
import { SYMPTOMS, type SymptomCode } from '../doctor/symptom.ts';
import { fingerprintOfFile } from './fingerprint.ts';
import { CUT } from './guard.ts';
import type { Repair } from './source.ts';

/** One utterance in a film. */
export interface Part {
  /** Place of the utterance. */
  readonly utterance: number;
  /** Seconds of the film. Both are the same for a clip of which everything had been shown. */
  readonly start: number;
  readonly end: number;
  /** Pictures at its beginning that had been shown already, and were left out. */
  readonly dropped: number;
  /** See `NOTES` of `famenet/media`. */
  readonly notes: readonly string[];
  /** What is missing of the clip, where something is. */
  readonly short?: string;
}

/** A cumulative film: utterances up to the target, which ends it. */
export interface Film {
  readonly film: string;
  readonly dialogue: string;
  readonly target: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly sha256: string;
  /** In their order, without a gap. */
  readonly parts: readonly Part[];
}

/** What is to be known of a film that was merged from the clips of a dialogue, of which the first is that of utterance `first`. */
export async function filmOf(dialogue: string, first: number, { k, path, ledger }: Merged): Promise<Film> {
  const { video, clips } = ledger as Ledger;
  const seconds = (ticks: (typeof clips)[number]['from']) => Math.round(secondsOf(ticks, video.timeBase) * 1000) / 1000;
  return {
    film: basename(path),
    dialogue,
    target: first + k,
    seconds: seconds(video.duration),
    ...(await fingerprintOfFile(path)),
    parts: clips.map(({ from, to, dropped, notes, short }, i) => ({
      utterance: first + i,
      start: seconds(from),
      end: seconds(to),
      dropped,
      notes,
      ...(short === undefined ? {} : { short }),
    })),
  };
}

/** What merging has mended in the clips of a dialogue, once for each clip. */
export function mendedIn(dialogue: string, films: readonly Film[]): Repair[] {
  const parts = new Map(films.flatMap((film) => film.parts.map((part) => [part.utterance, part] as const)));
  return [...parts.values()]
    .sort((a, b) => a.utterance - b.utterance)
    .flatMap(({ utterance, dropped, short }): Repair[] => {
      const mended = (code: SymptomCode, how: string) => ({
        dialogue,
        utterance,
        field: 'clip' as const,
        code,
        reason: `${SYMPTOMS[code].about}: ${how}`,
      });
      return [
        ...(short?.includes(CUT) ? [mended('clip-length', short)] : []),
        ...(dropped > 0 ? [mended('overlap', `${dropped} pictures that were shown already are left out`)] : []),
      ];
    });
}
