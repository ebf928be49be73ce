import { type Frame, secondsOf } from '../media/frame.ts';
import { type Picture, resize } from '../media/picture.ts';

/** Thumbnails are this large whatever the picture's shape: enough to see where things are, too small to see them move a little. */
const WIDTH = 32;
const HEIGHT = 18;
/** Colours are counted in LEVELS³ boxes. */
const LEVELS = 6;
/** How far a pan is followed from one frame to the next, in thumbnail pixels, and by how much a zoom: half of the picture stays in view. */
const REACH = { x: 10, y: 5 };
const ZOOMS = [1, 0.85, 1 / 0.85, 0.7, 1 / 0.7] as const;
/** Two thumbnails that correlate like this without being moved are the same view; nothing is searched. */
const SAME_VIEW = 0.95;
/** More pictures than this are never held back, however many frames a second there are. */
const MOST_HELD = 12;

export interface ShotOptions {
  /** A difference (0–1) below this is never a cut. */
  readonly floor?: number;
  /** A cut differs at least this many times as much as frames of the shot did lately: a shaking camera raises the bar. */
  readonly ratio?: number;
  /** What "lately" is, in seconds. */
  readonly memory?: number;
  /** A picture that comes back within so many seconds was only interrupted (a flash, a single wrong frame). */
  readonly flash?: number;
}

export const SHOT_DEFAULTS = { floor: 0.25, ratio: 2.5, memory: 2, flash: 0.25 } as const satisfies Required<ShotOptions>;

/** A frame with the shot that it belongs to. */
export interface Shown {
  readonly frame: Frame;
  /** Seconds from the file's own zero. */
  readonly t: number;
  /** 0, 1, 2, … */
  readonly shot: number;
  /** The picture was interrupted here (see `ShotOptions.flash`): nothing on it says anything about the shot. */
  readonly flash: boolean;
}

/**
 * Finds the cuts of a video while it streams. A frame is compared with the one before by colours and by structure, where a pan or zoom of
 * up to a third of the picture is undone first; the geometric mean of both has to exceed `floor` and `ratio` times the recent mean.
 * A decision waits `flash` seconds, so that a flash is not two cuts: at most 12 pictures are held. Fades through black or white give one
 * cut on each side of the blank picture; gradual dissolves between two shots are not found (faces lose their track there by themselves).
 * After Yeo and Liu 1995 (adaptive threshold) and Zhang, Kankanhalli and Smoliar 1993 (colour counts); figures: shots.test.ts.
 */
export async function* inShots(frames: AsyncIterable<Frame>, options: ShotOptions = {}): AsyncGenerator<Shown, void, undefined> {
  const { floor, ratio, memory, flash } = { ...SHOT_DEFAULTS, ...options };
  let shot = 0;
  let last: Signature | undefined; // of the latest frame that surely belongs to this shot
  let lately: { t: number; difference: number }[] = [];
  let held: Signed[] = []; // frames that differ from `last`: a flash, or the first of a new shot

  const differs = (difference: number) => {
    const usual = lately.reduce((sum, d) => sum + d.difference, 0) / Math.max(1, lately.length);
    return difference > Math.max(floor, ratio * usual);
  };
  const shown = ({ frame, t }: Signed, interrupted = false): Shown => ({ frame, t, shot, flash: interrupted });

  function* accept(next: Signed): Generator<Shown> {
    const difference = last === undefined ? 0 : differenceOf(last, next.signature);
    if (last !== undefined && differs(difference)) {
      held.push(next);
      if (next.t - held[0]!.t >= flash || held.length >= MOST_HELD) yield* cut();
      return;
    }
    for (const frame of held) yield shown(frame, true);
    held = [];
    lately = [...lately.filter((d) => d.t > next.t - memory), { t: next.t, difference }];
    last = next.signature;
    yield shown(next);
  }

  function* cut(): Generator<Shown> {
    const [first, ...others] = held;
    held = [];
    last = first!.signature; // what was usual before the cut stays so for a while: a lively film is lively in its next shot, too
    shot++;
    yield shown(first!);
    for (const frame of others) yield* accept(frame);
  }

  for await (const frame of frames) {
    yield* accept({ frame, t: secondsOf(frame.pts, frame.timeBase), signature: signatureOf(frame.picture) });
  }
  while (held.length > 0) yield* cut();
}

interface Signed {
  readonly frame: Frame;
  readonly t: number;
  readonly signature: Signature;
}

/** What is kept of a picture to compare it with others: 3 kB. */
export interface Signature {
  /** Brightness 0–255, HEIGHT rows of WIDTH. */
  readonly thumb: Float32Array;
  /** Shares of colours, sum 1. */
  readonly colours: Float32Array;
}

/** Thumbnail and colours of a picture. Looks at about 40,000 of its pixels, which is why a 720p picture takes half a millisecond. */
export function signatureOf(picture: Picture): Signature {
  const step = Math.max(1, Math.floor(Math.min(picture.width / 256, picture.height / 144)));
  const small = every(picture, step);
  return { thumb: brightnesses(resize(small, WIDTH, HEIGHT, 'bilinear').data), colours: sharesOf(small.data) };
}

// Loops in functions of their own: V8 compiles those once, where it came back from the middle of a larger one with each picture.

function brightnesses(data: Uint8Array): Float32Array {
  const out = new Float32Array(data.length / 3);
  for (let i = 0; i < out.length; i++) out[i] = brightness(data, i * 3);
  return out;
}

function sharesOf(bytes: Uint8Array): Float32Array {
  const colours = new Float32Array(LEVELS ** 3);
  const share = 3 / bytes.length;
  for (let i = 0; i < bytes.length; i += 3) {
    colours[(level(bytes[i]!) * LEVELS + level(bytes[i + 1]!)) * LEVELS + level(bytes[i + 2]!)]! += share;
  }
  return colours;
}

const level = (byte: number) => (byte * LEVELS) >> 8;
/** Rec. 601. */
const brightness = (data: Uint8Array, i: number) => 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;

/** Every step-th pixel of every step-th row. */
function every(picture: Picture, step: number): Picture {
  if (step === 1) return picture;
  const [width, height] = [Math.floor(picture.width / step), Math.floor(picture.height / step)];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0, i = y * step * picture.width * 3; x < width; x++, i += step * 3, o += 3) {
      data[o] = picture.data[i]!;
      data[o + 1] = picture.data[i + 1]!;
      data[o + 2] = picture.data[i + 2]!;
    }
  }
  return { width, height, data };
}

/** How different two pictures are, 0 to 1: geometric mean of the difference in colours and in structure; 1 where just one of them is blank. */
export function differenceOf(a: Signature, b: Signature): number {
  if (isBlank(a) !== isBlank(b)) return 1; // the end of a slow fade changes few colours
  let common = 0;
  for (let i = 0; i < a.colours.length; i++) common += Math.min(a.colours[i]!, b.colours[i]!);
  return Math.sqrt(Math.max(0, 1 - common) * Math.min(1, 1 - likeness(a.thumb, b.thumb)));
}

/** Whether there is nothing but black or white: grey levels of a standard deviation below 1, at one end of the scale. */
function isBlank({ thumb }: Signature): boolean {
  let [sum, squares] = [0, 0];
  for (const v of thumb) sum += v;
  const mean = sum / thumb.length;
  if (mean >= 24 && mean <= 231) return false;
  for (const v of thumb) squares += (v - mean) ** 2;
  return squares < thumb.length;
}

/** The best correlation of two thumbnails over pans and zooms; blind to brightness and contrast. Every second shift first, then around the best. */
function likeness(a: Float32Array, b: Float32Array): number {
  const still = correlation(a, b, 0, 0);
  if (still >= SAME_VIEW) return still;
  let best = -1;
  for (const zoom of ZOOMS) {
    const from = zoomed(a, zoom);
    let at = { value: -1, dx: 0, dy: 0 };
    const look = (dx: number, dy: number) => {
      const value = correlation(from, b, dx, dy);
      if (value > at.value) at = { value, dx, dy };
    };
    for (let dy = 1 - REACH.y; dy < REACH.y; dy += 2) for (let dx = -REACH.x; dx <= REACH.x; dx += 2) look(dx, dy);
    const { dx, dy } = at;
    for (let y = dy - 1; y <= dy + 1; y++) for (let x = dx - 1; x <= dx + 1; x++) look(x, y);
    best = Math.max(best, at.value);
  }
  return best;
}

/** The thumbnail magnified about its middle; beyond its edges NaN. */
function zoomed(thumb: Float32Array, zoom: number): Float32Array {
  if (zoom === 1) return thumb;
  const out = new Float32Array(thumb.length).fill(Number.NaN);
  for (let y = 0; y < HEIGHT; y++) {
    const v = (y + 0.5 - HEIGHT / 2) / zoom + HEIGHT / 2 - 0.5;
    const y0 = Math.floor(v);
    if (y0 < 0 || y0 + 1 >= HEIGHT) continue;
    for (let x = 0; x < WIDTH; x++) {
      const u = (x + 0.5 - WIDTH / 2) / zoom + WIDTH / 2 - 0.5;
      const x0 = Math.floor(u);
      if (x0 < 0 || x0 + 1 >= WIDTH) continue;
      const i = y0 * WIDTH + x0;
      const top = thumb[i]! * (1 - u + x0) + thumb[i + 1]! * (u - x0);
      const bottom = thumb[i + WIDTH]! * (1 - u + x0) + thumb[i + WIDTH + 1]! * (u - x0);
      out[y * WIDTH + x] = top * (1 - v + y0) + bottom * (v - y0);
    }
  }
  return out;
}

/** Pearson's correlation where b, moved by (dx, dy), lies over a; -1 where they share less than a quarter, or one of them is blank there. */
function correlation(a: Float32Array, b: Float32Array, dx: number, dy: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, dy); y < Math.min(HEIGHT, HEIGHT + dy); y++) {
    for (let x = Math.max(0, dx); x < Math.min(WIDTH, WIDTH + dx); x++) {
      const p = a[(y - dy) * WIDTH + x - dx]!;
      if (Number.isNaN(p)) continue;
      const q = b[y * WIDTH + x]!;
      n++;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  const va = saa - (sa * sa) / n;
  const vb = sbb - (sb * sb) / n;
  if (n < (WIDTH * HEIGHT) / 4 || va < n || vb < n) return -1;
  return (sab - (sa * sb) / n) / Math.sqrt(va * vb);
}
