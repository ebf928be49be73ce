/** What the decoding process and we say to each other. It opens hostile files, so nothing it says is believed unchecked. */
import { MediaError } from '../base/errors.ts';
import type { SoundChunk, Ticks } from './frame.ts';
import { type Limits, within } from './limits.ts';
import type { Picture } from './picture.ts';
import type { Sampling } from './sample.ts';

/** What is asked of the process, as JSON in its arguments. */
export interface Request {
  readonly demuxer: string;
  readonly floating: boolean;
  readonly bytes: number;
  readonly limits: Limits;
  /** Look through the packets for the times of the pictures. */
  readonly scan: boolean;
  readonly pictures?: { readonly sample: Sampling; readonly maxSide?: number | undefined } | undefined;
  readonly sound?: { readonly rate?: number | undefined; readonly channels?: 1 | 2 | undefined } | undefined;
}

/** Descriptors of the process: the file twice (the second for counting before decoding), and the way back. */
export const FDS = { file: 3, again: 4, out: 5 } as const;

export interface VideoInfo {
  /** FFmpeg's name of the compression: 'h264', 'vp9', … */
  readonly codec: string;
  /** Of the upright picture with square pixels, as decoding gives it. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise that the file asks for; already applied to what decoding gives. */
  readonly rotation: number;
  /** Pictures a second on average. */
  readonly fps: number;
  /** The pictures come at uneven times, so that `fps` is only an average. */
  readonly variable: boolean;
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Number of pictures, where the file says it or was short enough to be counted. */
  readonly frames?: number;
}

export interface AudioInfo {
  readonly codec: string;
  readonly rate: number;
  readonly channels: number;
}

/** What the header and a look at the packets say. */
export interface Found {
  /** Seconds. */
  readonly duration: number;
  readonly video?: VideoInfo;
  readonly audio?: AudioInfo;
  /** What a person should know of this file: cover art left out, pixels not square, interlaced, … */
  readonly notes: readonly string[];
}

/** A picture with its times in the video stream's own time base. */
export interface Shown {
  readonly picture: Picture;
  readonly index: number;
  readonly pts: Ticks;
  readonly duration: Ticks;
}

/** How it ended: `short` says in words what is missing of the file, where something is. */
export interface Ending {
  readonly short?: string;
  readonly notes: readonly string[];
}

export type Message =
  | { readonly is: 'found'; readonly found: Found }
  | { readonly is: 'shown'; readonly shown: Shown }
  | { readonly is: 'heard'; readonly heard: SoundChunk }
  | { readonly is: 'beat' }
  | { readonly is: 'end'; readonly end: Ending }
  | { readonly is: 'failed'; readonly error: MediaError };

/** On the wire: kind and length, 32 bits each, then that many bytes. Numbers before pixels or samples are 64-bit floats. */
const KINDS = ['found', 'shown', 'heard', 'beat', 'end', 'failed'] as const satisfies readonly Message['is'][];
export const HEADER = 8;
const SHOWN = 5 * 8; // pts, duration, index, width, height
const HEARD = 3 * 8; // pts, rate, channels
const MOST_JSON = 1 << 20;
const MOST_SOUND = 1 << 24;

/** The pieces of a message, to be written one after the other. */
export function encodeMessage(m: Message): Uint8Array[] {
  const body = BODIES[m.is](m as never);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(KINDS.indexOf(m.is), 0);
  header.writeUInt32LE(
    body.reduce((n, b) => n + b.byteLength, 0),
    4,
  );
  return [header, ...body];
}

const bytesOf = (a: Float64Array | Float32Array) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
const json = (value: unknown) => [Buffer.from(JSON.stringify(value))];

const BODIES: { readonly [K in Message['is']]: (m: Extract<Message, { is: K }>) => Uint8Array[] } = {
  found: (m) => json(m.found),
  shown: ({ shown: s }) => [bytesOf(Float64Array.of(s.pts, s.duration, s.index, s.picture.width, s.picture.height)), s.picture.data],
  heard: ({ heard: h }) => [bytesOf(Float64Array.of(h.pts, h.rate, h.channels)), bytesOf(h.samples)],
  beat: () => [],
  end: (m) => json(m.end),
  failed: ({ error }) =>
    json({ code: error.code, what: error.message.split(` [${error.code}]`)[0], detail: error.detail, blame: error.blame }),
};

/** The kind and length of the message that begins here. @throws MediaError MEDIA_CRASHED where it cannot be one. */
export function decodeHeader(header: Buffer, limits: Limits): { is: Message['is']; length: number } {
  const is = KINDS[header.readUInt32LE(0)];
  const length = header.readUInt32LE(4);
  const most = is === 'shown' ? SHOWN + limits.pixels * 3 : is === 'heard' ? HEARD + MOST_SOUND : MOST_JSON;
  if (is === undefined || length > most) throw nonsense(`a message of kind ${header.readUInt32LE(0)} with ${length} bytes`);
  return { is, length };
}

/** The message whose body these bytes are; pictures and samples share them. @throws MediaError MEDIA_CRASHED. */
export function decodeMessage(is: Message['is'], body: Buffer, limits: Limits): Message {
  if (is === 'beat') return { is };
  if (is === 'shown') return { is, shown: decodeShown(body, limits) };
  if (is === 'heard') return { is, heard: decodeHeard(body) };
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw nonsense('JSON that is none');
  }
  if (is === 'found') return { is, found: value as Found };
  if (is === 'end') return { is, end: value as Ending };
  const { code, what, detail, blame } = value as { code: string; what: string; detail: object; blame: 'user' | 'us' };
  return { is, error: new MediaError(code, what, detail, { blame }) };
}

function decodeShown(body: Buffer, limits: Limits): Shown {
  const numbers = Array.from({ length: SHOWN / 8 }, (_, i) => (body.length < SHOWN ? Number.NaN : body.readDoubleLE(i * 8)));
  const [pts, duration, index, width, height] = numbers as [Ticks, Ticks, number, number, number];
  const data = new Uint8Array(body.buffer, body.byteOffset + SHOWN, Math.max(0, body.length - SHOWN));
  if (!numbers.every(Number.isSafeInteger) || width < 1 || height < 1 || width * height * 3 !== data.length || index < 0 || duration < 0) {
    throw nonsense('a picture whose bytes do not fit its size');
  }
  within(limits, 'pixels', width * height);
  return { picture: { width, height, data }, index, pts, duration };
}

function decodeHeard(body: Buffer): SoundChunk {
  const [pts, rate, channels] = [0, 8, 16].map((at) => (body.length < HEARD ? Number.NaN : body.readDoubleLE(at))) as [
    Ticks,
    number,
    number,
  ];
  const frame = 4 * channels;
  if (!Number.isSafeInteger(pts) || !(rate > 0) || (channels !== 1 && channels !== 2) || (body.length - HEARD) % frame !== 0) {
    throw nonsense('sound whose bytes do not fit');
  }
  const samples = new Float32Array(body.buffer.slice(body.byteOffset + HEARD, body.byteOffset + body.length) as ArrayBuffer);
  return { samples, channels, rate, pts };
}

function nonsense(got: string): MediaError {
  return new MediaError('MEDIA_CRASHED', 'The decoding process said what it never should', {
    got,
    fix: 'do not trust the file; if it plays elsewhere, report it',
  });
}
