import { describe, expect, test } from 'vitest';
import { EMOTIONS } from '../base/emotion.ts';
import type { Picture } from '../media/picture.ts';
import { PICTURE_SITUATIONS, type PictureSituationName } from './happenings.ts';
import { alive, between, EXPRESSIONS } from './muscles.ts';
import type { PropName } from './props.ts';
import { sceneOf } from './scene.ts';
import { timelineOf } from './timeline.ts';
import { FELT, type Story, storyOf } from './world.ts';

const SIZE = { width: 320, height: 240 };
const of = (kind: Story['kind']) => Array.from({ length: 60 }, (_, i) => storyOf(2, i)).find((s) => s.kind === kind)!;
const at = (story: Story, t: number, size = SIZE) => sceneOf(story, timelineOf(story), size).picture(t);

/** Where two pictures differ: the smallest box around it, and how many pixels. */
function difference(a: Picture, b: Picture) {
  let [left, top, right, bottom, count] = [a.width, a.height, -1, -1, 0];
  for (let i = 0; i < a.data.length; i += 3) {
    if (a.data[i] === b.data[i] && a.data[i + 1] === b.data[i + 1] && a.data[i + 2] === b.data[i + 2]) continue;
    const [x, y] = [(i / 3) % a.width, Math.floor(i / 3 / a.width)];
    [left, top, right, bottom, count] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y), count + 1];
  }
  return { left, top, right, bottom, count };
}

const story = of('picture');
const end = timelineOf(story).seconds - 0.1;

test('a moment is drawn the same each time, whatever was drawn before', () => {
  const scene = sceneOf(story, timelineOf(story), SIZE);
  const first = scene.picture(end);
  scene.picture(0);
  expect(difference(scene.picture(end), first).count).toBe(0);
  expect(difference(at(story, end), first).count).toBe(0);
  expect(difference(at(story, 0.5), first).count).toBeGreaterThan(500);
});

test('a larger film is the same picture with more pixels', () => {
  const [small, large] = [at(story, end), at(story, end, { width: 640, height: 480 })];
  let sum = 0;
  for (let y = 0; y < 240; y++)
    for (let x = 0; x < 320; x++)
      for (let k = 0; k < 3; k++) {
        const four = [0, 1, 640, 641].reduce((s, d) => s + large.data[(2 * y * 640 + 2 * x + d) * 3 + k]!, 0) / 4;
        sum += Math.abs(small.data[(y * 320 + x) * 3 + k]! - four);
      }
  expect(sum / small.data.length).toBeLessThan(2);
});

describe('what is seen', () => {
  const { onset } = timelineOf(story);
  const happenings = Object.entries(PICTURE_SITUATIONS).flatMap(([situation, { props }]) =>
    Object.keys(props).map((prop) => [situation as PictureSituationName, prop as PropName] as const),
  );
  const without = at({ ...story, happening: undefined }, onset + 1);

  test.each(happenings)('%s %s changes the picture, once it happens', (situation, prop) => {
    const stage = { ...story.stage, [situation === 'fall' ? 'hung' : 'stands']: { [-1]: prop, 1: prop } };
    const happens = { ...story, happening: { situation, prop }, ...(situation === 'fall' || situation === 'smoke' ? { stage } : {}) };
    const [before, after] = [at(happens, onset - 0.05), at(happens, onset + 1)];
    expect(difference(after, without).count).toBeGreaterThan(250);
    expect(difference(after, before).count).toBeGreaterThan(250);
  });

  test('two happenings never look the same', () => {
    const looks = happenings.map(([situation, prop]) => at({ ...story, happening: { situation, prop } }, onset + 0.5));
    for (const [i, a] of looks.entries()) for (const b of looks.slice(0, i)) expect(difference(a, b).count).toBeGreaterThan(60);
  });

  test('does not depend on what was said, which is all that tells a word cause', () => {
    const word = of('word');
    const retold = { ...word, situation: 'another', prop: 'something', cause: 'Another.', needs: [] };
    for (const t of [0, 2, timelineOf(word).seconds - 0.5]) expect(difference(at(word, t), at(retold, t)).count).toBe(0);
  });
});

describe('a face', () => {
  const face = of('face');
  const { turns, seconds } = timelineOf(face);
  const moment = seconds - 0.4;

  test('is the only thing that differs when the same is said with another face, from the answer on', () => {
    const [a, b] = [
      { ...face, look: 'joy' as const },
      { ...face, look: 'anger' as const },
    ];
    expect(difference(at(a, turns.at(-2)!.start), at(b, turns.at(-2)!.start)).count).toBe(0);
    const found = difference(at(a, moment), at(b, moment));
    const middle = 160 - face.stage.side * 74;
    expect(found.count).toBeGreaterThan(200);
    expect(found.left).toBeGreaterThan(middle - 50);
    expect(found.right).toBeLessThan(middle + 50);
    expect(found.top).toBeGreaterThan(45);
    expect(found.bottom).toBeLessThan(140);
  });

  test('differs for every two of the six emotions and neutral', () => {
    const pictures = EMOTIONS.map((look) => at({ ...face, look }, moment));
    for (const [i, a] of pictures.entries()) for (const b of pictures.slice(0, i)) expect(difference(a, b).count).toBeGreaterThan(200);
  });

  test('is at rest until the last turn, and as felt at its end', () => {
    const [before, after] = [timelineOf(face).onset, moment];
    const calm = { ...face, emotion: 'neutral' as Story['emotion'] };
    expect(difference(at(face, before), at(calm, before)).count).toBe(0);
    expect(difference(at(face, after), at(calm, after)).count).toBeGreaterThan(200);
  });

  test('opens its mouth while it speaks, and not otherwise', () => {
    const first = turns[0]!;
    const openings = Array.from({ length: 100 }, (_, i) => first.speaks + (i / 100) * first.speech.seconds);
    const loudest = openings.reduce((a, b) => (first.speech.opening(b - first.speaks) > first.speech.opening(a - first.speaks) ? b : a));
    // The inside of a mouth has a colour that nothing else on a calm face has.
    const inside = (t: number, side: number) => {
      const { data } = at(face, t);
      let count = 0;
      for (let y = 90; y < 135; y++)
        for (let x = 160 + side * 74 - 20; x < 160 + side * 74 + 20; x++) {
          const [r, g, b] = data.subarray((y * 320 + x) * 3);
          if (Math.hypot(r! - 0x4a, g! - 0x14, b! - 0x14) < 12) count++;
        }
      return count;
    };
    const speaker = first.by === 'who' ? face.stage.side : -face.stage.side;
    expect(inside(loudest, speaker)).toBeGreaterThan(5);
    for (const [t, side] of [
      [loudest, -speaker],
      [first.start + 0.1, speaker],
    ] as const)
      expect(inside(t, side)).toBe(0);
  });
});

describe('muscles', () => {
  test('halfway is in the middle, and the ends are the expressions', () => {
    for (const emotion of FELT) {
      expect(between(EXPRESSIONS.neutral, EXPRESSIONS[emotion], 0)).toEqual(EXPRESSIONS.neutral);
      expect(between(EXPRESSIONS.neutral, EXPRESSIONS[emotion], 1).browIn).toBeCloseTo(EXPRESSIONS[emotion].browIn, 12);
    }
    expect(between(EXPRESSIONS.neutral, { ...EXPRESSIONS.neutral, jaw: 1 }, 0.25).jaw).toBe(0.25);
  });

  test('a blink shuts the eyes, a sound opens the jaw, and neither changes the brows', () => {
    const moved = alive(EXPRESSIONS.sadness, { opening: 1, blink: 1 });
    expect(moved.lids).toBe(0);
    expect(moved.jaw).toBeGreaterThan(0.5);
    expect(moved.browIn).toBe(EXPRESSIONS.sadness.browIn);
  });
});
