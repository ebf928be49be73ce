import { MediaError } from '../base/errors.ts';
import type { Av } from './av.ts';
import { openCanvas } from './decoder-canvas.ts';
import { type Damage, eachFrame, shortOf } from './decoder-frames.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import { secondsOf, type Ticks } from './frame.ts';
import { pictureDifference, type Thumbnail, thumbnail } from './hash.ts';
import { within } from './limits.ts';
import type { Image } from './planes.ts';
import type { Ending, Request, Shown } from './protocol.ts';
import type { Changes, Picker } from './sample.ts';

/** A decoded picture with its place in time. */
interface Placed {
  readonly frame: Av.Frame;
  readonly index: number;
  readonly pts: number;
  /** When the next one appears, or the last one goes. */
  readonly next: number;
  readonly last: boolean;
}

/** Gives the pictures that `picker` wants, and returns how it ended. @throws MediaError MEDIA_NO_FRAMES, MEDIA_LIMIT, MEDIA_DAMAGED. */
export async function showPictures(
  opened: Opened,
  track: Stream,
  request: Request,
  picker: Picker,
  say: { show(picture: Image, shown: Pick<Shown, 'index' | 'pts' | 'duration'>): void; beat(): void },
): Promise<Ending> {
  const { maxSide, planes } = request.pictures ?? {};
  const canvas = openCanvas(opened, track, request, { maxSide, planes });
  try {
    const { notes, short } = await eachPlaced(opened, track, request, say.beat, ({ frame, index, pts, next, last }) => {
      if (picker.wants(index, pts, next, last)) {
        say.show(canvas.draw(frame), { index, pts: pts as Ticks, duration: (next - pts) as Ticks });
      }
      return !picker.done();
    });
    return { ...(short === undefined ? {} : { short }), notes: [...notes, ...canvas.notes] };
  } finally {
    canvas.close();
  }
}

/** Longer side in pixels of the pictures whose changes are measured: enough for thumbnails. */
const SMALL = 144;

/** How much each picture differs from the one before it; all of them are decoded for that. */
export async function changesOf(opened: Opened, track: Stream, request: Request, beat: () => void): Promise<Changes> {
  const canvas = openCanvas(opened, track, request, { maxSide: SMALL });
  const changes: number[] = [];
  const times: number[] = [];
  let before: Thumbnail | undefined;
  try {
    await eachPlaced(opened, track, request, beat, ({ frame, pts }) => {
      const now = thumbnail(canvas.draw(frame));
      changes.push(before ? pictureDifference(before, now) : 0);
      times.push(secondsOf(pts as Ticks, track.timeBase));
      before = now;
      return true;
    });
  } finally {
    canvas.close();
  }
  return { changes, times };
}

/** Calls `see` for each picture when the next one's time is known, until it says false. */
async function eachPlaced(
  opened: Opened,
  track: Stream,
  request: Request,
  beat: () => void,
  see: (placed: Placed) => boolean,
): Promise<Ending> {
  const { av } = opened;
  const { limits } = request;
  const notes = new Set<string>();
  const spare = new av.Frame();
  spare.alloc();
  let held: { frame: Av.Frame; pts: number; duration: number } | undefined;
  let index = 0;
  let first: number | undefined;
  let end = 0;

  const place = (next: number, last: boolean): boolean => {
    const { frame, pts } = held!;
    end = next;
    return see({ frame, index: index++, pts, next, last });
  };
  try {
    const { damage, ended } = await eachFrame(opened, track, request, beat, (frame) => {
      within(limits, 'frames', index + (held ? 2 : 1));
      const said = frame.bestEffortTimestamp;
      let pts = said === av.AV_NOPTS_VALUE ? Number.NaN : Number(said) - track.zero;
      if (held && !(pts > held.pts)) {
        if (!Number.isNaN(pts)) notes.add('times that do not ascend were replaced by those that follow from the durations');
        pts = held.pts + held.duration;
      }
      if (Number.isNaN(pts)) pts = 0;
      within(limits, 'duration', Math.abs(secondsOf(pts as Ticks, track.timeBase)));
      first ??= pts;
      if (frame.hasFlags(av.AV_FRAME_FLAG_INTERLACED)) notes.add('interlaced: each picture is two half pictures, woven together');
      const goOn = !held || place(pts, false);
      const free = held?.frame ?? spare;
      held = { frame, pts, duration: durationOf(frame, track) };
      return goOn ? free : undefined;
    });
    const seconds = () => secondsOf((end - (first ?? 0)) as Ticks, track.timeBase);
    if (!held) throw noFrames(opened, track, damage);
    if (!ended) return { notes: [...notes] };
    place(held.pts + held.duration, true);
    const short = shortOf(opened, track, damage, seconds());
    return { ...(short === undefined ? {} : { short }), notes: [...notes] };
  } finally {
    held?.frame.free();
    spare.free();
  }
}

/** Ticks, at least one: the frame's own duration, else that of the average frame. */
function durationOf(frame: Av.Frame, { stream, timeBase }: Stream): number {
  if (frame.duration > 0n) return Number(frame.duration);
  const { num, den } = stream.avgFrameRate;
  return Math.max(1, num > 0 ? Math.round((den * timeBase.den) / (num * timeBase.num)) : 1);
}

function noFrames({ input }: Opened, { codec }: Stream, damage: Damage): MediaError {
  const why = damage.read === 0 ? 'no packet of it is in the file' : `none of ${damage.read} packets can be decoded (${codec.name})`;
  return new MediaError('MEDIA_NO_FRAMES', 'The video has no pictures', {
    expected: 'one picture or more in the video stream',
    got: input.cut ? `${why}; the file is cut off` : why,
    fix: 'copy or download it again',
  });
}
