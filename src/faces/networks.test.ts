import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFaceNetworks } from './networks.ts';

/** What nobody awaits must not fail aloud: it would end the program that has caught the failure itself. */
const unheard: unknown[] = [];
const hear = (why: unknown) => void unheard.push(why);
beforeEach(() => void process.on('unhandledRejection', hear));
afterEach(() => {
  process.off('unhandledRejection', hear);
  expect(unheard.splice(0)).toEqual([]);
});
const aWhile = () => new Promise((done) => setTimeout(done, 300));

test.each([
  ['the detector', { detector: 's3fd' }],
  ['the recogniser', { recogniser: 'ddamfn' }],
] as const)('where %s lacks weights, it says so once, and nothing stays open', async (_, options) => {
  for (const later of [false, true]) {
    await expect(openFaceNetworks({ ...options, later })).rejects.toMatchObject({ code: 'FACES_WEIGHTS' });
    await aWhile();
  }
});

test('opened later, they can be closed before they were ever asked', async () => {
  const networks = await openFaceNetworks({ later: true });
  expect(networks.detector.receipt).toMatchObject({ network: 'ssd8' });
  await networks.dispose();
  await aWhile();
  await expect(networks.detector.detect({ width: 1, height: 1, data: new Uint8Array(3) })).rejects.toMatchObject({
    code: 'ENGINE_DISPOSED',
  });
});
