import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import type { Frame, Ticks } from '../media/frame.ts';
import { type Picture, picture } from '../media/picture.ts';
import { EMOTIONS } from './emotion.ts';
import type { Box, Detection, Detector, Point, Recogniser } from './face.ts';
import { type AnalyseOptions, analyseFaces } from './pipeline.ts';

const [WIDE, HIGH, FPS] = [64, 36, 5] as const;

/** A frame in the making: which place it shows, and who is where in it. */
interface Scene {
  readonly place: number;
  readonly faces?: Readonly<Record<string, Box>>;
}
const at = (x: number, y = 5): Box => ({ x, y, width: 10, height: 12 });

/** Frames of a made video, and networks that know what was put into each. */
function made(scenes: readonly Scene[]) {
  const contents = new Map<Picture, readonly [string, Box][]>();
  const frames: Frame[] = scenes.map(({ place, faces = {} }, index) => {
    const chance = random(place);
    const shown = picture(
      WIDE,
      HIGH,
      Uint8Array.from({ length: WIDE * HIGH * 3 }, () => chance.below(256)),
    );
    contents.set(shown, Object.entries(faces));
    return { picture: shown, index: 6 * index, pts: index as Ticks, duration: 1 as Ticks, timeBase: { num: 1, den: FPS } };
  });
  const detector: Detector = {
    name: 'made',
    receipt: { weights: 'none' },
    detect: async (p) => contents.get(p)!.map(([, box]) => ({ box, score: 0.9 })),
    dispose: async () => {},
  };
  const who = (p: Picture, box: Box) => contents.get(p)!.find(([, b]) => b === box)![0];
  const recogniser: Recogniser = {
    name: 'made',
    receipt: {},
    recognise: async (p, faces) =>
      faces.map(({ box }) => Float32Array.from(EMOTIONS, (name) => (name === (who(p, box) === 'anna' ? 'joy' : 'anger') ? 1 : 0))),
    dispose: async () => {},
  };
  const describe = async (p: Picture, boxes: readonly Box[]) => boxes.map((box) => Float32Array.of(who(p, box).charCodeAt(0), 0));
  return { frames, networks: { detector, recogniser }, describe };
}

async function* given(frames: readonly Frame[]) {
  yield* frames;
}
const repeated = (count: number, scene: (i: number) => Scene) => Array.from({ length: count }, (_, i) => scene(i));

describe('from frames to tracks', () => {
  const scenes = [
    ...repeated(10, (i) => ({ place: 1, faces: { anna: at(5 + i), ben: at(40 - i, 20) } })),
    ...repeated(10, (i) => ({ place: 2, faces: { ben: at(20 + i) } })),
    ...repeated(10, () => ({ place: 1, faces: { anna: at(30) } })),
  ];

  test('shots, tracks over cuts by descriptors, emotions, receipt', async () => {
    const { frames, networks, describe: describer } = made(scenes);
    const report = await analyseFaces(given(frames), { ...networks, describe: describer });
    expect(report.video).toEqual({ duration: 6, fps: 30, width: WIDE, height: HIGH });
    expect(report.shots).toEqual([
      { from: 0, to: 1.8 },
      { from: 2, to: 3.8 },
      { from: 4, to: 5.8 },
    ]);
    expect(report.tracks.map(({ id, from, to, frames: f, dominant }) => [id, from, to, f.length, dominant])).toEqual([
      [1, 0, 5.8, 20, 'joy'],
      [2, 0, 3.8, 20, 'anger'],
    ]);
    expect(report.tracks[0]!.frames[3]).toMatchObject({ t: 0.6, box: [8, 5, 10, 12], score: 0.9 });
    expect(report.receipt).toMatchObject({
      detector: { name: 'made', weights: 'none' },
      frames: 30,
      sampledFps: 5,
      facesFound: 40,
      descriptors: true,
      landmarks: false,
      settings: { tracking: { gap: 0.8, sure: 0.5 }, identity: { same: 0.5 } },
    });
  });

  test('without descriptors every shot has tracks of its own, which is said', async () => {
    const { frames, networks } = made(scenes);
    const report = await analyseFaces(given(frames), networks);
    expect(report.tracks).toHaveLength(4);
    expect(report.notes.join()).toMatch(/every shot has tracks of its own/);
  });

  test('what a flash shows belongs to nobody', async () => {
    const flash: Scene = { place: 9, faces: { carl: at(1) } };
    const shown = (place: number) => repeated(6, () => ({ place, faces: { anna: at(5) } }));
    const { frames, networks } = made([...shown(1), flash, ...shown(1)]);
    const report = await analyseFaces(given(frames), networks);
    expect(report.tracks).toMatchObject([{ id: 1, frames: { length: 12 } }]);
    expect([report.shots.length, report.receipt.interruptedFrames]).toEqual([1, 1]);
    expect(report.notes.join()).toMatch(/1 frames were interrupted/);
  });

  test('frames smaller than the video: boxes in pixels of the video', async () => {
    const { frames, networks } = made(scenes.slice(0, 10));
    const video = { duration: 2, fps: 30, width: 2 * WIDE, height: 2 * HIGH };
    const report = await analyseFaces(given(frames), { ...networks, video });
    expect(report.tracks[0]!.frames[0]!.box).toEqual([10, 10, 20, 24]);
    expect(report.video).toEqual(video);
  });

  test('no frames, no faces, an utterance after the end: reports that say so', async () => {
    const nothing = made([]);
    const empty = await analyseFaces(given([]), { ...nothing.networks, utterances: [{ start: 1, end: 2 }] });
    expect(empty).toMatchObject({ tracks: [], shots: [], video: { duration: 0 }, utterances: [{ of: 'nobody' }] });
    expect(empty.notes.join(' ')).toMatch(/gave no frames.*1 of 1 utterances begin after the end/);
    const bare = made(repeated(5, () => ({ place: 3 })));
    expect((await analyseFaces(given(bare.frames), bare.networks)).notes).toContain('No face was found.');
  });

  test('the same answer every time; landmarks are kept where asked for; progress counts', async () => {
    const { frames, networks, describe: describer } = made(scenes.slice(0, 10));
    const landmarks = async (_: Picture, boxes: readonly Box[]) =>
      boxes.map(({ x, y }) => Array.from({ length: 68 }, (_, i): Point => ({ x: x + (i % 9), y: y + (i % 7) })));
    const seen: number[] = [];
    const options: AnalyseOptions = { ...networks, describe: describer, landmarks, keepLandmarks: true };
    const report = await analyseFaces(given(frames), { ...options, onProgress: (p) => seen.push(p.frames) });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(report.tracks[0]!.frames[0]!.landmarks).toHaveLength(68);
    expect(await analyseFaces(given(frames), options)).toEqual(report);
  });
});

describe('refusals', () => {
  const scenes = repeated(4, () => ({ place: 1, faces: { anna: at(5) } }));
  const refused = async (frames: readonly Frame[], options: AnalyseOptions) =>
    analyseFaces(given(frames), options).then(
      () => 'nothing',
      (error: unknown) => error,
    );

  test('FACES_ORDER: a frame twice, or back in time', async () => {
    const { frames, networks } = made(scenes);
    const twice = [frames[0]!, frames[1]!, frames[1]!];
    expect(await refused(twice, networks)).toMatchObject({
      code: 'FACES_ORDER',
      detail: { at: 'frame 6', expected: 'a time after 0.2 s', got: '0.2 s' },
    });
    expect(await refused([frames[2]!, frames[0]!], networks)).toMatchObject({ code: 'FACES_ORDER' });
    expect(await refused([{ ...frames[0]!, pts: Number.NaN as Ticks }], networks)).toMatchObject({ code: 'FACES_ORDER' });
  });

  test.each([
    [2, 1],
    [1, 1],
    [Number.NaN, 2],
    [0, Number.POSITIVE_INFINITY],
  ])('FACES_WINDOW: an utterance from %d to %d', async (start, end) => {
    const { frames, networks } = made(scenes);
    expect(await refused(frames, { ...networks, utterances: [{ start, end }] })).toMatchObject({ code: 'FACES_WINDOW' });
  });

  const box = at(5);
  test.each<[string, Partial<AnalyseOptions>]>([
    ['landmarks', { landmarks: async () => [] }],
    ['recogniser', { recogniser: { name: 'short', receipt: {}, recognise: async () => [], dispose: async () => {} } }],
    ['descriptors', { describe: async () => [] }],
    ['NaN', { detector: detecting({ box: { ...box, x: Number.NaN }, score: 1 }) }],
    ['a box without a size', { detector: detecting({ box: { ...box, width: 0 }, score: 1 }) }],
  ])('FACES_ANSWER: %s', async (_, wrong) => {
    const { frames, networks } = made(scenes);
    expect(await refused(frames, { ...networks, ...wrong })).toMatchObject({ code: 'FACES_ANSWER' });
  });

  test('what a network or the frames throw comes out as it is, and a signal stops', async () => {
    const { frames, networks } = made(scenes);
    const broken = { ...networks.detector, detect: async () => Promise.reject(new Error('broken')) };
    expect(await refused(frames, { ...networks, detector: broken })).toMatchObject({ message: 'broken' });
    const stop = new AbortController();
    const outcome = refused(frames, { ...networks, signal: stop.signal, onProgress: () => stop.abort() });
    expect(await outcome).toMatchObject({ code: 'STOPPED' });
  });
});

function detecting(detection: Detection): Detector {
  return { name: 'wrong', receipt: {}, detect: async () => [detection], dispose: async () => {} };
}
