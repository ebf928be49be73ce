import { MediaError } from '../base/errors.ts';
import { type Coded, type PictureEncoder, pictureEncoder, type SoundEncoder, soundEncoder } from './codec.ts';
import { type Frame, OUR_TIME_BASE, rescale, type Ticks, type TimeBase } from './frame.ts';
import { type Mp4, openMp4 } from './mp4.ts';
import type { Image } from './planes.ts';

/** What x264 calls its rate factor: hardly to be told from the original. */
export const QUALITY = 20;

export interface VideoSettings {
  /** Pixels of every picture, at least 16. A side of odd length is filled up by its last row or column. */
  readonly width: number;
  readonly height: number;
  /** What `pts` and `duration` count; a frame with a time base of its own is converted. Default 1/90 000 s. */
  readonly timeBase?: TimeBase;
  /** A sound track, which begins at 0. Without it there is none. */
  readonly sound?: { readonly rate: number; readonly channels: 1 | 2 };
  /** 0 (without loss) to 51 (worst). Default 20; 6 more halve the bytes. */
  readonly quality?: number;
}

/** A decoded frame can be given as it is. */
export type FrameToWrite = Pick<Frame<Image>, 'picture' | 'pts' | 'duration'> & { readonly timeBase?: TimeBase };

/** A video in the making. Wait for each call: it holds you up while the encoder is busy, so memory stays flat. */
export interface VideoWriter {
  /**
   * The next picture. It is shown from `pts` until the next one's `pts`; only the last one's `duration` counts. Times ascend, at any distances.
   * Throws MEDIA_WRITE_SIZE, MEDIA_WRITE_TIME, MEDIA_WRITE.
   */
  frame(frame: FrameToWrite): Promise<void>;
  /** The next piece of sound: amplitude −1 to 1, left and right in turns. Stay within some seconds of the pictures, so that little is kept in memory. */
  sound(samples: Float32Array): Promise<void>;
  /** Finishes the file and gives it its name. Throws MEDIA_WRITE_EMPTY without pictures. */
  close(): Promise<void>;
  /** Gives up: nothing is left, an older file of that name stays. After `close` it does nothing, so it may stand in `finally`. */
  abort(): Promise<void>;
}

/**
 * Begins an mp4 (H.264, 4:2:0, and AAC; index at the front), which takes pictures and sound piece by piece and appears under its name when it is
 * closed. Equal input gives equal bytes. Encodes in this process, on threads of its own: give it our own pictures only.
 * @throws MediaError MEDIA_WRITE_SETTINGS, MEDIA_WRITE, MEDIA_ENCODER.
 */
export async function writeVideo(path: string, settings: VideoSettings): Promise<VideoWriter> {
  checkSettings(path, settings);
  const { width, height, timeBase = OUR_TIME_BASE, quality = QUALITY } = settings;
  const encoders: (PictureEncoder | SoundEncoder)[] = [];
  let file: Mp4;
  try {
    encoders.push(await pictureEncoder({ width, height, timeBase, quality }));
    if (settings.sound) encoders.push(await soundEncoder(settings.sound));
    file = await openMp4(path, encoders);
  } catch (cause) {
    for (const encoder of encoders) encoder.close();
    throw cause;
  }
  const [pictures, sound] = encoders as [PictureEncoder, SoundEncoder | undefined];
  let last: number | undefined;
  let state: 'open' | 'closed' | 'aborted' = 'open';

  const put = async (track: number, coded: readonly Coded[]) => {
    for (const one of coded) await file.write(track, one);
  };
  const end = async (as: 'closed' | 'aborted') => {
    if (state !== 'open') return;
    state = as;
    for (const encoder of encoders) encoder.close();
    await file.abort(); // nothing, when it has been closed
  };
  // The encoders take one call at a time, so each waits for the one before; a failed one ends the file.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(async () => {
      if (state !== 'open') throw refuse('MEDIA_WRITE_ENDED', 'The video has ended already', path, 'an open video', `one that is ${state}`);
      await work().catch(async (cause) => {
        await end('aborted');
        throw cause;
      });
    });
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    frame: (frame) =>
      inTurn(async () => {
        const { picture } = frame;
        if (picture.width !== width || picture.height !== height) {
          const got = `${picture.width} × ${picture.height}`;
          throw refuse('MEDIA_WRITE_SIZE', 'A picture has another size than its video', path, `${width} × ${height}`, got);
        }
        const { pts, until } = ticksOf(frame, timeBase);
        const whole = Number.isSafeInteger(pts) && Number.isSafeInteger(until);
        if (!(whole && pts >= 0 && until > pts && (last === undefined || pts > last))) {
          const expected = `whole ticks: pts ${last === undefined ? 'from 0' : `after ${last}`}, a duration from 1`;
          const got = `pts ${pts}, duration ${until - pts}`;
          throw refuse(
            'MEDIA_WRITE_TIME',
            'The times of a video must ascend',
            path,
            expected,
            `${got}, in units of ${timeBase.num}/${timeBase.den} s`,
          );
        }
        last = pts;
        await put(0, await pictures.encode(picture, pts, (until - pts) as Ticks));
      }),
    sound: (samples) =>
      inTurn(async () => {
        if (!sound || samples.length % settings.sound!.channels !== 0) {
          const expected = sound ? `samples of ${settings.sound!.channels} channels in turns` : 'no sound: the settings have none';
          throw refuse('MEDIA_WRITE_SOUND', 'This sound does not fit the video', path, expected, `${samples.length} samples`);
        }
        await put(1, await sound.encode(samples));
      }),
    close: () =>
      inTurn(async () => {
        if (last === undefined) throw refuse('MEDIA_WRITE_EMPTY', 'A video needs a picture', path, 'one frame or more', 'none');
        await put(0, await pictures.end());
        if (sound) await put(1, await sound.end());
        await file.close();
        await end('closed');
      }),
    abort: async () => {
      await turn;
      await end('aborted');
    },
  };
}

function ticksOf({ pts, duration, timeBase }: FrameToWrite, to: TimeBase): { pts: Ticks; until: number } {
  const until = pts + duration;
  if (!timeBase || (timeBase.num === to.num && timeBase.den === to.den) || !Number.isSafeInteger(until)) return { pts, until };
  return { pts: rescale(pts, timeBase, to), until: rescale(until as Ticks, timeBase, to) };
}

/** The sides of H.264 pictures that every player takes. */
const [SMALLEST, LARGEST] = [16, 8192];

function checkSettings(path: string, { width, height, timeBase = OUR_TIME_BASE, sound, quality = QUALITY }: VideoSettings): void {
  const whole = (n: number, least: number, most: number) => Number.isInteger(n) && n >= least && n <= most;
  const rules: readonly (readonly [boolean, string, unknown])[] = [
    [
      whole(width, SMALLEST, LARGEST) && whole(height, SMALLEST, LARGEST),
      `sides of ${SMALLEST} to ${LARGEST} pixels`,
      `${width} × ${height}`,
    ],
    [
      whole(timeBase.num, 1, 1e6) && whole(timeBase.den, 1, 1e6),
      'a time base of whole numbers up to a million',
      `${timeBase.num}/${timeBase.den}`,
    ],
    [quality >= 0 && quality <= 51, 'a quality of 0 to 51', quality],
    [!sound || RATES.includes(sound.rate), `a sample rate of ${RATES.join(', ')}`, sound?.rate],
    [!sound || sound.channels === 1 || sound.channels === 2, '1 or 2 channels', sound?.channels],
  ];
  for (const [right, expected, got] of rules) {
    if (!right) throw refuse('MEDIA_WRITE_SETTINGS', 'Such a video cannot be written', path, expected, String(got));
  }
}

/** The rates of AAC. */
const RATES: readonly number[] = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000];

function refuse(code: string, what: string, at: string, expected: string, got: string): MediaError {
  return new MediaError(code, what, { at, expected, got, fix: FIXES[code]! });
}

const FIXES: Readonly<Record<string, string>> = {
  MEDIA_WRITE_EMPTY: 'give it pictures before it is closed, or abort it',
  MEDIA_WRITE_ENDED: 'begin another one',
  MEDIA_WRITE_SETTINGS: 'change the settings',
  MEDIA_WRITE_SIZE: 'resize the pictures, or begin the video with their size',
  MEDIA_WRITE_SOUND: 'give `sound` in the settings the rate and channels that you have',
  MEDIA_WRITE_TIME: 'give each picture its time in ticks, one after the other',
};
