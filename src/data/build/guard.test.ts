import { expect, test } from 'vitest';
import { cutOf, scene } from '../../../test/support/scene.ts';
import { MediaError, StoppedError } from '../../base/errors.ts';
import { type Clip, shownAs } from '../../media/index.ts';
import { TAPE } from '../../media/tape.ts';
import { CUT, guarded } from './guard.ts';
import type { Fault } from './plan.ts';

const TEN = { timeBase: { num: 1, den: 10 }, ticks: 1 }; // pictures a second
const drawn = (seconds: number) => cutOf(scene({ width: 16, height: 16 }), { from: 0, to: seconds * 10, ...TEN, id: 'c' });
const utterance = (length?: number) => ({ place: 0, number: 0, text: '', ...(length === undefined ? {} : { start: 5, end: 5 + length }) });

async function watch(clip: Clip, length?: number) {
  const faults: Fault[] = [];
  const guard = guarded(clip, utterance(length), (fault) => faults.push(fault));
  let [frames, error]: [number, unknown] = [0, undefined];
  const of = guard.open(TAPE).frames();
  try {
    for (;;) {
      const next = await of.next();
      if (next.done) return { frames, faults, ending: next.value, guard, error };
      frames++;
    }
  } catch (cause) {
    error = cause;
  }
  return { frames, faults, guard, error, ending: undefined };
}

test('a clip that goes on after its utterance is cut, and its fingerprint and ending say so', async () => {
  const { frames, faults, ending, guard } = await watch(drawn(6), 2);
  expect([frames, faults, ending?.short]).toEqual([25, [], `${CUT} (2.5 s)`]);
  expect(guard.fingerprint).toMatch(/ up to 2\.5 s$/);
});

test('one that ends in time is given whole', async () => {
  expect(await watch(drawn(2), 2)).toMatchObject({ frames: 20, faults: [], ending: undefined });
});

test('without times, more than a minute is a fault: nobody knows which part was meant', async () => {
  const { faults, error } = await watch(drawn(61));
  expect(faults).toEqual([{ code: 'too-long', got: 'more than 60 s' }]);
  expect(error).toBeInstanceOf(Error);
});

const failing = (error: unknown): Clip =>
  shownAs(drawn(1), () => ({
    // biome-ignore lint/correctness/useYield: it fails before it gives anything
    async *frames() {
      throw error;
    },
  }));

test.each([
  ['MEDIA_DAMAGED', 'clip-undecodable'],
  ['MEDIA_CRASHED', 'clip-undecodable'],
  ['MEDIA_LIMIT', 'clip-undecodable'],
  ['MEDIA_NO_VIDEO', 'no-picture'],
])('%s is a fault of the clip: %s', async (code, fault) => {
  const { faults } = await watch(failing(new MediaError(code, 'It fails', { got: 'this\nthat' })));
  expect(faults).toEqual([{ code: fault, got: `${code}: this` }]);
});

test.each([new MediaError('MEDIA_TEMPORARY', 'No room'), new StoppedError(), new TypeError('ours')])('%s is none', async (cause) => {
  expect(await watch(failing(cause))).toMatchObject({ faults: [], error: cause });
});

test('a film without a single picture has none to show', async () => {
  expect((await watch(drawn(0))).faults).toEqual([{ code: 'no-picture', got: 'no frames' }]);
});
