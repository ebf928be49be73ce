/** A film of 10 s from the photos inside @vladmandic/face-api, to try things on: pans, a zoom, cuts. Run: npx tsx examples/moving-faces.ts faces.mp4 */
import { createRequire } from 'node:module';
import { type Picture, picture, readPicture, resize, type Ticks, writeVideo } from '../src/media/index.ts';

const [file = 'faces.mp4'] = process.argv.slice(2);
const [width, height, fps] = [1280, 720, 25];
const photoOf = (name: string) =>
  createRequire(import.meta.url)
    .resolve('@vladmandic/face-api/package.json')
    .replace('package.json', `demo/${name}`);

/** What the camera sees: left and upper edge and width of its window, in photo widths; at the beginning and at the end of each shot. */
const SHOTS = [
  { photo: 'sample3.jpg', seconds: 3.2, from: [0.2, 0.06, 0.7], to: [0.3, 0.1, 0.7] },
  { photo: 'sample1.jpg', seconds: 2.4, from: [0.0, 0.02, 1.0], to: [0.15, 0.06, 0.8] },
  { photo: 'sample3.jpg', seconds: 2.0, from: [0.5, 0.06, 0.45], to: [0.45, 0.06, 0.5] },
  { photo: 'sample6.jpg', seconds: 2.4, from: [0.05, 0.06, 0.9], to: [0.1, 0.06, 0.8] },
] as const;

/** The part of a photo in a window, as a picture of the film. */
function seen(photo: Picture, [x, y, w]: readonly number[]): Picture {
  const [left, top, wide] = [x!, y!, w!].map((part) => Math.round(part * photo.width)) as [number, number, number];
  const high = Math.round((wide * height) / width);
  const rows = Array.from({ length: high }, (_, row) => ((top + row) * photo.width + left) * 3);
  const data = new Uint8Array(wide * high * 3);
  for (const [row, at] of rows.entries()) data.set(photo.data.subarray(at, at + wide * 3), row * wide * 3);
  return resize(picture(wide, high, data), width, height, 'bilinear');
}

const film = await writeVideo(file, { width, height, timeBase: { num: 1, den: fps } });
let frame = 0;
for (const { photo: name, seconds, from, to } of SHOTS) {
  const photo = await readPicture(photoOf(name));
  for (let i = 0; i < seconds * fps; i++) {
    const window = from.map((start, k) => start + ((to[k]! - start) * i) / (seconds * fps));
    await film.frame({ picture: seen(photo, window), pts: frame++ as Ticks, duration: 1 as Ticks });
  }
}
await film.close();
console.log(`${file}: ${frame / fps} s, ${SHOTS.length} shots`);
