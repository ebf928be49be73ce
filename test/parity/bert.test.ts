import { expect, test } from 'vitest';
import { compile, float32, input, int64 } from '../../src/graph/index.ts';
import { BERT_RENAMES, bertConfig, bertHidden, bertPooled, bertPositions, readConfig } from '../../src/models/index.ts';
import { openWeights } from '../../src/weights/index.ts';
import { fixture, rowsOf } from '../support/fixture.ts';

test.each(['bert-tiny', 'roberta-tiny'])('%s equals transformers at every hidden layer, with padding', async (name) => {
  const ref = await fixture(name);
  const c = bertConfig((await readConfig(ref.directory)).json);
  const w = await openWeights(ref.directory, { rename: BERT_RENAMES });
  const [B, T] = ref.shape('ids') as [number, number];
  const whole = (key: string) => input(key, 'int64', ['B', 'T']);
  const inputs = { ids: whole('ids'), positions: whole('positions'), types: whole('types'), mask: input('mask', 'float32', ['B', 'T']) };
  const take = [0, 1, 2];
  const hidden = take.map((k) => bertHidden(w, c, inputs, k));
  const session = await compile({
    ...Object.fromEntries(hidden.map((x, k) => [`hidden_states.${k}`, x])),
    pooled: bertPooled(w, c, hidden.at(-1) as (typeof hidden)[0]),
  });

  const mask = await ref.ints('attention_mask');
  const positions = rowsOf(mask, T).flatMap((row) => bertPositions(c, row));
  if (ref.has('position_ids')) expect(positions).toEqual(await ref.ints('position_ids'));
  const types = ref.has('token_type_ids') ? await ref.ints('token_type_ids') : Array(B * T).fill(0);
  const ints = (values: readonly number[]) => int64([B, T], BigInt64Array.from(values, BigInt));
  const out = await session.run({
    ids: ints(await ref.ints('ids')),
    positions: ints(positions),
    types: ints(types),
    mask: float32([B, T], Float32Array.from(mask)),
  });
  for (const stage of [...take.map((k) => `hidden_states.${k}`), 'pooled'])
    expect(out[stage]?.data, stage).toBeClose(await ref.floats(stage), { abs: 2e-5 });
  await session.dispose();
});
