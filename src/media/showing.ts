import { framesOf } from './decode.ts';
import { ask, type MediaOptions, type Said } from './decoder-process.ts';
import type { Frame, SoundChunk } from './frame.ts';
import type { Image } from './planes.ts';
import type { Ending } from './protocol.ts';
import { type Format, soundOf } from './sound.ts';

/** A clip that is being shown: first its sound, then its pictures, each of them once. What is not listened to is passed over. */
export interface Showing {
  /** Gives nothing for a clip without sound. */
  sound(): AsyncGenerator<SoundChunk, Ending | undefined>;
  frames(): AsyncGenerator<Frame<Image>, Ending | undefined>;
  /** Ends it, however far it came. */
  close(): Promise<void>;
}

/**
 * Shows a file: its sound at this rate and in these channels, then its pictures, by one process that decodes. Pictures that the file has in planes of 8 bits,
 * 4:2:0, upright and with square pixels, come as they are, in half the bytes; all others as red, green and blue. The generators throw as `decode` and
 * `decodeSound` do; what is missing of either is in the ending of `frames`.
 */
export function showFile(path: string, sound: Format, options: MediaOptions = {}): Showing {
  const said = ask(path, { scan: false, sound, pictures: { sample: { every: 'frame' }, planes: true } }, options);
  const { heard, others } = soundFirst(said);
  return {
    async *sound() {
      yield* soundOf(heard, sound);
      return undefined;
    },
    frames: () => framesOf(others, isImage),
    close: async () => {
      await said.return();
    },
  };
}

const isImage = (_: Image): _ is Image => true;

/** What a process says, in two parts: the sound (to be listened to first, or not at all), and the rest of it. */
export function soundFirst(said: AsyncIterator<Said, void>): {
  readonly heard: AsyncGenerator<Said, void>;
  readonly others: AsyncIterator<Said, void>;
} {
  const before: Said[] = []; // said already, and not yet heard by who wants the rest
  return {
    heard: keeping(said, before),
    others: {
      async next() {
        const message = before.shift();
        return message ? { done: false, value: message } : said.next();
      },
    },
  };
}

/** What is said up to the first picture, or to the end; what is not sound is kept. */
async function* keeping(said: AsyncIterator<Said, void>, kept: Said[]): AsyncGenerator<Said, void> {
  for (;;) {
    const { done, value: message } = await said.next();
    if (done) return;
    if (message.is !== 'heard') kept.push(message);
    if (message.is === 'shown' || message.is === 'end') return;
    yield message;
  }
}
