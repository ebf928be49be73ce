/** Clips of real faces that move: a camera that pans and zooms over photos, so that where each face is in each picture is known. */
import { createRequire } from 'node:module';
import type { Box } from '../../src/faces/face.ts';
import { writeVideo } from '../../src/media/encode.ts';
import type { Ticks } from '../../src/media/frame.ts';
import { readPicture } from '../../src/media/photo.ts';
import { type Picture, picture, resize } from '../../src/media/picture.ts';

/** Which part of a photo the camera sees: the middle and the width of its view, as parts of the photo's width. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A photo with the camera at its beginning and its end; in between it moves steadily. */
export interface Shot {
  readonly photo: Picture;
  readonly from: View;
  readonly to: View;
  readonly seconds: number;
}

/** One of the six photos in the folder `demo` of the npm package, 1–6, at this width. They show three to five people each. */
export async function demoPhoto(number: number, width: number): Promise<Picture> {
  const root = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  const whole = await readPicture(root.replace(/package\.json$/, `demo/sample${number}.jpg`));
  return resize(whole, width, Math.round((whole.height * width) / whole.width), 'bilinear');
}

/** What the camera sees at `share` (0–1) of a shot: pixels of the photo that are the upper left corner, and how many of them one pixel is. */
function cameraAt({ photo, from, to }: Shot, share: number, width: number, height: number): { x: number; y: number; step: number } {
  const at = (a: number, b: number) => (a + share * (b - a)) * photo.width;
  const step = at(from.width, to.width) / width;
  return { x: at(from.x, to.x) - (step * width) / 2, y: at(from.y, to.y) - (step * height) / 2, step };
}

/** The picture of a shot at `share` of its time. */
export function pictureAt(shot: Shot, share: number, width: number, height: number): Picture {
  const { x, y, step } = cameraAt(shot, share, width, height);
  const { photo } = shot;
  const data = new Uint8Array(width * height * 3);
  const places = (start: number, count: number, most: number) =>
    Array.from({ length: count }, (_, i) => {
      const at = Math.min(Math.max(start + (i + 0.5) * step - 0.5, 0), most - 1.001);
      return { low: Math.floor(at), share: at - Math.floor(at) };
    });
  const [columns, rows] = [places(x, width, photo.width), places(y, height, photo.height)];
  let o = 0;
  for (const { low: row, share: down } of rows) {
    for (const { low, share: right } of columns) {
      const i = (row * photo.width + low) * 3;
      const below = i + photo.width * 3;
      for (let c = 0; c < 3; c++) {
        const top = photo.data[i + c]! + right * (photo.data[i + c + 3]! - photo.data[i + c]!);
        const bottom = photo.data[below + c]! + right * (photo.data[below + c + 3]! - photo.data[below + c]!);
        data[o++] = top + down * (bottom - top) + 0.5;
      }
    }
  }
  return picture(width, height, data);
}

/** Where a box of the photo is in that picture. */
export function boxAt(shot: Shot, share: number, width: number, height: number, box: Box): Box {
  const { x, y, step } = cameraAt(shot, share, width, height);
  return { x: (box.x - x) / step, y: (box.y - y) / step, width: box.width / step, height: box.height / step };
}

/** A sound for a clip: samples of one channel at 48 kHz, from seconds to seconds. */
export type Voice = (seconds: number) => number;

/** Writes shots one after the other as an mp4, with a sound of its length if there is a voice. */
export async function writeShots(
  path: string,
  shots: readonly Shot[],
  { width, height, fps, voice, quality = 20 }: { width: number; height: number; fps: number; voice?: Voice; quality?: number },
): Promise<void> {
  const rate = 48_000;
  const writer = await writeVideo(path, {
    width,
    height,
    timeBase: { num: 1, den: fps },
    quality,
    ...(voice ? { sound: { rate, channels: 1 } } : {}),
  });
  try {
    let index = 0;
    for (const shot of shots) {
      const frames = Math.round(shot.seconds * fps);
      for (let i = 0; i < frames; i++, index++) {
        await writer.frame({ picture: pictureAt(shot, i / frames, width, height), pts: index as Ticks, duration: 1 as Ticks });
        if (voice) {
          const [from, to] = [index, index + 1].map((n) => Math.round((n * rate) / fps)) as [number, number];
          await writer.sound(Float32Array.from({ length: to - from }, (_, k) => voice((from + k) / rate)));
        }
      }
    }
    await writer.close();
  } finally {
    await writer.abort();
  }
}
