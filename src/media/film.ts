import { checkSide, type DecodeOptions, framesOf, isPicture } from './decode.ts';
import { converse, type Said } from './decoder-process.ts';
import type { Frame } from './frame.ts';
import { limitsOf } from './limits.ts';
import type { Picture } from './picture.ts';
import type { Probe } from './probe.ts';
import type { Ending } from './protocol.ts';
import { checkSampling } from './sample.ts';
import { openSource } from './source.ts';

/** A video that is being read. */
export interface Film {
  /** What `probe` would say; it comes before the first picture. Rejects where the reading ends before. */
  readonly about: Promise<Probe>;
  /** As `decode` gives them. */
  readonly pictures: AsyncGenerator<Frame, Ending, undefined>;
  /** A picture of it that nobody needs any more, for a later one to lie in its memory: large ones that come and go wear the collector out. Optional. */
  giveBack(picture: Picture): void;
}

/**
 * `probe` and `decode` by one process, since starting another takes 0.14 s of a processor. It starts at once: whoever does not go through all pictures
 * calls their `return()`, or aborts. @throws MediaError MEDIA_OPTION; both parts throw as those two do
 */
export function watch(path: string, options: DecodeOptions = {}): Film {
  const limits = limitsOf(options.limits);
  const pictures = { sample: checkSampling(options.sample ?? { every: 'frame' }), maxSide: checkSide(options.maxSide) };
  let tell!: { about: (probe: Probe) => void; failure: (why: unknown) => void };
  const about = new Promise<Probe>((resolve, reject) => {
    tell = { about: resolve, failure: reject };
  });
  about.catch(() => {}); // the pictures tell the same
  const spare: Uint8Array[] = [];

  async function* read(): AsyncGenerator<Frame, Ending, undefined> {
    try {
      const source = await openSource(path, limits);
      try {
        const { container, bytes } = source;
        const said = overheard(converse(source, { scan: true, pictures }, limits, { signal: options.signal, spare }), (message) => {
          if (message.is === 'found') tell.about({ path, container: container.name, bytes, ...message.found });
        });
        try {
          return yield* framesOf(said, isPicture);
        } finally {
          await said.return();
        }
      } finally {
        await source.close();
      }
    } catch (why) {
      tell.failure(why);
      throw why;
    }
  }
  return { about, pictures: begun(read()), giveBack: ({ data }) => void spare.push(data) };
}

/** The same items; the first is on its way. (`return()` of a generator that waits would not be heard, so this is none.) */
function begun<T, R>(source: AsyncGenerator<T, R, undefined>): AsyncGenerator<T, R, undefined> {
  let first: Promise<IteratorResult<T, R>> | undefined = source.next();
  first.catch(() => {}); // told to whoever asks for it
  return {
    next() {
      const item = first ?? source.next();
      first = undefined;
      return item;
    },
    return(value) {
      first = undefined;
      return source.return(value);
    },
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  } as AsyncGenerator<T, R, undefined>;
}

async function* overheard(said: AsyncIterable<Said>, hear: (message: Said) => void): AsyncGenerator<Said, void, undefined> {
  for await (const message of said) {
    hear(message);
    yield message;
  }
}
