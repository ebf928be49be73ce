import { checkSide, type DecodeOptions, framesOf, isPicture } from './decode.ts';
import { converse, type Said } from './decoder-process.ts';
import type { Frame, Sound } from './frame.ts';
import { limitsOf } from './limits.ts';
import type { Picture } from './picture.ts';
import type { Probe } from './probe.ts';
import type { Ending } from './protocol.ts';
import { checkSampling } from './sample.ts';
import { soundFirst } from './showing.ts';
import { inOne, MONO, soundOf } from './sound.ts';
import { openSource } from './source.ts';

/** A video that is being read. */
export interface Film {
  /** What `probe` would say; it comes before the first picture. Rejects where the reading ends before. */
  readonly about: Promise<Probe>;
  /** As `readSound` gives it, where it was asked for; it is whole before the first picture. Rejects where the reading ends before. */
  readonly sound: Promise<Sound | undefined>;
  /** As `decode` gives them. */
  readonly pictures: AsyncGenerator<Frame, Ending, undefined>;
  /** A picture of it that nobody needs any more, for a later one to lie in its memory: large ones that come and go wear the collector out. Optional. */
  giveBack(picture: Picture): void;
}

/** What `watch` may be told. */
export interface WatchOptions extends DecodeOptions {
  /** Whether the sound is wanted, too. */
  readonly sound?: boolean | undefined;
}

/**
 * `probe`, `readSound` and `decode` by one process, since starting another takes 0.14 s of a processor. It starts at once: whoever does not go through all pictures
 * calls their `return()`, or aborts. @throws MediaError MEDIA_OPTION; the parts throw as those three do
 */
export function watch(path: string, options: WatchOptions = {}): Film {
  const limits = limitsOf(options.limits);
  const pictures = { sample: checkSampling(options.sample ?? { every: 'frame' }), maxSide: checkSide(options.maxSide) };
  const [about, sound] = [told<Probe>(), told<Sound | undefined>()];
  const spare: Uint8Array[] = [];
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]);

  async function* read(): AsyncGenerator<Frame, Ending, undefined> {
    try {
      const source = await openSource(path, limits);
      try {
        const { container, bytes } = source;
        const wanted = { scan: true, pictures, ...(options.sound ? { sound: MONO } : {}) };
        const said = overheard(converse(source, wanted, limits, { signal, spare }), (message) => {
          if (message.is === 'found') about.tell({ path, container: container.name, bytes, ...message.found });
        });
        try {
          const { heard, others } = soundFirst(said);
          sound.tell(options.sound ? await inOne(soundOf(heard, MONO), MONO.rate) : undefined);
          return yield* framesOf(others, isPicture);
        } finally {
          await said.return();
        }
      } finally {
        await source.close();
      }
    } catch (why) {
      for (const part of [about, sound]) part.refuse(why);
      throw why;
    }
  }
  return { about: about.promise, sound: sound.promise, pictures: begun(read(), over), giveBack: ({ data }) => void spare.push(data) };
}

/** Something that is told, or refused, once; what is wrong need not be heard, since the pictures tell the same. */
function told<T>() {
  let ways!: { readonly tell: (value: T) => void; readonly refuse: (why: unknown) => void };
  const promise = new Promise<T>((tell, refuse) => {
    ways = { tell, refuse };
  });
  promise.catch(() => {});
  return { promise, ...ways };
}

/** The same items; the first is on its way. (`return()` of a generator that waits is heard only when it has waited, so this is none, and aborts it.) */
function begun<T, R>(source: AsyncGenerator<T, R, undefined>, over: AbortController): AsyncGenerator<T, R, undefined> {
  let first: Promise<IteratorResult<T, R>> | undefined = source.next();
  first.catch(() => {}); // told to whoever asks for it
  return {
    next() {
      const item = first ?? source.next();
      first = undefined;
      return item;
    },
    return(value) {
      over.abort();
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
