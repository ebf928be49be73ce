/**
 * The two loops of `squareOf` in WebAssembly SIMD. In JavaScript they took 4.3 ms for the square of a 720p picture, and far more until V8 had compiled them,
 * with a garbage of boxed numbers; here they take a third (docs/log.md). A pixel is four floats in the lines between them: red, green, blue and nothing.
 */
import {
  add,
  type Code,
  desks,
  each,
  F32,
  get,
  I32,
  i32,
  i32Add,
  type Kernel,
  load,
  mul,
  pixel,
  set,
  simd,
  splat,
  store,
  storeLane,
  sub,
} from '../base/wasm.ts';

interface Run {
  /**
   * A row of a picture, stretched to the pixels of a line: (row, line, end of line, taps). All are addresses; of each pixel `taps` holds the offsets of two
   * pixels in the row, in bytes, and the share of each.
   */
  spread(row: number, line: number, end: number, taps: number): void;
  /** Two lines → a row of each colour: (upper, its end, lower, red, green, blue, mean, share of upper, share of lower, scale); up to `mean` addresses. */
  blend(...args: number[]): void;
}

const INTS_TO_FLOATS = 0xfb;
const f32 = (address: number, offset: number): Code => [...get(address), 0x2a, 2, offset];

function spreadKernel(): Kernel {
  const [row, line, end, taps] = [0, 1, 2, 3] as const;
  const share = (tap: number) =>
    mul([...pixel(i32Add(get(row), i32(get(taps), 4 * tap))), ...simd(INTS_TO_FLOATS)], splat(f32(taps, 8 + 4 * tap)));
  return {
    name: 'spread',
    takes: [I32, I32, I32, I32],
    gives: [],
    locals: 0,
    body: each(end, [line, taps], store(line, add(share(0), share(1)))),
  };
}

function blendKernel(): Kernel {
  const [upper, end, lower, red, green, blue, mean] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [ofUpper, ofLower, scale] = [7, 8, 9].map((k) => splat(get(k))) as [Code, Code, Code];
  const value = 10;
  const put = (address: number, lane: number): Code => storeLane(address, get(value), lane);
  const mixed = add(mul(load(upper), ofUpper), mul(load(lower), ofLower));
  const body = each(
    end,
    [upper, lower, red, green, blue],
    [...mul(sub(mixed, load(mean)), scale), ...set(value), ...put(red, 0), ...put(green, 1), ...put(blue, 2)],
    [16, 16, 4, 4, 4],
  );
  return { name: 'blend', takes: [...Array(7).fill(I32), F32, F32, F32], gives: [], locals: 1, body };
}

/** Where squares are made. */
export const deskOf = desks<Run>([spreadKernel(), blendKernel()]);
