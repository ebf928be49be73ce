import type { Frame, SoundChunk, Ticks, TimeBase } from '../../src/media/frame.ts';
import type { Clip } from '../../src/media/merge.ts';
import type { Picture } from '../../src/media/picture.ts';

/** A drawn scene that never repeats itself: shapes that move before a background, and a voice. Any moment of it can be asked for. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Seconds, also negative ones. `grain`: what compression would add, in grey levels; another seed is another compression. */
  picture(seconds: number, grain?: { readonly levels: number; readonly seed: number }): Picture;
  /** Amplitude at a moment. */
  voice(seconds: number): number;
}

/** Where things are at a moment: sums of slow waves whose periods have no common multiple. */
const wave = (seconds: number, a: number, b: number) => 0.5 + 0.25 * Math.sin(a * seconds) + 0.2 * Math.sin(b * seconds + 1);

/** −1 to 1, and another one for any other number. */
function chance(of: number): number {
  const far = Math.sin(of) * 43_758.5453;
  return 2 * (far - Math.floor(far)) - 1;
}

/** Makes a scene; `calm` slows all movement down, 0 stops it. */
export function scene({
  width = 64,
  height = 48,
  seed = 1,
  calm = 1,
}: {
  width?: number;
  height?: number;
  seed?: number;
  calm?: number;
} = {}): Scene {
  return {
    width,
    height,
    picture(seconds, grain) {
      const t = (seconds + seed * 100) * calm;
      const discs = [0, 1, 2].map((k) => ({
        x: wave(t, 2.1 + k * 0.7, 3.3 - k * 0.45) * width,
        y: wave(t, 1.7 + k * 0.9, 2.9 + k * 0.31) * height,
        radius: (0.12 + 0.05 * k) * width,
        colour: [60 + 90 * k, 250 - 80 * k, (seed * 77 + 60 * k) % 256],
      }));
      const data = new Uint8Array(width * height * 3);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const disc = discs.find((d) => Math.hypot(x - d.x, y - d.y) < d.radius);
          for (let c = 0; c < 3; c++) {
            const ground = 40 + ((x * (2 + c) + y * 3 + seed * 31) % 90);
            const noise = grain ? grain.levels * chance(x * 12.9898 + y * 78.233 + c * 37.7 + grain.seed * 4.1 + seconds * 91) : 0;
            data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, (disc ? disc.colour[c]! : ground) + noise));
          }
        }
      }
      return { width, height, data };
    },
    voice: (seconds) => {
      const t = seconds + seed * 100;
      const pitch = 180 * t - 60 * Math.cos(1.3 * t) - 35 * Math.cos(2.9 * t + 1); // a phase that wanders
      return 0.3 * Math.sin(2 * Math.PI * pitch) * Math.sin(3.7 * t + Math.sin(1.9 * t)) + 0.1 * Math.sin(2 * Math.PI * 2.6 * pitch);
    },
  };
}

/** 30000/1001 frames a second in its usual time base. */
export const NTSC: { readonly timeBase: TimeBase; readonly ticks: number } = { timeBase: { num: 1, den: 30_000 }, ticks: 1001 };

/** A part of a scene as a clip, from frame `from` up to and without frame `to`; counts how often it was opened. */
export interface Cut {
  readonly id?: string;
  readonly from: number;
  readonly to: number;
  /** Ticks of every frame, or of one of them. */
  readonly ticks?: number | ((frame: number) => number);
  readonly timeBase?: TimeBase;
  readonly grain?: number;
  /** False: none. A function: another voice than the scene's. */
  readonly sound?: boolean | ((seconds: number) => number);
  /** Ticks of its first frame on its own clock. */
  readonly pts?: number;
}

/** What a cut was asked for. */
export interface Opened {
  frames: number;
  sounds: number;
}

/** Seconds at which each frame of the scene begins, if all are as `cut` says. */
export function timesOf({ ticks = NTSC.ticks, timeBase = NTSC.timeBase }: Pick<Cut, 'ticks' | 'timeBase'>): (frame: number) => number {
  if (typeof ticks === 'number') return (frame) => (frame * ticks * timeBase.num) / timeBase.den;
  return (frame) => (Array.from({ length: frame }, (_, i) => ticks(i)).reduce((a, b) => a + b, 0) * timeBase.num) / timeBase.den;
}

/** The cut as a clip for merging, drawn when it is asked for. */
export function cutOf(of: Scene, cut: Cut, opened: Opened = { frames: 0, sounds: 0 }): Clip {
  const { from, to, ticks = NTSC.ticks, timeBase = NTSC.timeBase, grain = 0, sound = true, pts: zero = 0, id = `${from}-${to}` } = cut;
  const startOf = timesOf(cut);
  const [begin, end] = [startOf(from), startOf(to)];
  return {
    id,
    fingerprint: JSON.stringify([id, from, to, grain]),
    open: ({ rate, channels }) => ({
      async *frames(): AsyncGenerator<Frame, undefined> {
        opened.frames++;
        let pts = zero;
        for (let i = from; i < to; i++) {
          const duration = typeof ticks === 'number' ? ticks : ticks(i);
          const picture = of.picture(startOf(i), { levels: grain, seed: from });
          yield { picture, index: i - from, pts: pts as Ticks, duration: duration as Ticks, timeBase };
          pts += duration;
        }
        return undefined;
      },
      async *sound(): AsyncGenerator<SoundChunk, undefined> {
        opened.sounds++;
        if (sound === false) return undefined;
        const voice = typeof sound === 'function' ? sound : of.voice;
        const first = Math.round((zero * timeBase.num * rate) / timeBase.den);
        const length = Math.round((end - begin) * rate);
        for (let done = 0; done < length; done += rate) {
          const count = Math.min(rate, length - done);
          const samples = new Float32Array(count * channels);
          for (let i = 0; i < samples.length; i++) samples[i] = voice(begin + (done + Math.floor(i / channels)) / rate);
          yield { samples, channels, rate, pts: (first + done) as Ticks };
        }
        return undefined;
      },
      close: async () => {},
    }),
  };
}
