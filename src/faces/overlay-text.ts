/** Letters of our own, because a machine without fonts (a server, a container) would draw none. */

/**
 * Strokes of a pen on a grid: small letters reach from 4 to 14, tall ones begin at 0, tails end at 18. All that the overlay has to say is
 * made of these; what is missing here leaves a gap. Each glyph begins at x = 0 and is as wide as `width` says.
 */
const GLYPHS: Readonly<Record<string, { readonly width: number; readonly strokes: string }>> = {
  ' ': { width: 3, strokes: '' },
  '%': {
    width: 11,
    strokes: 'M9.6 0L1.4 14M4.4 2.8A2.2 2.8 0 0 0 0 2.8A2.2 2.8 0 0 0 4.4 2.8M11 11.2A2.2 2.8 0 0 0 6.6 11.2A2.2 2.8 0 0 0 11 11.2',
  },
  '0': { width: 8, strokes: 'M8 7A4 7 0 0 0 0 7A4 7 0 0 0 8 7' },
  '1': { width: 5, strokes: 'M0.4 3L4.2 0V14' },
  '2': { width: 8, strokes: 'M0.3 4.2A3.8 4.2 0 1 1 7 6.6L0 14H8' },
  '3': { width: 8, strokes: 'M0.5 2.6A3.8 3.5 0 1 1 3.8 7A4.1 3.6 0 1 1 0 11.4' },
  '4': { width: 8.6, strokes: 'M6.4 14V0L0 9.8H8.6' },
  '5': { width: 8, strokes: 'M7.4 0H1.4L0.7 6.3A4.2 4.3 0 1 1 0 11.8' },
  '6': { width: 8, strokes: 'M6.8 0.4A8.4 9.2 0 0 0 0 9.6A4 4.4 0 0 0 8 9.6A4 4.4 0 0 0 0 9.6' },
  '7': { width: 8, strokes: 'M0 0H8L2.8 14' },
  '8': { width: 8, strokes: 'M7.4 3.4A3.4 3.4 0 0 0 0.6 3.4A3.4 3.4 0 0 0 7.4 3.4M8 10.4A4 3.6 0 0 0 0 10.4A4 3.6 0 0 0 8 10.4' },
  '9': { width: 8, strokes: 'M1.2 13.6A8.4 9.2 0 0 0 8 4.4A4 4.4 0 0 0 0 4.4A4 4.4 0 0 0 8 4.4' },
  a: { width: 8, strokes: 'M8 4V14M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  b: { width: 8, strokes: 'M0 0V14M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  c: { width: 7, strokes: 'M7 5.8A4 5 0 1 0 7 12.2' },
  d: { width: 8, strokes: 'M8 0V14M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  e: { width: 8, strokes: 'M0 9H8A4 5 0 1 0 6.8 12.6' },
  f: { width: 5, strokes: 'M5 0.3A3 3.4 0 0 0 1.8 3.6V14M0 4.6H4.6' },
  g: { width: 8, strokes: 'M8 4V14A4 4 0 0 1 0.6 16M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  h: { width: 7.6, strokes: 'M0 0V14M0 8.4A3.8 4.3 0 0 1 7.6 8.4V14' },
  i: { width: 0, strokes: 'M0 4V14M0 0.3V0.4' },
  j: { width: 2.6, strokes: 'M2.6 4V15A3 3 0 0 1 0 18M2.6 0.3V0.4' },
  k: { width: 7, strokes: 'M0 0V14M6.4 4L0 10.2M2.6 8L7 14' },
  l: { width: 0, strokes: 'M0 0V14' },
  m: { width: 12, strokes: 'M0 4V14M0 8.4A3 4.2 0 0 1 6 8.4V14M6 8.4A3 4.2 0 0 1 12 8.4V14' },
  n: { width: 7.6, strokes: 'M0 4V14M0 8.4A3.8 4.3 0 0 1 7.6 8.4V14' },
  o: { width: 8, strokes: 'M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  p: { width: 8, strokes: 'M0 4V18M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  q: { width: 8, strokes: 'M8 4V18M8 9A4 5 0 0 0 0 9A4 5 0 0 0 8 9' },
  r: { width: 4.6, strokes: 'M0 4V14M0 8.4A4 4.3 0 0 1 4.6 4.2' },
  s: { width: 6.4, strokes: 'M6.1 5.9A3 2.5 0 0 0 3.3 4A3 2.4 0 0 0 2.6 8.7L3.9 9.2A2.5 2.45 0 0 1 3.2 14A3.2 2.5 0 0 1 0 12.2' },
  t: { width: 5, strokes: 'M1.8 1V11A2.8 2.9 0 0 0 5 13.8M0 4.6H4.8' },
  u: { width: 7.6, strokes: 'M0 4V9.6A3.8 4.3 0 0 0 7.6 9.6M7.6 4V14' },
  v: { width: 7.6, strokes: 'M0 4L3.8 14L7.6 4' },
  w: { width: 12, strokes: 'M0 4L3 14L6 4.6L9 14L12 4' },
  x: { width: 7, strokes: 'M0 4L7 14M7 4L0 14' },
  y: { width: 7.6, strokes: 'M0 4L3.9 13.6M7.6 4L3.2 15.6A2.6 2.6 0 0 1 0.4 18' },
  z: { width: 7, strokes: 'M0 4H7L0 14H7' },
};

const TALL = 18;
/** Between two glyphs, and around the whole, so that round ends stay inside. */
const APART = 3.4;
const EDGE = 1.4;
/** Breadth of the pen. */
const PEN = 1.9;

/** How much ink lies on each pixel, 0–255, rows from the top. */
export interface Stencil {
  readonly width: number;
  readonly height: number;
  readonly ink: Uint8Array;
}

/** Words as stencils, each drawn once. */
export type Lettering = (words: string, height: number) => Stencil;

/** The width of words in pixels when they are `height` pixels high, tails included. */
export function widthOf(words: string, height: number): number {
  const strokes = [...words].reduce((sum, letter) => sum + (GLYPHS[letter]?.width ?? 0) + APART, -APART);
  return Math.ceil(((strokes + 2 * EDGE) * height) / (TALL + 2 * EDGE));
}

/** Prepares lettering (loads the drawing library). Small letters, digits, space and %. */
export async function openLettering(): Promise<Lettering> {
  const { createCanvas, Path2D } = await import('@napi-rs/canvas');
  const known = new Map<string, Stencil>();
  return (words, height) => {
    const key = `${height} ${words}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const width = Math.max(1, widthOf(words, height));
    const context = createCanvas(width, height).getContext('2d');
    const scale = height / (TALL + 2 * EDGE);
    context.scale(scale, scale);
    context.translate(EDGE, EDGE);
    context.lineWidth = Math.max(PEN, 1.15 / scale); // thinner than a pixel would be grey
    context.lineCap = context.lineJoin = 'round';
    for (const letter of words) {
      const { strokes, width: own } = GLYPHS[letter] ?? { strokes: '', width: 0 };
      if (strokes !== '') context.stroke(new Path2D(strokes));
      context.translate(own + APART, 0);
    }
    const rgba = context.getImageData(0, 0, width, height).data;
    const stencil = { width, height, ink: Uint8Array.from({ length: width * height }, (_, i) => rgba[4 * i + 3]!) };
    known.set(key, stencil);
    return stencil;
  };
}
