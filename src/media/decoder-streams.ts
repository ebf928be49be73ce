import { MediaError } from '../base/errors.ts';
import type { Av, Library } from './av.ts';
import { type Input, openInput } from './decoder-file.ts';
import type { TimeBase } from './frame.ts';
import { type Limits, within } from './limits.ts';
import { FDS, type Request } from './protocol.ts';

/** A stream that is decoded. */
export interface Stream {
  readonly stream: Av.Stream;
  readonly codec: Av.Codec;
  readonly timeBase: TimeBase;
  /** The file's zero in ticks of this stream. */
  readonly zero: number;
  /** Seconds that the header promises, where it does. */
  readonly promised: number | undefined;
}

/** An opened file. */
export interface Opened {
  readonly av: Library;
  readonly format: Av.FormatContext;
  readonly input: Input;
  readonly video: Stream | undefined;
  readonly audio: Stream | undefined;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the inherited file with the one demuxer that it may have, and chooses its streams. Nothing that the file names is ever opened.
 * @throws MediaError MEDIA_DAMAGED, MEDIA_TRUNCATED, MEDIA_LIMIT.
 */
export async function openStreams(av: Library, request: Request): Promise<Opened> {
  const { limits } = request;
  const input = openInput(av, FDS.file, request.bytes);
  const format = new av.FormatContext();
  format.allocContext();
  format.pb = input.io;
  const close = async () => {
    await format.closeInput();
    input.close();
  };
  try {
    const demuxer = av.InputFormat.findInputFormat(request.demuxer);
    // Not one protocol has this name, and the only demuxer inside another is the one that is allowed already.
    const options = av.Dictionary.fromObject({ protocol_whitelist: 'none', format_whitelist: request.demuxer });
    const code = demuxer ? await format.openInput('', demuxer, options) : av.AVERROR_DEMUXER_NOT_FOUND;
    if (code < 0) throw unopened(request.demuxer, input, new av.FFmpegError(code).message);
    within(limits, 'streams', format.nbStreams);
    const promised = promisesOf(av, format);
    for (const { codecpar } of format.streams) within(limits, 'pixels', codecpar.width * codecpar.height);
    await format.findStreamInfo(); // what it does not find out is missed below
    within(limits, 'streams', format.nbStreams);
    const chosen = choose(av, format, limits);
    for (const stream of format.streams) {
      if (stream.index !== chosen.video?.index && stream.index !== chosen.audio?.index) stream.discard = av.AVDISCARD_ALL;
    }
    const zeroIn = zeroOf(av, [chosen.video, chosen.audio], request.floating);
    const decoded = (stream: Av.Stream | undefined): Stream | undefined =>
      stream && {
        stream,
        codec: av.Codec.findDecoder(stream.codecpar.codecId)!,
        timeBase: { num: stream.timeBase.num, den: stream.timeBase.den },
        zero: zeroIn(stream),
        promised: promised(stream),
      };
    return { av, format, input, video: decoded(chosen.video), audio: decoded(chosen.audio), notes: chosen.notes, close };
  } catch (e) {
    await close();
    throw e;
  }
}

/** Remembers what the header says of durations, before FFmpeg fills the gaps with guesses. In seconds. */
function promisesOf(av: Library, format: Av.FormatContext): (stream: Av.Stream) => number | undefined {
  const whole = format.duration > 0n ? Number(format.duration) / 1e6 : undefined;
  const each = new Map(
    format.streams.map(({ index, duration, timeBase }) => [
      index,
      duration !== av.AV_NOPTS_VALUE && duration > 0n ? (Number(duration) * timeBase.num) / timeBase.den : undefined,
    ]),
  );
  return (stream) => each.get(stream.index) ?? whole;
}

interface Chosen {
  readonly video: Av.Stream | undefined;
  readonly audio: Av.Stream | undefined;
  readonly notes: readonly string[];
}

/** The first stream of each kind that can be decoded; the notes name what is left out. */
function choose(av: Library, format: Av.FormatContext, limits: Limits): Chosen {
  const found: Record<'video' | 'audio', Av.Stream | undefined> = { video: undefined, audio: undefined };
  const left = new Map<string, number>();
  for (const stream of format.streams) {
    const { codecpar } = stream;
    const kind =
      codecpar.codecType === av.AVMEDIA_TYPE_VIDEO ? 'video' : codecpar.codecType === av.AVMEDIA_TYPE_AUDIO ? 'audio' : undefined;
    const name = av.avGetCodecName(codecpar.codecId) ?? 'unknown';
    let why: string | undefined;
    if (!kind) why = codecpar.codecType === av.AVMEDIA_TYPE_SUBTITLE ? 'subtitles' : 'data';
    else if (stream.hasDisposition(av.AV_DISPOSITION_ATTACHED_PIC)) why = 'cover art';
    else if (!av.Codec.findDecoder(codecpar.codecId)) why = `${kind} that cannot be decoded (${name})`;
    else if (found[kind]) why = `another ${kind} stream`;
    else if (kind === 'video' ? codecpar.width > 0 && codecpar.height > 0 : codecpar.sampleRate > 0 && codecpar.channels > 0) {
      found[kind] = stream;
    } else why = `${kind} without a size or rate (${name})`;
    if (why) left.set(why, (left.get(why) ?? 0) + 1);
  }
  if (found.video) within(limits, 'pixels', found.video.codecpar.width * found.video.codecpar.height);
  const notes = [...left].map(([what, count]) => `left out: ${what}${count > 1 ? ` (${count})` : ''}`);
  if (!found.audio) notes.push('no sound');
  if (!found.video) notes.push('no pictures');
  return { ...found, notes };
}

/** Our zero in a stream's ticks: the file's own, or, where its clock starts anywhere, the first moment of the two streams. */
function zeroOf(av: Library, streams: readonly (Av.Stream | undefined)[], floating: boolean): (stream: Av.Stream) => number {
  const begun = streams.filter((s) => s !== undefined).filter((s) => s.startTime !== av.AV_NOPTS_VALUE);
  const [first] = begun.sort((a, b) => av.avCompareTs(a.startTime, a.timeBase, b.startTime, b.timeBase));
  if (!floating || !first) return () => 0;
  return (stream) => Number(av.avRescaleQ(first.startTime, first.timeBase, stream.timeBase));
}

/** The boxes of an mp4 tell whether it is only cut off: the index often comes last. */
function unopened(demuxer: string, input: Input, got: string): MediaError {
  if (demuxer === 'mov' && isCut(input)) {
    return new MediaError('MEDIA_TRUNCATED', 'The file is cut off before its index', {
      expected: 'a whole file: the index (moov) comes after the pictures',
      got: 'no index before the end',
      fix: 'copy or download it again; a recording that was interrupted can only be repaired with another one of the same camera',
    });
  }
  return new MediaError('MEDIA_DAMAGED', 'The file cannot be read', {
    expected: `what its first bytes promise: ${demuxer}`,
    got,
    fix: 'copy or download it again; if it plays elsewhere, convert it with `ffmpeg -i FILE out.mp4`',
  });
}

/** Most boxes at the top of an mp4 that are looked at. */
const MOST_BOXES = 10_000;

function isCut({ peek }: Input): boolean {
  let at = 0;
  for (let box = 0; box < MOST_BOXES; box++) {
    const head = peek(at, 16);
    if (head.length === 0) return true; // every box is whole, and none of them was the index
    if (head.length < 8) return true;
    const short = head.readUInt32BE(0);
    const size = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    const whole = peek(at + size - 1, 1).length === 1;
    if (head.toString('latin1', 4, 8) === 'moov') return !whole;
    if (size === 0 || !whole) return true;
    if (size < 8) return false;
    at += size;
  }
  return false;
}
