import { MediaError } from '../base/errors.ts';
import { converse, type MediaOptions } from './decoder-process.ts';
import type { Frame, TimeBase } from './frame.ts';
import { limitsOf } from './limits.ts';
import type { Picture } from './picture.ts';
import { type Image, isPlanes } from './planes.ts';
import { type Ending, nonsense } from './protocol.ts';
import { checkSampling, type Sampling } from './sample.ts';
import { openSource } from './source.ts';

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
export function decode(path: string, options: DecodeOptions = {}): AsyncGenerator<Frame, Ending, undefined> {
  return framesOf(path, options, COLOURED);
}

/**
 * The same for who compresses them again: pictures that the file has in planes of 8 bits, 4:2:0, upright and with square pixels, come as they are, in half
 * the bytes. All others come as red, green and blue.
 */
export function decodePlanes(path: string, options: MediaOptions = {}): AsyncGenerator<Frame<Image>, Ending, undefined> {
  return framesOf(path, options, STORED);
}

/** A form that pictures can be asked for in, and whether one has it. */
interface Form<P extends Image> {
  readonly planes: boolean;
  has(image: Image): image is P;
}
const COLOURED: Form<Picture> = { planes: false, has: (image): image is Picture => !isPlanes(image) };
const STORED: Form<Image> = { planes: true, has: (image): image is Image => true };

async function* framesOf<P extends Image>(
  path: string,
  options: DecodeOptions,
  form: Form<P>,
): AsyncGenerator<Frame<P>, Ending, undefined> {
  const limits = limitsOf(options.limits);
  const sample = checkSampling(options.sample ?? { every: 'frame' });
  const maxSide = checkSide(options.maxSide);
  const source = await openSource(path, limits);
  try {
    let timeBase: TimeBase | undefined;
    let end = Number.NEGATIVE_INFINITY;
    const wanted = { scan: false, pictures: { sample, maxSide, planes: form.planes } };
    for await (const message of converse(source, wanted, limits, options.signal)) {
      if (message.is === 'found') timeBase = message.found.video?.timeBase;
      if (message.is === 'shown') {
        const { index, pts, duration } = message.shown;
        const { picture } = message;
        if (!timeBase || pts < end || !form.has(picture)) throw nonsense('a picture out of turn');
        end = pts + duration;
        yield { picture, index, pts, duration, timeBase };
      }
      if (message.is === 'end') return message.end;
    }
    return { notes: [] };
  } finally {
    await source.close();
  }
}

function checkSide(side: number | undefined): number | undefined {
  if (side === undefined || (Number.isInteger(side) && side > 0)) return side;
  throw new MediaError('MEDIA_OPTION', 'The longer side of a picture cannot be this', {
    expected: 'maxSide: a whole number of pixels above 0',
    got: String(side),
    fix: 'leave it out to have the pictures as they are',
  });
}
