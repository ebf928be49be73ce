import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random } from '../base/random.ts';
import type { Box, Detection } from './face.ts';
import { type Tracklet, tracker } from './tracker.ts';

/** A face that knows who it is, which the tracker cannot see. */
interface Known extends Detection {
  readonly who: string;
}

/** Where each person is at a time; nobody says undefined. */
type Scene = Readonly<Record<string, (t: number) => Box | undefined>>;

const at = (x: number, y: number, size = 60): Box => ({ x, y, width: size, height: size * 1.2 });

function facesAt(scene: Scene, t: number, jitter: () => number = () => 0): Known[] {
  return Object.entries(scene).flatMap(([who, where]) => {
    const box = where(t);
    return box === undefined
      ? []
      : [{ who, score: 0.9, box: { ...box, x: box.x + jitter() * box.width, y: box.y + jitter() * box.height } }];
  });
}

/** Runs a scene at `fps`; `order` may change how a detector lists its faces, `shotOf` says where cuts are. */
function followed(
  scene: Scene,
  { fps = 5, seconds = 6, jitter = (): number => 0, order = (faces: Known[]): Known[] => faces, shotOf = (_t: number): number => 0 } = {},
): readonly Tracklet<Known>[] {
  const follow = tracker<Known>();
  for (let frame = 0; frame <= seconds * fps; frame++) {
    const t = frame / fps;
    follow.step({ t, frame, shot: shotOf(t) }, order(facesAt(scene, t, jitter)));
  }
  return follow.tracklets;
}

/** Who is in each tracklet: one name each, if nothing was mixed up. */
const names = (tracklets: readonly Tracklet<Known>[]) => tracklets.map((t) => [...new Set(t.sightings.map((s) => s.face.who))].join('+'));

describe('one tracklet a person', () => {
  test('two faces that stand still, seen with noise', () => {
    const chance = random(1);
    const scene = { anna: () => at(100, 100), ben: () => at(220, 110) };
    expect(names(followed(scene, { jitter: () => 0.04 * chance.normal() }))).toEqual(['anna', 'ben']);
  });

  test('faces that cross at a constant speed keep their owners', () => {
    for (const speed of [30, 60, 90]) {
      const scene = { anna: (t: number) => at(50 + speed * t, 100), ben: (t: number) => at(50 + speed * (6 - t), 130) };
      expect(names(followed(scene)), `${speed} pixels a second`).toEqual(['anna', 'ben']);
    }
  });

  test('two that pass each other at different sizes', () => {
    const scene = { near: (t: number) => at(40 + 80 * t, 80, 120), far: (t: number) => at(500 - 60 * t, 110, 50) };
    expect(names(followed(scene))).toEqual(['near', 'far']);
  });

  test('a face that grows to five times its size, a face that runs', () => {
    expect(names(followed({ anna: (t) => at(300 - 20 * t, 200 - 20 * t, 40 * Math.exp(0.27 * t)) }))).toEqual(['anna']);
    expect(names(followed({ ben: (t) => at(200 * t, 100) }))).toEqual(['ben']); // two thirds of its size from frame to frame
  });

  test.prop([fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 31, maxLength: 31 })], { numRuns: 40 })(
    'whatever order the detector lists faces in',
    (seeds) => {
      const scene = {
        anna: (t: number) => at(40 + 40 * t, 100),
        ben: (t: number) => at(280 - 40 * t, 120),
        carl: () => at(150, 300),
      };
      let frame = 0;
      const tracklets = followed(scene, { order: (faces) => random(seeds[frame++]!).shuffled(faces) });
      expect(tracklets.map(({ index, sightings }) => [index, sightings[0]!.face.who, sightings.length])).toEqual([
        [0, 'anna', 31],
        [1, 'carl', 31],
        [2, 'ben', 31],
      ]);
      expect(names(tracklets)).toEqual(['anna', 'carl', 'ben']);
    },
  );
});

describe('where a tracklet ends', () => {
  test('a face missed for less than `gap` is found again where its motion leads, also from another one that stands there', () => {
    const hidden = (t: number) => t > 2 && t < 2.7;
    const scene = { anna: (t: number) => (hidden(t) ? undefined : at(50 + 70 * t, 100)), ben: () => at(190, 190) };
    expect(names(followed(scene))).toEqual(['anna', 'ben']);
  });

  test('after a longer gap it is a new one, also in the same place', () => {
    const scene = { anna: (t: number) => (t > 2 && t < 3 ? undefined : at(100, 100)) };
    expect(followed(scene).map((t) => [t.sightings[0]!.t, t.sightings.at(-1)!.t])).toEqual([
      [0, 2],
      [3, 6],
    ]);
  });

  test('a cut ends all of them, also where the next shot has a face in the same place', () => {
    const tracklets = followed(
      { anna: (t) => (t < 3 ? at(100, 100) : undefined), ben: (t) => (t < 3 ? undefined : at(100, 100)) },
      {
        shotOf: (t) => (t < 3 ? 0 : 1),
      },
    );
    expect(tracklets.map((t) => [t.shot, t.sightings.length])).toEqual([
      [0, 15],
      [1, 16],
    ]);
    expect(names(tracklets)).toEqual(['anna', 'ben']);
  });

  test('a face that jumps further than its reach, or changes its size at once, is another one', () => {
    expect(names(followed({ anna: (t) => (t < 3 ? at(100, 100) : at(220, 100)) }))).toEqual(['anna', 'anna']);
    // After a while unseen a face might be far away; but then nobody knows whose it is.
    const far = followed({ anna: (t) => (t > 2 && t < 2.7 ? undefined : at(t < 2.5 ? 100 : 240, 100)) });
    expect(names(far)).toEqual(['anna', 'anna']);
    expect(names(followed({ anna: (t) => (t < 3 ? at(100, 100, 40) : at(70, 70, 120)) }))).toEqual(['anna', 'anna']);
  });
});

describe('faces that the detector is not sure of', () => {
  /** Steps of faces in places, each with a score. */
  const steps = (frames: readonly (readonly (readonly [who: string, x: number, score: number])[])[]) => {
    const follow = tracker<Known>();
    const owners = frames.map((faces, frame) =>
      follow.step(
        { t: frame / 5, frame, shot: 0 },
        faces.map(([who, x, score]) => ({ who, score, box: at(x, 100) })),
      ),
    );
    return { owners: owners.map((some) => some.map((t) => t.index)), tracklets: follow.tracklets };
  };
  test('go on with a tracklet, and are its beginning, but make none by themselves', () => {
    const { owners, tracklets } = steps([
      [['anna', 98, 0.35]],
      [['anna', 100, 0.9]],
      [['anna', 102, 0.3]],
      [['anna', 104, 0.9]],
      [['shadow', 400, 0.4]],
      [['shadow', 400, 0.4]],
    ]);
    expect(owners).toEqual([[0], [0], [0], [0], [1], [1]]);
    expect(tracklets.map((t) => [t.index, t.sightings.length])).toEqual([[0, 4]]);
  });
  test('take no tracklet from a face that the detector is sure of', () => {
    // The unsure one lies better, but it is the same face seen twice.
    const { owners } = steps([
      [['anna', 100, 0.9]],
      [
        ['double', 100, 0.4],
        ['anna', 108, 0.9],
      ],
    ]);
    expect(owners[1]).toEqual([1, 0]);
  });
});

test('step answers in the order of the faces it was given, and keeps nothing but them', () => {
  const follow = tracker<Known>();
  const [left, right]: Known[] = [
    { who: 'l', score: 0.5, box: at(10, 10) },
    { who: 'r', score: 0.5, box: at(300, 10) },
  ] as [Known, Known];
  const first = follow.step({ t: 0, frame: 0, shot: 0 }, [right!, left!]);
  expect(first.map((t) => t.index)).toEqual([1, 0]);
  const second = follow.step({ t: 0.2, frame: 1, shot: 0 }, [left!, right!]);
  expect(second).toEqual([first[1], first[0]]);
  expect(follow.step({ t: 0.4, frame: 2, shot: 0 }, [])).toEqual([]);
  expect(follow.tracklets[0]!.sightings).toEqual([
    { t: 0, frame: 0, face: left },
    { t: 0.2, frame: 1, face: left },
  ]);
});
