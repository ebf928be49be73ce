import { decode } from '../media/decode.ts';
import { writeVideo } from '../media/encode.ts';
import { type SoundChunk, secondsOf } from '../media/frame.ts';
import type { Limits } from '../media/limits.ts';
import { probe } from '../media/probe.ts';
import { decodeSound } from '../media/sound.ts';
import { penFor } from './overlay-draw.ts';
import { type Scene, sceneOf } from './overlay-scene.ts';
import { openLettering } from './overlay-text.ts';
import type { FacesReport } from './report.ts';

export interface OverlayOptions {
  /** 0 (without loss) to 51; default 20. */
  readonly quality?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly frames: number; readonly total: number }) => void) | undefined;
}

/** What the sound of an overlay is written with: every player takes it, and 44.1 kHz loses nothing. */
const RATE = 48_000;
/** The sound is this much ahead of the pictures (seconds), so that a player has both at hand. */
const AHEAD = 0.5;

/**
 * Writes a video again with what its report says drawn into every picture: a box for each face with the number of its track and what
 * dominates, seven bars, and who speaks where that was linked. Pictures keep their times and their size (a side of odd length grows by one
 * pixel, see `writeVideo`), sound is copied as 48 kHz. The file appears under its name when it is finished. The video is decoded once more: what
 * is drawn on a picture depends on those after it. Returns the number of pictures.
 * Throws what `decode` and `writeVideo` throw; StoppedError by `signal`.
 */
export async function overlayVideo(path: string, report: FacesReport, to: string, options: OverlayOptions = {}): Promise<number> {
  const { limits, signal, quality, onProgress } = options;
  const asked = { ...(limits && { limits }), signal };
  const [{ audio, video, duration }, lettering] = await Promise.all([probe(path, asked), openLettering()]);
  const channels = audio === undefined || audio.channels < 2 ? 1 : 2;
  const scene: Scene = sceneOf(report);
  const { width, height } = report.video;
  const pen = penFor(report.video, lettering);
  const total = Math.max(1, Math.round(duration * (video?.fps ?? 0)));
  const writer = await writeVideo(to, {
    width,
    height,
    ...(quality === undefined ? {} : { quality }),
    ...(audio && { sound: { rate: RATE, channels } }),
  });
  const sound = audio && soundTrack(decodeSound(path, { ...asked, rate: RATE, channels }), channels, (samples) => writer.sound(samples));
  let frames = 0;
  try {
    for await (const frame of decode(path, asked)) {
      const t = secondsOf(frame.pts, frame.timeBase);
      pen.draw(frame.picture, scene.at(t, frame.picture));
      await sound?.upTo(t + AHEAD);
      await writer.frame(frame);
      frames++;
      onProgress?.({ frames, total: Math.max(total, frames) });
    }
    await sound?.upTo(Number.POSITIVE_INFINITY);
    await writer.close();
    return frames;
  } finally {
    await sound?.end();
    await writer.abort();
  }
}

/** Sound on its way from one file to the other, from 0 on: what comes earlier is left out, gaps become silence. */
function soundTrack(
  chunks: AsyncGenerator<SoundChunk, unknown, undefined>,
  channels: number,
  write: (samples: Float32Array) => Promise<void>,
): { upTo(t: number): Promise<void>; end(): Promise<void> } {
  let written = 0; // samples of one channel
  let over = false;
  const put = async (samples: Float32Array) => {
    if (samples.length > 0) await write(samples);
    written += samples.length / channels;
  };
  return {
    async upTo(t) {
      while (!over && written < t * RATE) {
        const { value, done } = await chunks.next();
        if (done) {
          over = true;
          return;
        }
        const { pts, samples } = value;
        for (let silence = pts - written; silence > 0; silence -= RATE) await put(new Float32Array(Math.min(silence, RATE) * channels));
        await put(samples.subarray(Math.max(0, written - pts) * channels));
      }
    },
    end: async () => void (await chunks.return(undefined)),
  };
}
