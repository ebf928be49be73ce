/** What is seen and heard in whole films: computed when it is asked for, kept in memory alone, and never more of it than there is room for. */
import type { FacesReport } from '../faces/index.ts';
import { decodeSound } from '../media/index.ts';
import type { Shelf } from './shelf.ts';
import type { Talk } from './state.ts';

/** The outline of a film's sound, to be drawn. */
export interface Peaks {
  /** Seconds from one value to the next, from the beginning of the film. */
  readonly step: number;
  /** The loudest sample of each stretch: 0 to 255 of full scale. */
  readonly peaks: readonly number[];
}

export interface Insight {
  /** Throws as decoding does. */
  peaks(file: string, duration: number): Promise<Peaks>;
  /** Who shows which expression when; `talk` says who speaks, where it has times. Throws as `facesOfVideo` does. */
  faces(file: string, talk: Talk | undefined, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<FacesReport>;
  /** The same where it is there already. */
  known(file: string, talk: Talk | undefined): FacesReport | undefined;
  /** Forgets all of a file. */
  forget(file: string): void;
}

/** Films of which it is kept. */
const KEPT = 40;
/** Values of an outline at most: more than a screen has columns, zoomed in eight times. */
const MOST_PEAKS = 12_000;
/** Seconds: closer values say nothing more. */
const FINEST = 0.01;
const RATE = 8000;
/** Pictures a second that are searched for faces. */
export const FACES_FPS = 5;

/** Nothing known yet. */
export function openInsight(shelf: Pick<Shelf, 'film'>): Insight {
  const outlines = new Map<string, Promise<Peaks>>();
  const reports = new Map<string, FacesReport>();
  let turn: Promise<unknown> = Promise.resolve(); // one film is listened to at a time
  const keep = <T>(kept: Map<string, T>, key: string, value: T): T => {
    kept.set(key, value);
    for (const [first] of kept) {
      if (kept.size <= KEPT) break;
      kept.delete(first);
    }
    return value;
  };
  const keyOf = (file: string, talk: Talk | undefined) => `${file} ${talk?.dialogue ?? ''}`;
  return {
    peaks(file, duration) {
      const known = outlines.get(file);
      if (known !== undefined) return known;
      const begun = turn.then(() => outlineOf(shelf.film(file), duration));
      turn = begun.catch(() => {});
      begun.catch(() => outlines.delete(file)); // tried anew by the next one who asks
      return keep(outlines, file, begun);
    },
    async faces(file, talk, signal, onProgress) {
      const { facesOfVideo, openFaceNetworks } = await import('../faces/index.ts'); // engines are loaded only where somebody asks
      const networks = openFaceNetworks({});
      try {
        const report = await facesOfVideo(shelf.film(file), networks, {
          fps: FACES_FPS,
          utterances: talk && timed(talk),
          signal,
          onProgress: ({ frames, total }) => onProgress(frames, total),
        });
        return keep(reports, keyOf(file, talk), report);
      } finally {
        await networks.then(
          (opened) => opened.dispose(),
          () => {},
        );
      }
    },
    known: (file, talk) => reports.get(keyOf(file, talk)),
    forget(file) {
      outlines.delete(file);
      for (const key of reports.keys()) if (key.startsWith(`${file} `)) reports.delete(key);
    },
  };
}

/** Turns with times, where all have them: who speaks cannot be told from some. */
function timed({ utterances }: Talk): { start: number; end: number; speaker?: string; text: string }[] | undefined {
  const all = utterances.flatMap(({ speaker, text, start, end }) =>
    start === undefined || end === undefined || end < start ? [] : [{ ...(speaker === undefined ? {} : { speaker }), text, start, end }],
  );
  return all.length === utterances.length ? all : undefined;
}

async function outlineOf(path: string, duration: number): Promise<Peaks> {
  const step = Math.max(FINEST, duration / MOST_PEAKS);
  const peaks = new Uint8Array(Math.ceil(duration / step) + 1);
  for await (const { pts, samples } of decodeSound(path, { rate: RATE, channels: 1 })) {
    for (const [i, sample] of samples.entries()) {
      const at = Math.floor((pts + i) / RATE / step);
      const value = Math.min(255, Math.round(255 * Math.abs(sample)));
      if (at >= 0 && at < peaks.length && value > peaks[at]!) peaks[at] = value;
    }
  }
  return { step, peaks: [...peaks] };
}
