/** Reports about faces, made up: which expression from when to when. */
import { EMOTIONS } from '../../src/base/emotion.ts';
import type { FacesReport, TrackReport } from '../../src/faces/index.ts';

export type Course = readonly (readonly [from: number, to: number, emotion: string])[];

/** A distribution that one class dominates; `even` is nobody's. */
const reading = (emotion: string) =>
  Object.fromEntries(EMOTIONS.map((e) => [e, emotion === 'even' ? 1 / 7 : e === emotion ? 0.7 : 0.05])) as TrackReport['emotions'];

/** A track seen five times a second. Whatever in it was computed over the whole video says disgust. */
export function seenTrack(id: number, course: Course): TrackReport {
  const frames = course.flatMap(([from, to, emotion]) =>
    Array.from({ length: Math.round((to - from) * 5) }, (_, i) => ({
      t: from + i / 5,
      box: [0, 0, 50, 50] as const,
      score: 1,
      emotions: reading(emotion),
      smoothed: reading('disgust'), // knows the future: must never show
    })),
  );
  return {
    id,
    from: 0,
    to: 99,
    frames,
    dominant: 'disgust',
    dominantScore: 1,
    emotions: reading('disgust'),
    seen: 99,
    peaks: [{ t: 0, emotion: 'disgust', value: 1, prominence: 1, fromNeutral: 1 }],
  };
}

/** What `facesOfVideo` would report: the utterances last two seconds each. */
export const seenFaces = (
  tracks: readonly TrackReport[],
  duration: number,
  speaking: readonly (number | 'unknown')[] = [],
): FacesReport => ({
  video: { duration, fps: 25, width: 640, height: 360 },
  tracks,
  utterances: speaking.map((by, i) => ({ start: 2 * i, end: 2 * i + 2, track: by, confidence: 1, of: 'nobody', faces: [] })),
  contagion: [],
  shots: [],
  notes: [],
  receipt: {},
});
