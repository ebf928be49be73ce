import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import type { Picture } from '../media/index.ts';
import { type Fame, openFame } from './fame.ts';
import type { SharedPicture, Vision } from './vision.ts';

let fame: Fame;
let vision: Vision;
beforeAll(async () => {
  fame = await openFame(fileURLToPath(new URL('../../test/fixtures/llava-tiny', import.meta.url)), { later: true });
  vision = fame.vision!;
});
afterAll(() => fame.dispose());

const chance = random(2);
const PICTURES = Array.from(
  { length: 11 },
  (): Picture => ({ width: 30, height: 21, data: Uint8Array.from({ length: 30 * 21 * 3 }, () => chance.below(256)) }),
);

test('videos that share pictures: R of each is that of its own, equations (1) to (3), and no picture is looked at twice', async () => {
  const videos = [PICTURES, PICTURES.slice(0, 6), PICTURES.filter((_, i) => i % 2 === 0), PICTURES.slice(10)];
  let given = 0;
  const shared = (function* (): Generator<SharedPicture> {
    for (const picture of PICTURES) {
      given++;
      yield { picture, of: videos.flatMap((video, k) => (video.includes(picture) ? [k] : [])) };
    }
  })();
  const all = await vision.lookAtAll(asynchronous(shared), videos.length);
  expect(given).toBe(PICTURES.length);
  for (const [k, video] of videos.entries()) {
    const R = await vision.look(video);
    expect(all[k]!.shape).toEqual(R.shape);
    expect(all[k]!.data).toBeClose(R.data as Float32Array, { abs: 1e-6 });
    const one = await Promise.all(video.map((picture) => vision.look([picture])));
    const [D, N] = [vision.tower.width, (R.shape[0] as number) - video.length];
    const spatial = one.map(({ data }) => (data as Float32Array).slice(D)); // behind the one temporal row
    const mean = Float32Array.from({ length: N * D }, (_, i) => spatial.reduce((sum, s) => sum + s[i]!, 0) / video.length);
    expect((R.data as Float32Array).slice(video.length * D)).toBeClose(mean, { abs: 1e-6 });
  }
});

test('a video without pictures is named as before, whatever the others have', async () => {
  const frames = asynchronous([{ picture: PICTURES[0]!, of: [1] }]);
  await expect(vision.lookAtAll(frames, 2)).rejects.toMatchObject({ code: 'FAME_FRAMES', detail: { got: '0' } });
});

async function* asynchronous<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
