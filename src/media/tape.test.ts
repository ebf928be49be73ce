import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SoundChunk, Ticks } from './frame.ts';
import { openTape, TAPE, type Tape } from './tape.ts';

let folder: string;
let tape: Tape;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-tape-'));
  tape = await openTape(join(folder, 'U_0.mp4'));
});
afterAll(async () => {
  await tape.close();
  await rm(folder, { recursive: true });
});

/** Chunks whose moments hold their number, left as it is and right negative: [first moment, how many]. */
async function* sound(...pieces: readonly (readonly [pts: number, count: number])[]): AsyncGenerator<SoundChunk> {
  for (const [pts, count] of pieces) {
    const samples = Float32Array.from({ length: count * 2 }, (_, i) => (pts + Math.floor(i / 2)) * (i % 2 === 0 ? 1 : -1));
    yield { ...TAPE, samples, pts: pts as Ticks };
  }
}

/** The left channel. */
const left = (samples: Float32Array): number[] => [...samples].filter((_, i) => i % 2 === 0);

test('takes keep their own clock: gaps are silent, what comes before zero is not heard', async () => {
  const take = await tape.record(sound([-3, 5], [4, 2]));
  expect(take.length).toBe(6);
  expect([...(await tape.listen(take, 0, 2))]).toEqual([0, -0, 1, -1]);
  expect(left(await tape.listen(take, -2, 10))).toEqual([0, 0, 0, 1, 0, 0, 4, 5, 0, 0]);
  expect((await tape.record(sound())).length).toBe(0);
  expect((await tape.record(sound([-9, 4]))).length).toBe(0);
});

test('parts of takes make one stream, silent where a take has nothing', async () => {
  const [one, two, none] = [await tape.record(sound([0, 10])), await tape.record(sound([0, 4], [4, 96])), await tape.record(sound())];
  expect(tape.length).toBe(0);
  tape.join(one, 2, 3);
  tape.join(none, 0, 2);
  tape.join(two, 98, 4);
  tape.join(two, -1, 2);
  expect(tape.length).toBe(11);
  expect(left(await tape.read(0, 11))).toEqual([2, 3, 4, 0, 0, 98, 99, 0, 0, 0, 0]);
  expect(left(await tape.read(-2, 5))).toEqual([0, 0, 2, 3, 4]);
  expect(left(await tape.read(5, 3))).toEqual([98, 99, 0]);
  expect(left(await tape.read(10, 3))).toEqual([0, 0, 0]);
  expect((await tape.read(3, 0)).length).toBe(0);
});
