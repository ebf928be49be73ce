import { MediaError } from '../base/errors.ts';
import type { Av } from './av.ts';
import { type Damage, eachFrame, shortOf } from './decoder-frames.ts';
import { storedOrientation } from './decoder-look.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import { secondsOf, type Ticks } from './frame.ts';
import { pictureDifference, type Thumbnail, thumbnail } from './hash.ts';
import { within } from './limits.ts';
import { isSideways, orientationOf, pixelShape, shownSize, turned, UPRIGHT } from './orientation.ts';
import type { Picture } from './picture.ts';
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
  say: { show(picture: Picture, shown: Pick<Shown, 'index' | 'pts' | 'duration'>): void; beat(): void },
): Promise<Ending> {
  const canvas = openCanvas(opened, track, request, request.pictures?.maxSide);
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
  const canvas = openCanvas(opened, track, request, SMALL);
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

interface Canvas {
  /** The frame as it is shown. Its bytes may be overwritten by the next one. */
  draw(frame: Av.Frame): Picture;
  readonly notes: readonly string[];
  close(): void;
}

/** Turns frames into pictures, all of the size that the first one has on the screen. Colours and their ranges are the frame's own, as the ffmpeg command has them. */
function openCanvas({ av }: Opened, { stream }: Stream, { limits }: Request, maxSide: number | undefined): Canvas {
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', av.SWS_BICUBIC);
  const to = new av.Frame();
  to.alloc();
  const notes: string[] = [];
  let stored: { width: number; height: number } | undefined; // of the first frame
  let data: Buffer; // of `to`: asked for once, because V8 counts it as new memory each time
  let orientation = UPRIGHT;
  const begin = (frame: Av.Frame) => {
    const { width, height } = frame;
    stored = { width, height };
    const matrix = frame.getSideData(av.AV_FRAME_DATA_DISPLAYMATRIX);
    orientation = (matrix && orientationOf(matrix)) ?? storedOrientation(av, stream);
    const shape = pixelShape(stream.sampleAspectRatio, frame.sampleAspectRatio);
    const shown = shownSize(width, height, shape, orientation, maxSide);
    within(limits, 'pixels', shown.width * shown.height);
    [to.width, to.height] = isSideways(orientation) ? [shown.height, shown.width] : [shown.width, shown.height];
    to.format = av.AV_PIX_FMT_RGB24;
    usable(to.getBuffer());
    data = to.data![0]!;
  };
  const usable = (code: number) => {
    if (code >= 0) return;
    const got = new av.FFmpegError(code).message;
    throw new MediaError('MEDIA_DAMAGED', 'The pictures cannot be shown', {
      expected: 'colours that can be converted to red, green and blue',
      got,
      fix: 'convert the file with `ffmpeg -i FILE out.mp4`',
    });
  };
  return {
    notes,
    draw(frame) {
      if (!stored) begin(frame);
      if (notes.length === 0 && (stored!.width !== frame.width || stored!.height !== frame.height)) {
        notes.push('the size changes on the way: every picture has that of the first');
      }
      usable(scaler.scaleFrameSync(to, frame));
      const { width, height } = to;
      const stride = to.linesize[0]!;
      if (orientation !== UPRIGHT) {
        const [wide, high] = isSideways(orientation) ? [height, width] : [width, height];
        return { width: wide, height: high, data: turned(data, width, height, stride, orientation) };
      }
      return { width, height, data: stride === width * 3 ? data.subarray(0, width * height * 3) : to.toBuffer() };
    },
    close() {
      scaler.freeContext();
      to.free();
    },
  };
}

function noFrames({ input }: Opened, { codec }: Stream, damage: Damage): MediaError {
  const why = damage.read === 0 ? 'no packet of it is in the file' : `none of ${damage.read} packets can be decoded (${codec.name})`;
  return new MediaError('MEDIA_NO_FRAMES', 'The video has no pictures', {
    expected: 'one picture or more in the video stream',
    got: input.cut ? `${why}; the file is cut off` : why,
    fix: 'copy or download it again',
  });
}
