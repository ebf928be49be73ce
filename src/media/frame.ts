import type { Picture } from './picture.ts';
import type { Image } from './planes.ts';

declare const ticks: unique symbol;

/** A whole number of time-base units: never seconds, never a frame number. Exact below 2^53. */
export type Ticks = number & { readonly [ticks]: true };

/** The length of one tick as a fraction of a second: `{ num: 1, den: 90000 }`. As the file says it, never assumed. */
export interface TimeBase {
  readonly num: number;
  readonly den: number;
}

/** What we write: 1/90 000 s divides 24, 25, 30 and 30000/1001 frames a second. */
export const OUR_TIME_BASE: TimeBase = { num: 1, den: 90_000 };

/** One decoded picture with its exact time. */
export interface Frame<P extends Image = Picture> {
  /** Upright: the file's rotation has been applied. */
  readonly picture: P;
  /** 0, 1, 2, … over all pictures that the file decodes to, also those that a sampling left out. */
  readonly index: number;
  /** Presentation time, from the file's own zero. */
  readonly pts: Ticks;
  /** How long the picture stays: up to the next one's `pts`; the last one's as the file says it. */
  readonly duration: Ticks;
  readonly timeBase: TimeBase;
}

/** Seconds from the file's own zero. Rounded once, here; keep ticks for arithmetic. */
export function secondsOf(pts: Ticks, timeBase: TimeBase): number {
  return (pts * timeBase.num) / timeBase.den;
}

/** The same moment in another time base, to the nearest tick (halves up). */
export function rescale(pts: Ticks, from: TimeBase, to: TimeBase): Ticks {
  const num = BigInt(pts) * BigInt(from.num) * BigInt(to.den);
  const den = BigInt(from.den) * BigInt(to.num);
  const floor = (a: bigint, b: bigint) => (a >= 0n ? a / b : -((-a + b - 1n) / b));
  return Number(floor(2n * num + den, 2n * den)) as Ticks;
}

/** Mono sound at a fixed rate. */
export interface Sound {
  /** Amplitude, −1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
  /** Seconds at which the first sample plays, on the clock of the pictures. */
  readonly start: number;
}

/** A piece of a file's sound with its exact place. Pieces follow each other; between two there may be a gap (silence), never an overlap. */
export interface SoundChunk {
  /** Amplitude, −1 to 1; with two channels left and right take turns. */
  readonly samples: Float32Array;
  readonly channels: number;
  /** Samples a second of one channel. */
  readonly rate: number;
  /** When the first sample plays, in units of 1/rate s from the file's own zero: the clock of the pictures. */
  readonly pts: Ticks;
}
