import { MediaError, StoppedError } from '../../base/errors.ts';
import { type Clip, type Ending, type Frame, type Image, type SoundChunk, secondsOf, shownAs } from '../../media/index.ts';
import { boundOf, type Fault, LONGEST } from './plan.ts';
import type { SourceUtterance } from './source.ts';

/** How the ledger says that a clip was cut. */
export const CUT = 'cut where its utterance ends';

/** Failures that say nothing about the clip: of the disk, or of ours. */
const NOT_ITS_FAULT = ['MEDIA_TEMPORARY', 'MEDIA_OPTION'];
const WITHOUT_PICTURES = ['MEDIA_NO_VIDEO', 'MEDIA_NO_FRAMES'];

/** What a failure says about the clip; nothing for a failure that is not its own. */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof MediaError) || NOT_ITS_FAULT.includes(error.code)) return undefined;
  const got = error.detail.got?.split('\n', 1).join('').slice(0, 100);
  return {
    code: WITHOUT_PICTURES.includes(error.code) ? 'no-picture' : 'clip-undecodable',
    got: got === undefined ? error.code : `${error.code}: ${got}`,
  };
}

/**
 * A clip that ends where its utterance does, and tells `note` what is wrong with it when that shows: then it throws, so that nothing is made of it. Its
 * fingerprint says where it is cut, since that changes the film.
 */
export function guarded(clip: Clip, utterance: SourceUtterance, note: (fault: Fault) => void): Clip {
  const bound = boundOf(utterance);
  const fail = (fault: Fault, cause?: unknown): never => {
    note(fault);
    throw new Error(`${clip.id}: ${fault.got}`, { cause }); // nobody sees it: whoever merges asks what was noted
  };
  const watched = async function* <T>(
    of: AsyncGenerator<T, Ending | undefined>,
    late: (item: T) => boolean,
  ): AsyncGenerator<T, Ending | undefined> {
    try {
      for (;;) {
        const next = await of.next();
        if (next.done) return next.value;
        if (late(next.value)) return { short: `${CUT} (${bound.seconds} s)`, notes: [] };
        yield next.value;
      }
    } catch (error) {
      if (error instanceof StoppedError) throw error;
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      return fail(fault, error);
    } finally {
      await of.return(undefined);
    }
  };
  const shown = shownAs(clip, (showing) => ({
    async *frames() {
      let [first, count]: [number | undefined, number] = [undefined, 0];
      const late = ({ pts, timeBase }: Frame<Image>): boolean => {
        const at = secondsOf(pts, timeBase);
        first ??= at;
        count++;
        if (at - first < bound.seconds) return false;
        return bound.told || fail({ code: 'too-long', got: `more than ${bound.seconds} s` });
      };
      const ending = yield* watched(showing.frames(), late);
      if (count === 0) fail({ code: 'no-picture', got: 'no frames' });
      return ending;
    },
    async *sound() {
      // Sound that no picture goes with is not used. It counts from the file's zero, where pictures may begin later: only what is far behind is not decoded.
      const late = ({ pts, rate }: SoundChunk): boolean => pts / rate > bound.seconds + LONGEST;
      const ending = yield* watched(showing.sound(), late);
      return ending?.short?.startsWith(CUT) ? undefined : ending;
    },
  }));
  return { ...shown, fingerprint: `${clip.fingerprint} up to ${bound.seconds} s` };
}
