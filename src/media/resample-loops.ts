/**
 * The two loops of `resample` in WebAssembly SIMD, on whole numbers as Pillow has them: 25 ms for a 720p picture in JavaScript (docs/log.md). A pixel is four
 * lanes: red, green, blue, and the byte behind them, which nobody keeps.
 */
import { type Binary, type Code, desks, each, get, I32, i32, i32Add, type Kernel, pixel, set, simd, storeLane } from '../base/wasm.ts';

interface Run {
  /** A row at another width: (row, new row, end of taps, taps). For each new pixel `taps` holds the bytes to its first old one, where its weights lie, and where they end. */
  squeeze(row: number, into: number, end: number, taps: number): void;
  /** Rows of one width → one: (new row, its end, taps, end of taps, 0). For each old row `taps` holds where it lies, and its weight. */
  mix(into: number, end: number, taps: number, stop: number, offset: number): void;
}

/** Weights are whole numbers of 2^-PLACES. */
export const PLACES = 22;

const CONST = 0x41;
const lanes =
  (op: number): Binary =>
  (a, b) => [...a, ...b, ...simd(op)];
const [addInts, mulInts] = [lanes(0xae), lanes(0xb5)] as [Binary, Binary];
/** 2^21 in every lane: half of the last place makes the shift below round. */
const HALF: Code = [CONST, 0x80, 0x80, 0x80, 0x01, ...simd(0x11)];
/** The integer at an address in all lanes. */
const weight = (address: Code, offset = 0): Code => [...address, ...simd(0x09, 2, offset)];
/** Sums → bytes, the nearest there are; four of them to an address. |sum| < 2^31: bytes times weights whose absolute values add up to less than 1.4 × 2^22. */
const put = (into: number, sum: number): Code => {
  const shifted = [...get(sum), CONST, PLACES, ...simd(0xac)];
  const shorts = [...shifted, ...get(sum), ...simd(0x85)]; // the upper half is nobody's
  return storeLane(into, [...shorts, ...get(sum), ...simd(0x66)], 0);
};

function squeezeKernel(): Kernel {
  const [row, into, end, taps, at, stop, old, sum] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const one = addInts(get(sum), mulInts(pixel(get(old)), weight(get(at))));
  const body: Code = [
    ...[...i32Add(get(row), i32(get(taps))), ...set(old)],
    ...[...i32(get(taps), 4), ...set(at)],
    ...[...i32(get(taps), 8), ...set(stop)],
    ...[...HALF, ...set(sum)],
    ...each(stop, [at, old], [...one, ...set(sum)], [4, 3]),
    ...put(into, sum),
  ];
  return { name: 'squeeze', takes: Array(4).fill(I32), gives: [], integers: 3, locals: 1, body: each(end, [taps, into], body, [12, 3]) };
}

function mixKernel(): Kernel {
  const [into, end, taps, stop, offset, at, sum] = [0, 1, 2, 3, 4, 5, 6] as const;
  const one = addInts(get(sum), mulInts(pixel(i32Add(i32(get(at)), get(offset))), weight(get(at), 4)));
  const body: Code = [
    ...[...get(taps), ...set(at)],
    ...[...HALF, ...set(sum)],
    ...each(stop, [at], [...one, ...set(sum)], [8]),
    ...put(into, sum),
  ];
  return { name: 'mix', takes: Array(5).fill(I32), gives: [], integers: 1, locals: 1, body: each(end, [into, offset], body, [4, 4]) };
}

/** Where pictures are resampled. */
export const deskOf = desks<Run>([squeezeKernel(), mixKernel()]);
