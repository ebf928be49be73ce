import { describe, expect, test } from 'vitest';
import { type Picture, picture } from '../media/picture.ts';
import { EMOTIONS } from './emotion.ts';
import type { Box } from './face.ts';
import { penFor } from './overlay-draw.ts';
import type { Present } from './overlay-scene.ts';
import { openLettering } from './overlay-text.ts';

const lettering = await openLettering();
const [WIDE, HIGH] = [640, 360] as const;
const grey = (width: number = WIDE, height: number = HIGH) => picture(width, height, new Uint8Array(width * height * 3).fill(90));

const face = (id: number, x: number, y: number, some: Partial<Present> & { size?: number } = {}): Present => ({
  id,
  box: { x, y, width: some.size ?? 80, height: some.size ?? 100 },
  emotions: Float32Array.from(EMOTIONS, (name) => (name === 'joy' ? 0.75 : name === 'neutral' ? 0.25 : 0)),
  dominant: 'joy',
  share: 0.75,
  speaks: false,
  ...some,
});
const colourAt = ({ data, width }: Picture, x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
/** The smallest box around all pixels that were changed. */
function changed({ data, width, height }: Picture): Box {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < width * height; i++) {
    if (data[3 * i] === 90 && data[3 * i + 1] === 90 && data[3 * i + 2] === 90) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
/** How many pixels have this colour. */
const count = (p: Picture, [r, g, b]: readonly [number, number, number]) => {
  let n = 0;
  for (let i = 0; i < p.data.length; i += 3) if (p.data[i] === r && p.data[i + 1] === g && p.data[i + 2] === b) n++;
  return n;
};
const [YELLOW, TURQUOISE, JOY, NEUTRAL] = [
  [255, 210, 63],
  [64, 224, 208],
  [255, 197, 61],
  [176, 184, 192],
] as const;
const drawn = (faces: readonly Present[], p = grey()) => {
  penFor(p, lettering).draw(p, faces);
  return p;
};

describe('a face', () => {
  test('box around it in the colour of its track, nothing on it, label above, bars beside', () => {
    const p = drawn([face(1, 100, 100)]);
    expect(colourAt(p, 99, 150)).toEqual(YELLOW);
    expect(colourAt(p, 140, 150)).toEqual([90, 90, 90]); // the face itself stays as it is
    expect(colourAt(p, 101, 90)).toEqual(YELLOW); // label
    expect(count(drawn([face(2, 100, 100)]), TURQUOISE)).toBeGreaterThan(500);
    const [joy, neutral] = [count(p, JOY), count(p, NEUTRAL)];
    expect(joy).toBeGreaterThan(100);
    expect(joy / neutral).toBeCloseTo(3, 0); // bars are as long as the probabilities
  });
  test('a speaker’s box is thicker and says so', () => {
    const [quiet, speaking] = [drawn([face(1, 100, 100)]), drawn([face(1, 100, 100, { speaks: true })])];
    expect(count(speaking, YELLOW)).toBeGreaterThan(1.4 * count(quiet, YELLOW));
  });
  test('the same every time', () => expect(Buffer.compare(drawn([face(1, 100, 100)]).data, drawn([face(1, 100, 100)]).data)).toBe(0));
});

test('the caption says what the numbers are, also without a face', () => {
  const { x, y, height } = changed(drawn([]));
  expect([x, y + height]).toEqual([0, HIGH]);
  expect(height).toBeLessThan(20);
});

describe('places', () => {
  /** The row and column where the bar of joy begins: where the panel is. */
  const barOf = (p: Picture) => {
    const i = Array.from({ length: p.width * p.height }, (_, k) => k).find((k) => JOY.every((v, c) => p.data[3 * k + c] === v))!;
    return { x: i % p.width, y: Math.floor(i / p.width) };
  };
  test('bars stand right of the face, or left where the picture ends', () => {
    expect(barOf(drawn([face(1, 100, 100)])).x).toBeGreaterThan(180);
    expect(barOf(drawn([face(1, 550, 100)])).x).toBeLessThan(550);
  });
  test('a panel covers no other face', () => {
    const p = drawn([face(1, 100, 100), face(2, 200, 100)]);
    expect(colourAt(p, 240, 150)).toEqual([90, 90, 90]);
    expect(colourAt(p, 140, 150)).toEqual([90, 90, 90]);
  });
  test('where there is no room, columns without names; every face has its own', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => face(i + 1, 10 + (i % 6) * 105, 30 + 170 * Math.floor(i / 6)));
    const p = drawn(crowd);
    expect(count(p, JOY)).toBeGreaterThan(12 * 10);
    for (const { box } of crowd) expect(colourAt(p, box.x + 40, box.y + 30)).toEqual([90, 90, 90]);
  });
  test('a panel keeps its side while its face moves', () => {
    const pen = penFor(grey(), lettering);
    const at = (x: number) => {
      const p = grey();
      pen.draw(p, [face(1, x, 100)]);
      return barOf(p).x < x ? 'left' : 'right';
    };
    expect([540, 500, 400, 300, 60, 20].map(at)).toEqual(['left', 'left', 'left', 'left', 'right', 'right']);
  });
  test.each([
    [640, 360],
    [360, 640],
    [1920, 1080],
    [40, 30],
  ])('faces over every edge of %i × %i', (width, height) => {
    const edges = [-60, width / 2, width - 20].flatMap((x) => [-70, height / 2, height - 20].map((y) => ({ x, y })));
    expect(() =>
      drawn(
        edges.map(({ x, y }, i) => face(i + 1, x, y)),
        grey(width, height),
      ),
    ).not.toThrow();
  });
});
