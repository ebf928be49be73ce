import { writeVideo } from '../media/encode.ts';
import { OUR_TIME_BASE, type Ticks } from '../media/frame.ts';
import { type Size, sceneOf } from './scene.ts';
import { voice } from './sound.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import type { Story } from './world.ts';

/** How films are made. Equal settings and stories give equal pictures and, on one machine, equal files. */
export interface FilmSettings extends Size {
  /** Pictures a second. */
  readonly fps: number;
}

/** The sizes that there are; other 4 : 3 sizes would draw as well. */
export const SIZES = { '320x240': { width: 320, height: 240 }, '480x360': { width: 480, height: 360 } } as const;
export type SizeName = keyof typeof SIZES;

/** Samples a second: what speech models hear. */
const RATE = 16_000;

/**
 * Writes the story as an mp4 (H.264, AAC): it ends with the utterance to be explained, as the clips of ECEM do. Mouths move while they speak.
 * Throws MediaError as `writeVideo` does; the reason of `signal`. Then there is no file.
 */
export async function writeFilm(path: string, story: Story, { fps, ...size }: FilmSettings, signal?: AbortSignal): Promise<Timeline> {
  const timeline = timelineOf(story);
  const scene = sceneOf(story, timeline, size);
  const sound = soundOf(story, timeline);
  const video = await writeVideo(path, { ...size, sound: { rate: RATE, channels: 1 } });
  try {
    const count = Math.ceil(timeline.seconds * fps);
    const tick = (i: number) => Math.round((Math.min(i / fps, timeline.seconds) * OUR_TIME_BASE.den) / OUR_TIME_BASE.num) as Ticks;
    let heard = 0;
    for (let i = 0; i < count; i++) {
      signal?.throwIfAborted();
      await video.frame({ picture: scene.picture(i / fps), pts: tick(i), duration: (tick(i + 1) - tick(i)) as Ticks });
      const until = i === count - 1 ? sound.length : Math.round(((i + 1) / fps) * RATE);
      if (until - heard < RATE && i < count - 1) continue; // a second at a time
      await video.sound(sound.subarray(heard, until));
      heard = until;
    }
    await video.close();
    return timeline;
  } finally {
    await video.abort();
  }
}

/** What is heard in the whole film, at `RATE`. */
export function soundOf(story: Story, { turns, seconds }: Timeline): Float32Array {
  const out = new Float32Array(Math.round(seconds * RATE));
  for (const turn of turns) out.set(voice(turn.speech, story[turn.by], RATE), Math.round(turn.speaks * RATE));
  return out;
}
