import { expect, test } from 'vitest';
import { compile, float32, input } from '../../src/graph/index.ts';
import { CLIP_RENAMES, clipConfig, clipHidden, clipPatches, clipPooled, readConfig } from '../../src/models/index.ts';
import { openWeights } from '../../src/weights/index.ts';
import { fixture } from '../support/fixture.ts';

test('the CLIP tower equals transformers at every hidden layer', async () => {
  const ref = await fixture('clip-tiny');
  const c = clipConfig((await readConfig(ref.directory)).json);
  const w = await openWeights(ref.directory, { rename: CLIP_RENAMES });
  const pixels = input('pixels', 'float32', ['B', 3, c.image, c.image]);
  const take = [0, 1, 2, 3];
  const outputs = {
    ...Object.fromEntries(take.map((k) => [`hidden_states.${k}`, clipHidden(w, c, pixels, k)])),
    pooled: clipPooled(w, c, pixels),
    patches: clipPatches(w, c, pixels),
  };
  const session = await compile(outputs);
  const out = await session.run({ pixels: float32(ref.shape('pixels'), await ref.floats('pixels')) });
  for (const stage of [...take.map((k) => `hidden_states.${k}`), 'pooled'])
    expect(out[stage]?.data, stage).toBeClose(await ref.floats(stage), { abs: 2e-5 });

  const [B, T, D] = ref.shape('hidden_states.2') as [number, number, number];
  const all = await ref.floats('hidden_states.2');
  const patches = Array.from({ length: B }, (_, b) => [...all.subarray((b * T + 1) * D, (b + 1) * T * D)]).flat();
  expect(out.patches?.data, '−2 without the class token').toBeClose(patches, { abs: 2e-5 });
  await session.dispose();
});

test.each([-6, 5])('layer %i does not exist', async (take) => {
  const ref = await fixture('clip-tiny');
  const c = clipConfig((await readConfig(ref.directory)).json);
  const w = await openWeights(ref.directory);
  expect(() => clipHidden(w, c, input('pixels', 'float32', [1, 3, c.image, c.image]), take)).toThrow(
    expect.objectContaining({ code: 'MODEL_LAYER' }),
  );
});
