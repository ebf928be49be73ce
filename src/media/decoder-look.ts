import type { Av, Library } from './av.ts';
import { MOST_FAILURES } from './decoder-frames.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import { within } from './limits.ts';
import { degreesOf, isMirrored, type Orientation, orientationOf, pixelShape, shownSize, UPRIGHT } from './orientation.ts';
import type { AudioInfo, Found, Request, VideoInfo } from './protocol.ts';

/** How far the packets of a file are looked through. */
export interface Depth {
  readonly packets: number;
  readonly bytes: number;
}

/** Enough to see whether the pictures come evenly, and the whole of a clip of some minutes. */
export const GLANCE: Depth = { packets: 20_000, bytes: 64 * 2 ** 20 };
/** As far as it goes. */
export const WHOLE: Depth = { packets: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** What the packets say, without decoding any. */
export interface Looked {
  /** Packets of pictures, those left out that an edit list hides. */
  readonly pictures: number;
  /** Every packet was seen. */
  readonly whole: boolean;
  /** Seconds from the first moment to the end of the last packet. */
  readonly seconds: number;
  /** Pictures a second between the first and the last; 0 where that says nothing. */
  readonly fps: number;
  readonly variable: boolean;
}

/** Packets come in the order of decoding, so the last times that were seen may have gaps yet to be filled. */
const REORDERED = 16;

/** Reads packets up to a depth. @throws MediaError MEDIA_LIMIT. */
export async function look({ av, format, video, audio }: Opened, { limits }: Request, depth: Depth, beat: () => void): Promise<Looked> {
  const packet = new av.Packet();
  packet.alloc();
  const times: number[] = []; // ticks of the pictures
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  let [packets, bytes, pictures, failures] = [0, 0, 0, 0];
  let whole = false;
  try {
    while (packets < depth.packets && bytes < depth.bytes && failures < MOST_FAILURES) {
      const code = await format.readFrame(packet);
      whole = code === av.AVERROR_EOF;
      if (whole) break;
      failures = code < 0 ? failures + 1 : 0;
      if (code < 0) continue;
      beat();
      packets++;
      bytes += packet.size;
      const track = packet.streamIndex === video?.stream.index ? video : packet.streamIndex === audio?.stream.index ? audio : undefined;
      const time = packet.pts === av.AV_NOPTS_VALUE ? packet.dts : packet.pts;
      if (track && !(packet.flags & av.AV_PKT_FLAG_DISCARD)) {
        if (track === video) within(limits, 'frames', ++pictures);
        if (time !== av.AV_NOPTS_VALUE) {
          const ticks = Number(time) - track.zero;
          const second = track.timeBase.num / track.timeBase.den;
          first = Math.min(first, ticks * second);
          last = Math.max(last, (ticks + Math.max(0, Number(packet.duration))) * second);
          within(limits, 'duration', last);
          if (track === video && times.length < GLANCE.packets) times.push(ticks);
        }
      }
      packet.unref();
    }
  } finally {
    packet.free();
  }
  return { pictures, whole, seconds: Math.max(0, last - first), ...paceOf(times, whole, video) };
}

/** Times that differ by less than 1 ms, or one tick, differ only by rounding: WebM counts in milliseconds. */
function paceOf(times: readonly number[], whole: boolean, video: Stream | undefined): { fps: number; variable: boolean } {
  const sorted = Float64Array.from(times).sort();
  const known = whole ? sorted : sorted.subarray(0, Math.max(0, sorted.length - REORDERED));
  if (known.length < 2 || !video) return { fps: 0, variable: false };
  const { num, den } = video.timeBase;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 1; i < known.length; i++) {
    const step = known[i]! - known[i - 1]!;
    least = Math.min(least, step);
    most = Math.max(most, step);
  }
  const span = ((known.at(-1)! - known[0]!) * num) / den;
  return { fps: span > 0 ? (known.length - 1) / span : 0, variable: most - least > Math.max(1, den / num / 1000) };
}

/** What is said of a file: its header, and what a look at the packets knows better. */
export function describe(opened: Opened, looked?: Looked): Found {
  const { av, format, video, audio } = opened;
  const notes = [...opened.notes];
  const header = format.duration > 0n ? Number(format.duration) / 1e6 : 0;
  return {
    duration: looked?.whole ? looked.seconds : header,
    ...(video ? { video: describeVideo(av, video, looked, notes) } : {}),
    ...(audio ? { audio: describeAudio(av, audio) } : {}),
    notes,
  };
}

function describeVideo(av: Library, { stream, timeBase }: Stream, looked: Looked | undefined, notes: string[]): VideoInfo {
  const { codecpar, avgFrameRate } = stream;
  const orientation = storedOrientation(av, stream);
  const shape = pixelShape(stream.sampleAspectRatio, codecpar.sampleAspectRatio);
  const rotation = degreesOf(orientation);
  if (rotation) notes.push(`turned by ${rotation}° as the file asks`);
  if (isMirrored(orientation)) notes.push('mirrored as the file asks');
  if (shape !== 1) notes.push(`pixels are not square: ${codecpar.width} × ${codecpar.height} are stored`);
  const said = avgFrameRate.den > 0 ? avgFrameRate.num / avgFrameRate.den : 0;
  const frames = looked?.whole ? looked.pictures : Number(stream.nbFrames);
  return {
    codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown',
    ...shownSize(codecpar.width, codecpar.height, shape, orientation),
    rotation,
    fps: said > 0 && !looked?.variable ? said : (looked?.fps ?? 0),
    variable: looked?.variable ?? false,
    timeBase,
    ...(frames > 0 ? { frames } : {}),
  };
}

function describeAudio(av: Library, { stream: { codecpar } }: Stream): AudioInfo {
  return { codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown', rate: codecpar.sampleRate, channels: codecpar.channels };
}

/** The orientation that the container gives to a stream. */
export function storedOrientation(av: Library, stream: Av.Stream): Orientation {
  const matrix = stream.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX);
  return (matrix && orientationOf(matrix)) ?? UPRIGHT;
}
