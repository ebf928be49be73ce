import { MediaError } from '../base/errors.ts';
import { ask, type MediaOptions, type Said } from './decoder-process.ts';
import type { Sound, SoundChunk } from './frame.ts';
import { type Ending, nonsense } from './protocol.ts';

/** How sound is wanted. */
export interface Format {
  /** Samples a second of one channel. */
  readonly rate: number;
  readonly channels: 1 | 2;
}

/** What `decodeSound` may be told. */
export interface SoundOptions extends MediaOptions {
  /** Samples a second of one channel. Default 16 000. */
  readonly rate?: number;
  /** Default 1: all channels of the file in one. */
  readonly channels?: 1 | 2;
}

/** What speech models hear. */
const RATE = 16_000;
/** Samples a second: below the first nothing can be understood, above the second nobody hears a difference. */
const [LOWEST, HIGHEST] = [1000, 384_000];

/**
 * The sound of a file at a rate of your choice, in pieces of up to half a second at their exact places; where the file is silent for lack of
 * packets, the next piece begins later. A file without sound gives nothing, and the notes of its ending say so.
 * @throws MediaError as `decode`, without MEDIA_NO_VIDEO and MEDIA_NO_FRAMES.
 */
export async function* decodeSound(path: string, options: SoundOptions = {}): AsyncGenerator<SoundChunk, Ending, undefined> {
  const { rate = RATE, channels = 1 } = options;
  if (!Number.isInteger(rate) || rate < LOWEST || rate > HIGHEST || (channels !== 1 && channels !== 2)) {
    throw new MediaError('MEDIA_OPTION', 'Sound cannot be given like this', {
      expected: `a rate of ${LOWEST} to ${HIGHEST} samples a second, 1 or 2 channels`,
      got: `rate ${rate}, channels ${channels}`,
      fix: 'leave both out for 16 000 and 1',
    });
  }
  const said = ask(path, { scan: false, sound: { rate, channels } }, options);
  try {
    return yield* soundOf(said, { rate, channels });
  } finally {
    await said.return();
  }
}

/** The sound among what a decoding process says, in the form that was asked for. Throws MEDIA_CRASHED where it says what it never should. */
export async function* soundOf(said: AsyncIterator<Said, void>, { rate, channels }: Format): AsyncGenerator<SoundChunk, Ending, undefined> {
  let end = Number.NEGATIVE_INFINITY;
  for (;;) {
    const { done, value: message } = await said.next();
    if (done) return { notes: [] };
    if (message.is === 'heard') {
      const { heard } = message;
      if (heard.pts < end || heard.rate !== rate || heard.channels !== channels) throw nonsense('sound out of turn');
      end = heard.pts + heard.samples.length / channels;
      yield heard;
    }
    if (message.is === 'end') return message.end;
  }
}

/**
 * All sound of a file as one mono array, 16 kHz by default, gaps filled with silence: 230 MB an hour. A file without sound gives no samples.
 * @throws MediaError as `decodeSound`.
 */
export async function readSound(path: string, options: MediaOptions & { readonly rate?: number } = {}): Promise<Sound> {
  const { rate = RATE } = options;
  return inOne(decodeSound(path, { ...options, rate, channels: 1 }), rate);
}

/** What speech models hear, and all that is needed of a voice's loudness. */
export const MONO: Format = { rate: RATE, channels: 1 };

/** Pieces of mono sound as one array, gaps filled with silence. */
export async function inOne(pieces: AsyncIterable<SoundChunk>, rate: number): Promise<Sound> {
  const chunks: SoundChunk[] = [];
  for await (const chunk of pieces) chunks.push(chunk);
  const [first, last] = [chunks[0], chunks.at(-1)];
  if (!first || !last) return { samples: new Float32Array(0), rate, start: 0 };
  const samples = new Float32Array(last.pts + last.samples.length - first.pts);
  for (const { samples: piece, pts } of chunks) samples.set(piece, pts - first.pts);
  return { samples, rate, start: first.pts / rate };
}
