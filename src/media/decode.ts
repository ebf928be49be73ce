import { MediaError } from '../base/errors.ts';
import { ask, type MediaOptions, type Said } from './decoder-process.ts';
import type { Frame, TimeBase } from './frame.ts';
import type { Picture } from './picture.ts';
import { type Image, isPlanes } from './planes.ts';
import { type Ending, nonsense } from './protocol.ts';
import { checkSampling, type Sampling } from './sample.ts';

/** What `decode` may be told. */
export interface DecodeOptions extends MediaOptions {
  /** Which pictures are given. Default: every one. */
  readonly sample?: Sampling;
  /** The longer side of a picture in pixels at most; larger ones shrink in proportion. Default: as the file has them. */
  readonly maxSide?: number;
}

/**
 * The pictures of a video in their order: upright, with square pixels, at the exact times that the file says. It is decoded by a process of
 * its own, at most 16 pictures ahead of you, so memory stays flat; end the loop early, and the process ends. The generator returns how the
 * file ended: a damaged or truncated one gives what can be decoded, and `short` says what is missing.
 * @throws MediaError MEDIA_FILE, MEDIA_EMPTY, MEDIA_FORMAT, MEDIA_DAMAGED, MEDIA_TRUNCATED, MEDIA_NO_VIDEO, MEDIA_NO_FRAMES, MEDIA_LIMIT,
 * MEDIA_OPTION, MEDIA_TEMPORARY, MEDIA_CRASHED; StoppedError by `signal`.
 */
export async function* decode(path: string, options: DecodeOptions = {}): AsyncGenerator<Frame, Ending, undefined> {
  const sample = checkSampling(options.sample ?? { every: 'frame' });
  const maxSide = checkSide(options.maxSide);
  const said = ask(path, { scan: false, pictures: { sample, maxSide } }, options);
  try {
    return yield* framesOf(said, isPicture);
  } finally {
    await said.return();
  }
}

/** Whether it is of the form that `decode` gives. */
export const isPicture = (image: Image): image is Picture => !isPlanes(image);

/** The pictures among what a decoding process says, of the form that was asked for. Throws MEDIA_CRASHED where it says what it never should. */
export async function* framesOf<P extends Image>(
  said: AsyncIterator<Said, void>,
  has: (image: Image) => image is P,
): AsyncGenerator<Frame<P>, Ending, undefined> {
  let timeBase: TimeBase | undefined;
  let end = Number.NEGATIVE_INFINITY;
  for (;;) {
    const { done, value: message } = await said.next();
    if (done) return { notes: [] };
    if (message.is === 'found') timeBase = message.found.video?.timeBase;
    if (message.is === 'shown') {
      const { index, pts, duration } = message.shown;
      const { picture } = message;
      if (!timeBase || pts < end || !has(picture)) throw nonsense('a picture out of turn');
      end = pts + duration;
      yield { picture, index, pts, duration, timeBase };
    }
    if (message.is === 'end') return message.end;
  }
}

/** The longer side that was asked for, if it can be one. Throws MEDIA_OPTION. */
export function checkSide(side: number | undefined): number | undefined {
  if (side === undefined || (Number.isInteger(side) && side > 0)) return side;
  throw new MediaError('MEDIA_OPTION', 'The longer side of a picture cannot be this', {
    expected: 'maxSide: a whole number of pixels above 0',
    got: String(side),
    fix: 'leave it out to have the pictures as they are',
  });
}
