import { MediaError } from '../base/errors.ts';
import { type Av, check, type Library, quietAv } from './av.ts';
import { bufferOver, coloured, frameOf, openScaler, pictureOf } from './colour.ts';
import type { Ticks, TimeBase } from './frame.ts';
import type { Picture } from './picture.ts';
import { BT601, type Colours, type Image, isPlanes, type Planes, sameColours } from './planes.ts';

/** A compressed picture or piece of sound. In our files they stand in the order of their times: we use no B-frames. */
export interface Coded {
  readonly data: Uint8Array;
  /** In the encoder's time base; sound begins before 0, with what its decoder needs to warm up. */
  readonly pts: Ticks;
  readonly duration: Ticks;
  /** Can be decoded without the ones before it. */
  readonly key: boolean;
}

/** What a container must know of a stream. */
export interface Track {
  readonly timeBase: TimeBase;
  readonly parameters: Av.CodecParameters;
}

/** Takes raw pictures or sound, gives what is ready, often nothing for a while. One call at a time. `close` frees it, also in the middle. */
export interface PictureEncoder extends Track {
  /** `key`: this picture can be decoded without those before it, nor do later ones look behind it. */
  encode(picture: Image, pts: Ticks, duration: Ticks, key?: boolean): Promise<Coded[]>;
  end(): Promise<Coded[]>;
  close(): void;
}
export interface SoundEncoder extends Track {
  /** With two channels left and right take turns; what is no number is silence. */
  encode(samples: Float32Array): Promise<Coded[]>;
  end(): Promise<Coded[]>;
  close(): void;
}

/**
 * Threads of an encoder. The pictures do not depend on it, but the file tells it, and equal inputs shall give equal files on every machine.
 */
const THREADS = 4;

/**
 * Otherwise x264 chooses its algorithms by the processor, and some of those for AVX-512 gave another file in one of forty runs (docs/log.md): the same picture
 * came out in other bits.
 */
const SAME_EVERYWHERE = { 'x264-params': 'cpu-independent=1' };

/**
 * Pictures a second that the stream's level allows for; times are free. Without it x264 takes every tick for a picture and declares level 6.2, which many
 * players refuse.
 */
const NOMINAL_RATE = 30;

/**
 * Pictures to H.264 (x264, 4:2:0). Those in planes of the stream's own colours are compressed as they are, others are converted. A side of odd length is
 * filled up by repeating its last row or column.
 */
export async function pictureEncoder(options: {
  readonly width: number;
  readonly height: number;
  readonly timeBase: TimeBase;
  /** x264's constant rate factor: 0 (lossless) to 51; 6 more halve the bytes. */
  readonly quality: number;
  /** Of the stream. Default BT.601. */
  readonly colours?: Colours;
}): Promise<PictureEncoder> {
  const { width, height, timeBase, quality, colours = BT601 } = options;
  const av = await quietAv();
  const [wide, high] = [even(width), even(height)];
  const codec = av.Codec.findEncoderByName(av.FF_ENCODER_LIBX264);
  if (!codec) throw missing('libx264');
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.width = wide;
  context.height = high;
  context.pixelFormat = av.AV_PIX_FMT_YUV420P;
  context.timeBase = new av.Rational(timeBase.num, timeBase.den);
  context.framerate = new av.Rational(NOMINAL_RATE, 1);
  context.maxBFrames = 0; // each packet is one picture, in order: the ledger and the cuts of merge count on it
  context.threadCount = THREADS;
  coloured(av, context, colours);
  context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER, av.AV_CODEC_FLAG_BITEXACT, av.AV_CODEC_FLAG_FRAME_DURATION);
  const settings = av.Dictionary.fromObject({ preset: 'veryfast', crf: String(quality), 'forced-idr': '1', ...SAME_EVERYWHERE });
  check(av, await context.open2(codec, settings), 'opening the H.264 encoder');
  const size = { width: wide, height: high };
  const scaler = openScaler(av, av.SWS_BILINEAR | av.SWS_ACCURATE_RND);
  const shared = drained(av, context);
  let bytes: Buffer | undefined; // a frame only points at them: they must not be collected as garbage while another thread reads
  const frameWith = async (image: Image): Promise<Av.Frame> => {
    if (isPlanes(image) && sameColours(image.colours, colours)) {
      bytes = evenPlanes(image, wide, high);
      return av.Frame.fromVideoBuffer(bytes, { ...size, format: av.AV_PIX_FMT_YUV420P });
    }
    bytes = evenBytes(await pictureOf(image), wide, high);
    const from = av.Frame.fromVideoBuffer(bytes, { ...size, format: av.AV_PIX_FMT_RGB24 });
    const to = coloured(av, frameOf(av, size, av.AV_PIX_FMT_YUV420P), colours);
    try {
      check(av, await scaler.scaleFrame(to, from), 'converting the colours');
      return to;
    } catch (cause) {
      to.free();
      throw cause;
    } finally {
      from.free();
    }
  };
  return {
    timeBase,
    parameters: shared.parameters,
    async encode(image, pts, duration, key = false) {
      const frame = await frameWith(image);
      try {
        frame.pts = BigInt(pts);
        frame.duration = BigInt(duration);
        if (key) frame.pictType = av.AV_PICTURE_TYPE_I;
        return await shared.send(frame);
      } finally {
        frame.free();
        bytes = undefined;
      }
    },
    end: () => shared.send(null),
    close() {
      scaler.freeContext();
      context.freeContext();
    },
  };
}

/** The side of an H.264 picture for one of this many pixels: 4:2:0 has no odd ones. */
export const even = (side: number): number => side + (side % 2);

/** The bytes of the picture in even sides, over the same memory where nothing has to change. */
function evenBytes({ width, height, data }: Picture, wide: number, high: number): Buffer {
  return wide === width && high === height ? bufferOver(data) : filledUp(data, [width, height], [wide, high], 3);
}

/** The same for planes: only the luma can have odd sides. */
function evenPlanes({ width, height, planes }: Planes, wide: number, high: number): Buffer {
  if (wide === width && high === height) return bufferOver(planes);
  return Buffer.concat([filledUp(planes, [width, height], [wide, high], 1), planes.subarray(width * height)]);
}

/** Rows of pixels of so many bytes in a larger picture: the last column and row are repeated. */
function filledUp(
  data: Uint8Array,
  [width, height]: readonly [number, number],
  [wide, high]: readonly [number, number],
  pixel: number,
): Buffer {
  const out = Buffer.alloc(wide * high * pixel);
  for (let y = 0; y < high; y++) {
    const row = Math.min(y, height - 1) * width * pixel;
    out.set(data.subarray(row, row + width * pixel), y * wide * pixel);
    if (wide > width) out.set(data.subarray(row + (width - 1) * pixel, row + width * pixel), (y * wide + width) * pixel);
  }
  return out;
}

/** Sound to AAC. The time base is one sample. */
export async function soundEncoder({ rate, channels }: { readonly rate: number; readonly channels: 1 | 2 }): Promise<SoundEncoder> {
  const av = await quietAv();
  const codec = av.Codec.findEncoderByName(av.FF_ENCODER_AAC);
  if (!codec) throw missing('AAC');
  const layout = channels === 1 ? av.AV_CHANNEL_LAYOUT_MONO : av.AV_CHANNEL_LAYOUT_STEREO;
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.sampleRate = rate;
  context.channelLayout = layout;
  context.sampleFormat = av.AV_SAMPLE_FMT_FLTP;
  context.timeBase = new av.Rational(1, rate);
  context.bitRate = BigInt(80_000 * channels);
  context.threadCount = 1;
  context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER, av.AV_CODEC_FLAG_BITEXACT);
  check(av, await context.open2(codec, av.Dictionary.fromObject({ aac_coder: 'fast' })), `opening the AAC encoder for ${rate} Hz`);
  const shared = drained(av, context);
  const size = context.frameSize; // samples of one channel in a packet: 1024
  const waiting = new Float32Array(size * channels);
  let filled = 0;
  let sent = 0;
  const send = async (count: number): Promise<Coded[]> => {
    const planes = Buffer.alloc(count * channels * 4);
    const plane = new Float32Array(planes.buffer, planes.byteOffset, count * channels);
    for (let c = 0; c < channels; c++) for (let i = 0; i < count; i++) plane[c * count + i] = amplitude(waiting[i * channels + c]!);
    const frame = av.Frame.fromAudioBuffer(planes, {
      nbSamples: count,
      format: av.AV_SAMPLE_FMT_FLTP,
      sampleRate: rate,
      channelLayout: layout,
      pts: BigInt(sent),
    });
    sent += count;
    try {
      return await shared.send(frame);
    } finally {
      frame.free();
    }
  };
  return {
    timeBase: { num: 1, den: rate },
    parameters: shared.parameters,
    async encode(samples) {
      const coded: Coded[] = [];
      for (let done = 0; done < samples.length; ) {
        const piece = samples.subarray(done, done + waiting.length - filled);
        waiting.set(piece, filled);
        filled += piece.length;
        done += piece.length;
        if (filled < waiting.length) break;
        coded.push(...(await send(size)));
        filled = 0;
      }
      return coded;
    },
    async end() {
      const last = filled > 0 ? await send(filled / channels) : [];
      return [...last, ...(await shared.send(null))];
    },
    close: () => context.freeContext(),
  };
}

/** A damaged file may decode to anything: what is no number is silence, and what is louder than a full scale is as loud as that. */
const amplitude = (x: number): number => (Number.isNaN(x) ? 0 : Math.max(-1, Math.min(1, x)));

/** What both encoders do with a frame, or with the end (null): in it goes, and out comes what is ready. */
function drained(
  av: Library,
  context: Av.CodecContext,
): { parameters: Av.CodecParameters; send(frame: Av.Frame | null): Promise<Coded[]> } {
  const parameters = new av.CodecParameters();
  parameters.alloc();
  check(av, parameters.fromContext(context), 'describing the stream');
  return {
    parameters,
    async send(frame) {
      check(av, await context.sendFrame(frame), 'encoding');
      const coded: Coded[] = [];
      const packet = new av.Packet();
      packet.alloc();
      try {
        for (;;) {
          // A packet that a frame has set free is there; at the end it is still to be made, which takes too long for our own thread.
          const code = frame ? context.receivePacketSync(packet) : await context.receivePacket(packet);
          if (code === av.AVERROR_EAGAIN || code === av.AVERROR_EOF) return coded;
          check(av, code, 'encoding');
          const { pts, duration, isKeyframe: key, data } = packet;
          coded.push({ data: Uint8Array.from(data!), pts: Number(pts) as Ticks, duration: Number(duration) as Ticks, key });
          packet.unref();
        }
      } finally {
        packet.free();
      }
    },
  };
}

function missing(name: string): MediaError {
  return new MediaError(
    'MEDIA_ENCODER',
    'The FFmpeg in this installation cannot write video',
    { expected: `the ${name} encoder`, got: 'none', fix: 'install node-av again with its optional package for this platform' },
    { blame: 'us' },
  );
}
