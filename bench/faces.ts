/** Faces of 720p frames made from face-api's demo photos: detection (`ssd`), 68 landmarks and expressions; against face-api itself on tfjs-wasm, and as `famenet faces` does it (`ssd8`). */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { openDetector } from '../src/faces/detectors.ts';
import type { Detector, Recogniser } from '../src/faces/face.ts';
import { type Landmarks, openLandmarks } from '../src/faces/landmarks.ts';
import { openFaceNetworks } from '../src/faces/networks.ts';
import { openRecogniser } from '../src/faces/recognisers.ts';
import { Engine } from '../src/graph/index.ts';
import { readPicture } from '../src/media/photo.ts';
import { centerCrop, type Picture, resize } from '../src/media/picture.ts';
import { peer, ratio } from './peer.ts';
import { type Bench, median, round, timed } from './report.ts';

const [WIDTH, HEIGHT] = [1280, 720];
const PHOTOS = [1, 2, 3, 4, 5, 6].map((i) => `demo/sample${i}.jpg`);

interface Networks {
  readonly detector: Detector;
  readonly eyes: Landmarks;
  readonly recogniser: Recogniser;
  dispose(): Promise<void>;
}

export default {
  about: 'faces, landmarks and expressions of 720p frames per second',
  async run({ threads, quick, peers, note }) {
    const frames = await photoFrames();
    const file = fileURLToPath(new URL(`./.cache/faces-${WIDTH}x${HEIGHT}.rgb`, import.meta.url));
    await mkdir(fileURLToPath(new URL('./.cache', import.meta.url)), { recursive: true });
    await writeFile(file, Buffer.concat(frames.map((frame) => frame.data)));
    const all = await opened(threads);
    const alone = await opened(1);
    const usual = await asUsual();
    const best = { all: 0, alone: 0, usual: 0 };
    let faces = await analysed(all, frames);
    for (const networks of [alone, usual]) await analysed(networks, frames); // warms up
    let wasm: number | string = 'n/a (--no-peers)';
    let theirFaces: number | string = wasm;
    let versions: Readonly<Record<string, string>> = {};
    const repeats = Array.from({ length: quick ? 1 : 3 });
    const rate = async (networks: Networks) => {
      const seconds = await timed(async () => {
        for (const _ of repeats) faces = await analysed(networks, frames);
      });
      return (repeats.length * frames.length) / seconds;
    };
    for (let turn = 1; turn <= (quick ? 1 : 3); turn++) {
      note(`round ${turn}: famenet`);
      best.all = Math.max(best.all, await rate(all));
      best.alone = Math.max(best.alone, await rate(alone));
      best.usual = Math.max(best.usual, await rate(usual));
      if (!peers) continue;
      note(`round ${turn}: face-api`);
      const report = await peer(tfjs(), ['faceapi.mjs', file, '--width', `${WIDTH}`, '--height', `${HEIGHT}`, '--runs', '2']);
      if (typeof report === 'string') wasm = report;
      else {
        wasm = Math.max(typeof wasm === 'number' ? wasm : 0, report.figures.framesPerSecond.max);
        theirFaces = report.figures.faces;
        versions = report.versions;
      }
    }
    const parts = await stages(all, frames);
    await Promise.all([all, alone, usual].map((networks) => networks.dispose()));
    return {
      figures: {
        threads,
        frames: frames.length,
        faces,
        faceApiFaces: theirFaces,
        framesPerSecond: round(best.all),
        framesPerSecondOneThread: round(best.alone),
        framesPerSecondAsUsual: round(best.usual),
        faceApiFramesPerSecond: wasm,
        ...parts,
      },
      ratios: {
        speedToFaceApi: ratio(best.all, wasm),
        speedToFaceApiOneThread: ratio(best.alone, wasm),
        speedToFaceApiAsUsual: ratio(best.usual, wasm),
      },
      versions,
    };
  },
} satisfies Bench;

/** Node where bench/peers is installed. */
const tfjs = () =>
  existsSync(new URL('./peers/node_modules/@tensorflow/tfjs-backend-wasm', import.meta.url)) ? process.execPath : undefined;

/** The demo photos as video frames: as wide as the frame, the middle of their height. */
async function photoFrames(): Promise<Picture[]> {
  const at = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  return Promise.all(
    PHOTOS.map(async (name) => {
      const photo = await readPicture(at.replace(/package\.json$/, name));
      return centerCrop(resize(photo, WIDTH, Math.round((photo.height * WIDTH) / photo.width), 'bilinear'), WIDTH, HEIGHT);
    }),
  );
}

async function opened(threads: number): Promise<Networks> {
  const engine = new Engine();
  const o = { engine, threads };
  return {
    dispose: () => engine.dispose(),
    detector: await openDetector('ssd', o),
    eyes: await openLandmarks(o),
    recogniser: await openRecogniser('expression', o),
  };
}

/** The networks of `famenet faces`, where nothing is chosen. */
async function asUsual(): Promise<Networks> {
  const { landmarks, ...networks } = await openFaceNetworks();
  return { ...networks, eyes: landmarks };
}

/** All frames, as `analyseFaces` goes through a video: the detector looks at a frame while the faces of the one before are read. → number of faces */
async function analysed({ detector, eyes, recogniser }: Networks, frames: readonly Picture[]): Promise<number> {
  let faces = 0;
  const read = async (frame: Picture, found: Awaited<ReturnType<Detector['detect']>>) => {
    const boxes = found.map(({ box }) => box);
    const points = await eyes.landmarks(frame, boxes);
    const asked = boxes.map((box, i) => ({ box, landmarks: points[i] }));
    faces += (await recogniser.recognise(frame, asked)).length;
  };
  let before: { frame: Picture; found: ReturnType<Detector['detect']> } | undefined;
  for (const frame of frames) {
    const found = detector.detect(frame);
    if (before !== undefined) await read(before.frame, await before.found);
    before = { frame, found };
  }
  if (before !== undefined) await read(before.frame, await before.found);
  return faces;
}

/** Median milliseconds a frame of each step, one after the other. */
async function stages({ detector, eyes, recogniser }: Networks, frames: readonly Picture[]): Promise<Readonly<Record<string, number>>> {
  const times: Record<'detection' | 'landmarks' | 'expressions', number[]> = { detection: [], landmarks: [], expressions: [] };
  const taken = async <T>(step: keyof typeof times, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    times[step].push(performance.now() - start);
    return result;
  };
  for (const frame of [...frames, ...frames, ...frames]) {
    const boxes = (await taken('detection', () => detector.detect(frame))).map(({ box }) => box);
    const points = await taken('landmarks', () => eyes.landmarks(frame, boxes));
    const asked = boxes.map((box, i) => ({ box, landmarks: points[i] }));
    await taken('expressions', () => recogniser.recognise(frame, asked));
  }
  return Object.fromEntries(Object.entries(times).map(([step, list]) => [`${step}Milliseconds`, round(median(list), 1)]));
}
