import { expect, test } from 'vitest';
import { openRope, ropeConfig } from '../../src/models/rope.ts';
import { fixture, rowsOf } from '../support/fixture.ts';

const ref = await fixture('rope');

test.each(Object.keys(ref.json.cases))('rotary tables of "%s" equal transformers in both spellings', async (name) => {
  const { config, older, positions, headDim } = ref.json.cases[name];
  for (const json of [config, older]) {
    const { cos, sin } = openRope(ropeConfig(json, headDim)).tables([...Array(positions).keys()], positions);
    const both = (half: Float32Array) => rowsOf([...half], headDim / 2).flatMap((row) => [...row, ...row]); // the tables repeat for the second half
    expect(cos).toBeClose(both(await ref.floats(`${name}.cos`)), { abs: 2e-6 });
    expect(sin).toBeClose(both(await ref.floats(`${name}.sin`)), { abs: 2e-6 });
  }
});

test.each([
  [{ rope_parameters: { rope_type: 'spiral' } }, 'spiral'],
  [{ rope_parameters: { rope_type: 'linear' } }, 'factor'],
  [{ rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } }, '0.5'],
])('%j is refused', (json, word) => {
  const open = () => openRope(ropeConfig(json, 16));
  expect(open).toThrow(expect.objectContaining({ code: 'MODEL_CONFIG' }));
  expect(open).toThrow(word);
});
