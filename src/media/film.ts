import { checkSide, type DecodeOptions, framesOf, isPicture } from './decode.ts';
import { converse, type Said } from './decoder-process.ts';
import type { Frame } from './frame.ts';
import { limitsOf } from './limits.ts';
import type { Probe } from './probe.ts';
import type { Ending } from './protocol.ts';
import { checkSampling } from './sample.ts';
import { openSource } from './source.ts';

/** A video that is being read. */
export interface Film {
  /** What `probe` would say. It comes on the way to the first picture, so somebody must ask for that one; rejects where the reading ends before. */
  readonly about: Promise<Probe>;
  /** As `decode` gives them. */
  readonly pictures: AsyncGenerator<Frame, Ending, undefined>;
}

/** `probe` and `decode` by one process: starting another takes 0.14 s of a processor. @throws MediaError MEDIA_OPTION; both parts throw as those two do */
export function watch(path: string, options: DecodeOptions = {}): Film {
  const limits = limitsOf(options.limits);
  const pictures = { sample: checkSampling(options.sample ?? { every: 'frame' }), maxSide: checkSide(options.maxSide) };
  let tell!: { about: (probe: Probe) => void; failure: (why: unknown) => void };
  const about = new Promise<Probe>((resolve, reject) => {
    tell = { about: resolve, failure: reject };
  });
  about.catch(() => {}); // the pictures tell the same

  async function* read(): AsyncGenerator<Frame, Ending, undefined> {
    try {
      const source = await openSource(path, limits);
      try {
        const { container, bytes } = source;
        const said = overheard(converse(source, { scan: true, pictures }, limits, options.signal), (message) => {
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
  return { about, pictures: read() };
}

async function* overheard(said: AsyncIterable<Said>, hear: (message: Said) => void): AsyncGenerator<Said, void, undefined> {
  for await (const message of said) {
    hear(message);
    yield message;
  }
}
