/** Makes small real files in any container, with the FFmpeg that also reads them; and asks for all that decoding gives. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Av, type Library, loadAv } from '../../src/media/av.ts';
import type { Frame, Image, Picture, SoundChunk, TimeBase } from '../../src/media/index.ts';
import type { Ending } from '../../src/media/protocol.ts';

/** Pictures of a stream: times in its time base. */
export interface Pictures {
  /** An encoder of FFmpeg: 'libx264', 'libvpx-vp9', … */
  readonly codec: string;
  readonly timeBase: TimeBase;
  readonly shown: readonly { readonly picture: Picture; readonly pts: number; readonly duration: number }[];
  /** Pictures between two others that look at both: they are stored in another order than shown. */
  readonly bFrames?: number;
  /** Width of a pixel by its height. */
  readonly shape?: TimeBase;
  /** Default BT.601. */
  readonly colorSpace?: 'bt709' | 'bt601' | 'unsaid';
  /** Levels 0 to 255 instead of 16 to 235. */
  readonly full?: boolean;
  /** How pixels are stored. Default 4:2:0, 8 bits. */
  readonly pixels?: '4:2:0' | '4:4:4';
}

/** Sound of a stream; pieces that do not follow each other leave a gap. `at`: samples from 0. */
export interface Voice {
  readonly codec: string;
  readonly rate: number;
  readonly channels: 1 | 2;
  readonly pieces: readonly { readonly samples: Float32Array; readonly at: number }[];
}

export interface MadeOf {
  readonly pictures?: Pictures;
  readonly voice?: Voice;
  /** The bytes of a PNG. */
  readonly cover?: Buffer;
  readonly subtitles?: readonly string[];
}

interface Part {
  readonly parameters: Av.CodecParameters;
  readonly timeBase: TimeBase;
  readonly packets: readonly Av.Packet[];
  readonly attached?: boolean;
}

/** Writes a file. `muxer`: 'mp4', 'matroska', 'webm', 'avi', 'mpegts', 'wav', 'mp3', 'flac', 'ogg', …; `options` are the muxer's. */
export async function makeFile(path: string, muxer: string, of: MadeOf, options: Record<string, string> = {}): Promise<string> {
  const av = await loadAv();
  av.Log.setLevel(av.AV_LOG_QUIET);
  const parts: Part[] = [];
  const format = new av.FormatContext();
  must(av, format.allocOutputContext2(null, muxer, path), `no muxer ${muxer}`);
  if (of.pictures) parts.push(await encodePictures(av, of.pictures));
  if (of.voice) parts.push(await encodeVoice(av, of.voice));
  if (of.subtitles) parts.push(subtitlesOf(av, of.subtitles));
  if (of.cover) parts.push(coverOf(av, of.cover));
  const streams = parts.map(({ parameters, timeBase, attached }) => {
    const stream = format.newStream();
    must(av, parameters.copy(stream.codecpar), 'parameters');
    stream.codecpar.codecTag = 0;
    stream.timeBase = new av.Rational(timeBase.num, timeBase.den);
    if (attached) stream.disposition = av.AV_DISPOSITION_ATTACHED_PIC;
    if (of.pictures?.shape && stream.codecpar.codecType === av.AVMEDIA_TYPE_VIDEO) {
      stream.sampleAspectRatio = new av.Rational(of.pictures.shape.num, of.pictures.shape.den);
    }
    return stream;
  });
  format.url = `file:${path}`;
  must(av, await format.openOutput(), 'opening');
  must(av, await format.writeHeader(av.Dictionary.fromObject(options)), 'header');
  const queue = parts.flatMap(({ packets, timeBase }, k) =>
    packets.map((packet) => ({ packet, k, timeBase, second: (Number(packet.dts) * timeBase.num) / timeBase.den })),
  );
  for (const { packet, k, timeBase } of queue.sort((a, b) => a.second - b.second)) {
    packet.streamIndex = k;
    packet.rescaleTs(timeBase, streams[k]!.timeBase);
    must(av, await format.interleavedWriteFrame(packet), 'writing');
  }
  must(av, await format.writeTrailer(), 'trailer');
  await format.closeOutput();
  format.freeContext();
  return path;
}

function must(av: Library, code: number, doing: string): void {
  if (code < 0) throw new Error(`${doing}: ${new av.FFmpegError(code).message}`);
}

/** Opens an encoder that `set` has prepared, and runs the frames through it. */
async function encode(
  av: Library,
  name: string,
  timeBase: TimeBase,
  set: (context: Av.CodecContext) => void,
  options: Record<string, string>,
  frames: (context: Av.CodecContext) => Iterable<Av.Frame> | AsyncIterable<Av.Frame>,
): Promise<Part> {
  const codec = av.Codec.findEncoderByName(name as never);
  if (!codec) throw new Error(`this FFmpeg has no encoder ${name}`);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.timeBase = new av.Rational(timeBase.num, timeBase.den);
  context.threadCount = 1;
  context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER);
  set(context);
  must(av, await context.open2(codec, av.Dictionary.fromObject({ strict: 'experimental', ...options })), `opening ${name}`);
  const packets: Av.Packet[] = [];
  const drain = async () => {
    for (;;) {
      const packet = new av.Packet();
      packet.alloc();
      const code = await context.receivePacket(packet);
      if (code === av.AVERROR_EAGAIN || code === av.AVERROR_EOF) return;
      must(av, code, name);
      packets.push(packet);
    }
  };
  for await (const frame of frames(context)) {
    must(av, await context.sendFrame(frame), name);
    await drain();
  }
  await context.sendFrame(null);
  await drain();
  const parameters = new av.CodecParameters();
  parameters.alloc();
  must(av, parameters.fromContext(context), name);
  return { parameters, timeBase, packets };
}

async function encodePictures(
  av: Library,
  { codec, timeBase, shown, bFrames = 0, shape, colorSpace = 'bt601', full = false, pixels = '4:2:0' }: Pictures,
): Promise<Part> {
  const { width, height } = shown[0]!.picture;
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  const durations = new Map(shown.map(({ pts, duration }) => [pts, duration]));
  const spaces = { bt709: av.AVCOL_SPC_BT709, bt601: av.AVCOL_SPC_SMPTE170M, unsaid: av.AVCOL_SPC_UNSPECIFIED };
  const colours = { colorSpace: spaces[colorSpace], colorRange: full ? av.AVCOL_RANGE_JPEG : av.AVCOL_RANGE_MPEG };
  const set = (context: Av.CodecContext) => {
    const pixelFormat = pixels === '4:4:4' ? av.AV_PIX_FMT_YUV444P : av.AV_PIX_FMT_YUV420P;
    Object.assign(context, { width, height, pixelFormat, ...colours, maxBFrames: bFrames, gopSize: 30, bitRate: 2_000_000n });
    context.framerate = new av.Rational(25, 1);
    if (shape) context.sampleAspectRatio = new av.Rational(shape.num, shape.den);
  };
  const part = await encode(
    av,
    codec,
    timeBase,
    set,
    codec === 'libx264' ? { preset: 'ultrafast', 'b-adapt': '0' } : {},
    async function* (context) {
      for (const { picture, pts, duration } of shown) {
        const { width: w, height: h, data } = picture;
        const from = av.Frame.fromVideoBuffer(Buffer.from(data), { width: w, height: h, format: av.AV_PIX_FMT_RGB24 });
        const to = new av.Frame();
        to.alloc();
        Object.assign(to, { width, height, format: context.pixelFormat, ...colours });
        must(av, to.getBuffer(), 'room');
        must(av, await scaler.scaleFrame(to, from), 'colours');
        to.pts = BigInt(pts);
        to.duration = BigInt(duration);
        to.pictType = av.AV_PICTURE_TYPE_NONE;
        yield to;
      }
    },
  );
  for (const packet of part.packets) packet.duration = BigInt(durations.get(Number(packet.pts)) ?? 0); // encoders do not tell it
  return part;
}

async function encodeVoice(av: Library, { codec, rate, channels, pieces }: Voice): Promise<Part> {
  const formats: Record<string, Av.Frame['format']> = {
    pcm_s16le: av.AV_SAMPLE_FMT_S16,
    pcm_f32le: av.AV_SAMPLE_FMT_FLT,
    flac: av.AV_SAMPLE_FMT_S16,
    mp2: av.AV_SAMPLE_FMT_S16,
    libopus: av.AV_SAMPLE_FMT_FLT,
  };
  const format = formats[codec] ?? av.AV_SAMPLE_FMT_FLTP; // aac, libmp3lame, libvorbis
  const layout = channels === 1 ? av.AV_CHANNEL_LAYOUT_MONO : av.AV_CHANNEL_LAYOUT_STEREO;
  const timeBase = { num: 1, den: rate };
  const set = (context: Av.CodecContext) =>
    Object.assign(context, { sampleRate: rate, channelLayout: layout, sampleFormat: format, bitRate: 128_000n });
  return encode(av, codec, timeBase, set, {}, function* (context) {
    const size = context.frameSize || 1024;
    for (const { samples, at } of pieces) {
      for (let done = 0; done < samples.length / channels; done += size) {
        const part = samples.subarray(done * channels, (done + size) * channels);
        yield av.Frame.fromAudioBuffer(bytesOf(av, part, channels, format), {
          nbSamples: part.length / channels,
          format: format as never,
          sampleRate: rate,
          channelLayout: layout,
          pts: BigInt(at + done),
        });
      }
    }
  });
}

function bytesOf(av: Library, samples: Float32Array, channels: number, format: Av.Frame['format']): Buffer {
  if (format === av.AV_SAMPLE_FMT_S16) return Buffer.from(Int16Array.from(samples, (x) => Math.round(x * 32767)).buffer);
  const count = samples.length / channels;
  const ordered =
    format === av.AV_SAMPLE_FMT_FLTP ? samples.map((_, i) => samples[(i % count) * channels + Math.floor(i / count)]!) : samples;
  return Buffer.from(Float32Array.from(ordered).buffer);
}

function packetOf(av: Library, data: Buffer, pts: number, duration: number): Av.Packet {
  const packet = new av.Packet();
  packet.alloc();
  packet.data = data;
  packet.pts = BigInt(pts);
  packet.dts = BigInt(pts);
  packet.duration = BigInt(duration);
  packet.isKeyframe = true;
  return packet;
}

/** One line a second. */
function subtitlesOf(av: Library, lines: readonly string[]): Part {
  const parameters = new av.CodecParameters();
  parameters.alloc();
  parameters.codecType = av.AVMEDIA_TYPE_SUBTITLE;
  parameters.codecId = av.AV_CODEC_ID_SUBRIP;
  return { parameters, timeBase: { num: 1, den: 1000 }, packets: lines.map((line, i) => packetOf(av, Buffer.from(line), i * 1000, 900)) };
}

function coverOf(av: Library, png: Buffer): Part {
  const parameters = new av.CodecParameters();
  parameters.alloc();
  parameters.codecType = av.AVMEDIA_TYPE_VIDEO;
  parameters.codecId = av.AV_CODEC_ID_PNG;
  parameters.width = png.readUInt32BE(16);
  parameters.height = png.readUInt32BE(20);
  return { parameters, timeBase: { num: 1, den: 90_000 }, packets: [packetOf(av, png, 0, 0)], attached: true };
}

/** Writes another display matrix into an mp4 whose only or first track is the video: a, b, c, d as whole numbers. */
export function orient(path: string, to: string, [a, b, c, d]: readonly [number, number, number, number]): string {
  const bytes = readFileSync(path);
  const matrix = bytes.indexOf('tkhd', 0, 'latin1') + 44; // behind version, dates, id, duration, layer and volume (ISO 14496-12, 8.3.2)
  for (const [i, x] of [a, b, 0, c, d, 0].entries()) bytes.writeInt32BE(x * 65_536, matrix + 4 * i);
  writeFileSync(to, bytes);
  return to;
}

/** All that a generator gives, and what it returns. */
export async function all<T extends Frame<Image> | SoundChunk, E extends Ending | undefined>(
  of: AsyncGenerator<T, E>,
): Promise<{ readonly given: T[]; readonly end: E }> {
  const given: T[] = [];
  for (;;) {
    const next = await of.next();
    if (next.done) return { given, end: next.value };
    given.push(next.value);
  }
}
