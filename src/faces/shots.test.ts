import { describe, expect, test } from 'vitest';
import { type Random, random } from '../base/random.ts';
import type { Frame, Ticks } from '../media/frame.ts';
import { type Picture, picture } from '../media/picture.ts';
import { inShots, type ShotOptions } from './shots.ts';

const [WIDE, HIGH, FPS] = [160, 90, 5] as const;

/** A made place, larger than what the camera sees: a colour, and boxes of all sizes in colours near it, with a little texture. */
function place(seed: number): (x: number, y: number) => readonly [number, number, number] {
  const chance = random(seed);
  const tint = [0, 1, 2].map(() => 40 + chance.below(170));
  const things = Array.from({ length: 90 }, () => {
    const size = 4 + 50 * chance.next() ** 2;
    const colour = tint.map((t) => Math.max(0, Math.min(255, t + 55 * chance.normal())));
    return { x: 480 * chance.next(), y: 270 * chance.next(), width: size * (0.5 + chance.next()), height: size, colour };
  });
  return (x, y) => {
    const thing = things.findLast((o) => x >= o.x && x < o.x + o.width && y >= o.y && y < o.y + o.height);
    const [r, g, b] = thing?.colour ?? tint;
    const grain = 10 * Math.sin(x * 0.9) * Math.cos(y * 1.1);
    return [r! + grain, g! + grain, b! + grain];
  };
}

/** What a camera sees of a place: the middle of its view, and how much wider than the picture the view is. */
interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom?: number;
  /** Factor on every brightness. */
  readonly light?: number;
  /** Standard deviation of noise, in grey levels, from this source. */
  readonly noise?: { readonly level: number; readonly chance: Random };
}

function seen(from: ReturnType<typeof place>, { x, y, zoom = 1, light = 1, noise }: View): Picture {
  const data = new Uint8Array(WIDE * HIGH * 3);
  for (let v = 0, o = 0; v < HIGH; v++) {
    for (let u = 0; u < WIDE; u++) {
      for (const c of from(x + (u - WIDE / 2) / zoom, y + (v - HIGH / 2) / zoom)) {
        data[o++] = Math.max(0, Math.min(255, c * light + (noise ? noise.level * noise.chance.normal() : 0)));
      }
    }
  }
  return picture(WIDE, HIGH, data);
}

const plain = (grey: number) => picture(WIDE, HIGH, new Uint8Array(WIDE * HIGH * 3).fill(grey));

function frameOf(shown: Picture, index: number): Frame {
  return { picture: shown, index, pts: index as Ticks, duration: 1 as Ticks, timeBase: { num: 1, den: FPS } };
}

/** The shot of each picture; `~` before an interruption. */
async function shotsOf(pictures: readonly Picture[], options?: ShotOptions): Promise<string[]> {
  async function* frames() {
    for (const [i, p] of pictures.entries()) yield frameOf(p, i);
  }
  const out: string[] = [];
  let index = 0;
  for await (const { frame, t, shot, flash } of inShots(frames(), options)) {
    expect([frame.index, t]).toEqual([index, index / FPS]); // every frame once, in order
    index++;
    out.push(`${flash ? '~' : ''}${shot}`);
  }
  expect(index).toBe(pictures.length);
  return out;
}

const still = (seed: number, count: number, view: View = { x: 240, y: 135 }) =>
  Array.from({ length: count }, () => seen(place(seed), view));
const shots = (...counts: readonly number[]) => counts.flatMap((n, shot) => Array.from({ length: n }, () => `${shot}`));
/** A camera that moves: the view at each of `count` pictures. */
const moving = (seed: number, count: number, view: (i: number) => View) => {
  const from = place(seed);
  return Array.from({ length: count }, (_, i) => seen(from, view(i)));
};

const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);

describe('cuts', () => {
  test('between 7 pairs of places: found where they are, and nowhere else', async () => {
    const pictures = SEEDS.flatMap((seed) => still(seed, 4));
    expect(await shotsOf(pictures)).toEqual(shots(...SEEDS.map(() => 4)));
  });

  test('a shot of one picture longer than a flash, and a cut at the last picture', async () => {
    expect(await shotsOf([...still(1, 5), ...still(2, 3), ...still(3, 5), ...still(4, 1)])).toEqual(shots(5, 3, 5, 1));
  });

  test('there and back again: three shots', async () => {
    expect(await shotsOf([...still(1, 5), ...still(2, 5), ...still(1, 5)])).toEqual(shots(5, 5, 5));
  });

  test('from a moving camera, and with the noise of a dark room', async () => {
    const chance = random(9);
    const pan = (seed: number) => moving(seed, 8, (i) => ({ x: 160 + 12 * i, y: 135, noise: { level: 6, chance } }));
    expect(await shotsOf([...pan(1), ...pan(2), ...pan(3)])).toEqual(shots(8, 8, 8));
  });
});

describe('no cuts', () => {
  const one = (n: number) => shots(n);
  test.each(SEEDS)('pans, zooms, noise and light in place %i', async (seed) => {
    const chance = random(seed);
    const pans = [10, 25, 40].map((step) => moving(seed, 6, (i) => ({ x: 110 + step * i, y: 100 + (step / 4) * i })));
    const zooms = [1.06, 1.2].map((factor) => moving(seed, 6, (i) => ({ x: 240, y: 135, zoom: factor ** i })));
    const shaking = moving(seed, 10, () => ({ x: 240 + 8 * chance.normal(), y: 135 + 5 * chance.normal(), noise: { level: 8, chance } }));
    const dimmed = moving(seed, 10, (i) => ({ x: 240, y: 135, light: 1 - 0.06 * i }));
    for (const pictures of [...pans, ...zooms, shaking, dimmed]) expect(await shotsOf(pictures)).toEqual(one(pictures.length));
  });

  test('a thing that walks through the picture', async () => {
    const [back, front] = [place(1), place(2)];
    const pictures = Array.from({ length: 12 }, (_, i) =>
      seen((x, y) => (Math.abs(x - 130 - 20 * i) < 22 && y > 100 ? front(x - 20 * i, y) : back(x, y)), { x: 240, y: 135 }),
    );
    expect(await shotsOf(pictures)).toEqual(one(12));
  });

  test('a dancing crowd: what changes all the time is no cut, another place is', async () => {
    const crowd = (seed: number, count: number) => {
      const [back, chance] = [place(seed), random(seed)];
      return Array.from({ length: count }, () => {
        const dancers = Array.from({ length: 10 }, () => ({
          x: 160 + 160 * chance.next(),
          y: 90 + 90 * chance.next(),
          front: place(seed + 20 + chance.below(3)),
        }));
        return seen((x, y) => (dancers.find((d) => Math.abs(x - d.x) < 9 && Math.abs(y - d.y) < 14)?.front ?? back)(x, y), {
          x: 240,
          y: 135,
        });
      });
    };
    expect(await shotsOf([...crowd(1, 12), ...crowd(5, 12)])).toEqual(shots(12, 12));
  });

  test('pictures that are all the same, or blank', async () => {
    expect(await shotsOf(still(3, 10))).toEqual(one(10));
    expect(await shotsOf(Array.from({ length: 5 }, () => plain(0)))).toEqual(one(5));
    expect(await shotsOf([])).toEqual([]);
    expect(await shotsOf([plain(255)])).toEqual(['0']);
  });
});

describe('interruptions', () => {
  test('a flash of one picture is no cut and belongs to no shot', async () => {
    expect(await shotsOf([...still(1, 5), plain(255), ...still(1, 5)])).toEqual([...shots(5), '~0', ...shots(5)]);
    expect(await shotsOf([...still(1, 5), ...still(2, 1), ...still(1, 5)])).toEqual([...shots(5), '~0', ...shots(5)]);
  });
  test('a flash at the cut itself goes to one of the two', async () => {
    expect(await shotsOf([...still(1, 5), plain(255), ...still(2, 5)])).toEqual(shots(5, 1, 5));
  });
  test('what stays longer than a flash is a shot', async () => {
    expect(await shotsOf([...still(1, 5), ...still(2, 2), ...still(1, 5)], { flash: 0.5 })).toEqual([...shots(5), '~0', '~0', ...shots(5)]);
    expect(await shotsOf([...still(1, 5), ...still(2, 2), ...still(1, 5)], { flash: 0.15 })).toEqual(shots(5, 2, 5));
  });
});

test.each(SEEDS.slice(0, 4))(
  'a fade through black or white, slow or quick, is a cut on each side of the blank: places %i and the next',
  async (seed) => {
    for (const blank of [0, 255]) {
      for (const steps of [3, 8]) {
        const lights = Array.from({ length: steps - 1 }, (_, i) => 1 - (i + 1) / steps);
        const faded = (of: number, order: readonly number[]) =>
          order.map((light) => {
            const { data } = seen(place(of), { x: 240, y: 135 });
            return picture(
              WIDE,
              HIGH,
              data.map((byte) => blank + light * (byte - blank)),
            );
          });
        const pictures = [
          ...still(seed, 3),
          ...faded(seed, lights),
          ...Array.from({ length: 3 }, () => plain(blank)),
          ...faded(seed + 1, [...lights].reverse()),
          ...still(seed + 1, 3),
        ];
        const out = await shotsOf(pictures);
        expect(new Set(out.slice(0, 3)), `${blank}, ${steps} steps`).toEqual(new Set(['0']));
        expect(new Set(out.slice(-3)), `${blank}, ${steps} steps`).toEqual(new Set(['2']));
      }
    }
  },
);

test('at most 12 pictures are held back, however many frames a second', async () => {
  let [given, got] = [0, 0];
  let most = 0;
  async function* frames() {
    const [a, b] = [still(1, 1)[0]!, still(2, 1)[0]!];
    for (let i = 0; i < 60; i++, given++) yield { ...frameOf(i % 40 < 20 ? a : b, i), timeBase: { num: 1, den: 500 } };
  }
  for await (const { frame } of inShots(frames())) {
    most = Math.max(most, given - got);
    got = frame.index + 1;
  }
  expect(most).toBeLessThanOrEqual(12);
});
