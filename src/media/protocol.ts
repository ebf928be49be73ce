/** What the decoding process and we say to each other. It opens hostile files, so nothing it says is believed unchecked. */
import { MediaError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import type { SoundChunk, Ticks } from './frame.ts';
import { type Limits, within } from './limits.ts';
import type { Colours } from './planes.ts';
import type { Sampling } from './sample.ts';

/** What is asked of the process: a line of JSON on its stdin (command lines are short on Windows, and everybody can read them). */
export interface Request {
  readonly demuxer: string;
  readonly floating: boolean;
  readonly bytes: number;
  readonly limits: Limits;
  /** Look through the first packets, for what the header does not say. */
  readonly scan: boolean;
  readonly pictures?:
    | {
        readonly sample: Sampling;
        readonly maxSide?: number | undefined;
        /** As planes, where the file has them like that: see `decodePlanes`. */
        readonly planes?: boolean | undefined;
      }
    | undefined;
  readonly sound?: { readonly rate?: number | undefined; readonly channels?: 1 | 2 | undefined } | undefined;
}

/**
 * Descriptors of the process: the request, and later a byte for each picture that was taken; the file; the way back; and where pictures lie,
 * see decoder-shelf.ts.
 */
export const FDS = { in: 0, file: 3, out: 4, shelf: 5 } as const;

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
  readonly index: number;
  readonly pts: Ticks;
  readonly duration: Ticks;
  readonly width: number;
  readonly height: number;
  /** The byte of the shelf where its pixels begin. */
  readonly place: number;
  /** Of a picture in planes. */
  readonly colours?: Colours;
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

/** On the wire: kind and length, 32 bits each, then that many bytes. Numbers of pictures and before samples are 64-bit floats. */
const KINDS = ['found', 'shown', 'heard', 'beat', 'end', 'failed'] as const satisfies readonly Message['is'][];
export const HEADER = 8;
const SHOWN = 10 * 8; // pts, duration, index, width, height, place, and the colours of planes: matrix (−1: none), primaries, transfer, full
const HEARD = 3 * 8; // pts, rate, channels
type Codes = [matrix: number, primaries: number, transfer: number, full: number];
/** H.273 has bytes. */
const MOST_CODE = 255;
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
  shown: ({ shown: s }) => [bytesOf(Float64Array.of(s.pts, s.duration, s.index, s.width, s.height, s.place, ...codesOf(s.colours)))],
  heard: ({ heard: h }) => [bytesOf(Float64Array.of(h.pts, h.rate, h.channels)), bytesOf(h.samples)],
  beat: () => [],
  end: (m) => json(m.end),
  failed: ({ error }) =>
    json({ code: error.code, what: error.message.split(` [${error.code}]`)[0], detail: error.detail, blame: error.blame }),
};

const codesOf = (c: Colours | undefined): number[] => (c ? [c.matrix, c.primaries, c.transfer, Number(c.full)] : [-1, 0, 0, 0]);

/** The kind and length of the message that begins here. @throws MediaError MEDIA_CRASHED where it cannot be one. */
export function decodeHeader(header: Buffer): { is: Message['is']; length: number } {
  const is = KINDS[header.readUInt32LE(0)];
  const length = header.readUInt32LE(4);
  const most = is === 'heard' ? HEARD + MOST_SOUND : is === 'shown' ? SHOWN : MOST_JSON;
  if (is === undefined || length > most) throw nonsense(`a message of kind ${header.readUInt32LE(0)} with ${length} bytes`);
  return { is, length };
}

/** The message whose body these bytes are. `at`: the file, for errors. @throws MediaError MEDIA_CRASHED, MEDIA_LIMIT. */
export function decodeMessage(is: Message['is'], body: Buffer, limits: Limits, at: string): Message {
  if (is === 'beat') return { is };
  if (is === 'shown') return { is, shown: decodeShown(body, limits, at) };
  if (is === 'heard') return { is, heard: decodeHeard(body, limits, at) };
  const value = record(parsed(body));
  if (is === 'found') return { is, found: decodeFound(value) };
  if (is === 'end') return { is, end: { notes: texts(value.notes), ...(value.short === undefined ? {} : { short: text(value.short) }) } };
  const detail = Object.fromEntries(Object.entries(record(value.detail)).map(([key, said]) => [key, text(said)]));
  const blame = value.blame === 'us' ? 'us' : 'user';
  return { is, error: new MediaError(text(value.code), text(value.what), { at, ...detail }, { blame }) };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw nonsense('JSON that is none');
  }
}

function decodeFound({ duration, video, audio, notes }: Readonly<Record<string, unknown>>): Found {
  return {
    duration: number(duration),
    ...(video === undefined ? {} : { video: decodeVideo(record(video)) }),
    ...(audio === undefined ? {} : { audio: decodeAudio(record(audio)) }),
    notes: texts(notes),
  };
}

function decodeVideo(v: Readonly<Record<string, unknown>>): VideoInfo {
  const { num, den } = record(v.timeBase);
  return {
    codec: text(v.codec),
    width: whole(v.width),
    height: whole(v.height),
    rotation: number(v.rotation),
    fps: number(v.fps),
    variable: v.variable === true,
    timeBase: { num: whole(num), den: whole(den) },
    ...(v.frames === undefined ? {} : { frames: whole(v.frames) }),
  };
}

const decodeAudio = (a: Readonly<Record<string, unknown>>): AudioInfo => ({
  codec: text(a.codec),
  rate: whole(a.rate),
  channels: whole(a.channels),
});

const typed =
  <T>(is: (value: unknown) => value is T, expected: string) =>
  (value: unknown): T => {
    if (is(value)) return value;
    throw nonsense(`something else than ${expected}`);
  };
const record = typed(isRecord, 'an object');
const text = typed((v): v is string => typeof v === 'string', 'a text');
const texts = typed((v): v is string[] => Array.isArray(v) && v.every((x) => typeof x === 'string'), 'texts');
const number = typed((v): v is number => typeof v === 'number' && v >= 0, 'a number from 0');
const whole = typed((v): v is number => Number.isSafeInteger(v) && (v as number) >= 0, 'a whole number from 0');

function decodeShown(body: Buffer, limits: Limits, at: string): Shown {
  const numbers = Array.from({ length: SHOWN / 8 }, (_, i) => (body.length < SHOWN ? Number.NaN : body.readDoubleLE(i * 8)));
  const [pts, duration, index, width, height, place, ...codes] = numbers as [Ticks, Ticks, number, number, number, number, ...Codes];
  const [matrix, primaries, transfer, full] = codes;
  const isCode = codes.every((code) => code >= -1 && code <= MOST_CODE);
  if (!numbers.every(Number.isSafeInteger) || width < 1 || height < 1 || index < 0 || duration < 0 || place < 0 || !isCode) {
    throw nonsense('a picture that cannot be');
  }
  within(limits, 'pixels', width * height, at);
  within(limits, 'frames', index + 1, at);
  const colours = matrix < 0 ? {} : { colours: { matrix, primaries, transfer, full: full === 1 } };
  return { index, pts, duration, width, height, place, ...colours };
}

function decodeHeard(body: Buffer, limits: Limits, at: string): SoundChunk {
  const numbers = [0, 8, 16].map((from) => (body.length < HEARD ? Number.NaN : body.readDoubleLE(from)));
  const [pts, rate, channels] = numbers as [Ticks, number, number];
  if (!Number.isSafeInteger(pts) || !(rate > 0) || (channels !== 1 && channels !== 2) || (body.length - HEARD) % (4 * channels) !== 0) {
    throw nonsense('sound whose bytes do not fit');
  }
  const samples = new Float32Array(body.buffer.slice(body.byteOffset + HEARD, body.byteOffset + body.length) as ArrayBuffer);
  within(limits, 'duration', (pts + samples.length / channels) / rate, at);
  return { samples, channels, rate, pts };
}

/** The error for a process that does not keep to this. */
export function nonsense(got: string): MediaError {
  return new MediaError('MEDIA_CRASHED', 'The decoding process said what it never should', {
    got,
    fix: 'do not trust the file; if it plays elsewhere, report it',
  });
}
