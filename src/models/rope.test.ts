import { expect, test } from 'vitest';
import { openRope, ropeConfig } from './rope.ts';

const open = (json: Record<string, unknown>, width = 8) => openRope(ropeConfig({ max_position_embeddings: 100, ...json }, width));

test('angles are position / theta^(2i/d), the same in both halves', () => {
  const { cos, sin } = open({ rope_theta: 16 }, 4).tables([0, 3], 4);
  expect(cos).toBeClose([1, 1, 1, 1, Math.cos(3), Math.cos(0.75), Math.cos(3), Math.cos(0.75)], { abs: 1e-6 });
  expect(sin).toBeClose([0, 0, 0, 0, Math.sin(3), Math.sin(0.75), Math.sin(3), Math.sin(0.75)], { abs: 1e-6 });
});

test('theta and kind stand in either spelling; the newer one counts', () => {
  expect(ropeConfig({ rope_theta: 5, rope_scaling: { type: 'linear', factor: 2 } }, 8)).toMatchObject({ type: 'linear', theta: 5 });
  expect(ropeConfig({ rope_theta: 5, rope_parameters: { rope_type: 'yarn', rope_theta: 7 } }, 8)).toMatchObject({ type: 'yarn', theta: 7 });
  expect(ropeConfig({ rope_scaling: null }, 8)).toMatchObject({ type: 'default', theta: 10_000, positions: 2048 });
});

test('linear scaling stretches positions; dynamic scaling begins beyond the context', () => {
  const at = (json: Record<string, unknown>, p: number, total: number) => open(json).tables([p], total).cos;
  expect(at({ rope_scaling: { type: 'linear', factor: 4 } }, 12, 13)).toBeClose(at({}, 3, 4), { abs: 1e-6 });
  const dynamic = { rope_scaling: { type: 'dynamic', factor: 2 } };
  expect(at(dynamic, 12, 100)).toEqual(at({}, 12, 100));
  expect(at(dynamic, 12, 150)).not.toEqual(at({}, 12, 150));
});

test.each([
  [{ rope_theta: 0 }],
  [{ rope_theta: 'many' }],
  [{ max_position_embeddings: -1 }],
  [{ rope_scaling: { type: 'toString' } }],
  [{ rope_scaling: { type: 'dynamic', factor: '2' } }],
  [{ rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 } }],
  [{ rope_scaling: { type: 'yarn' } }],
  [{ partial_rotary_factor: 0.5, rope_parameters: { partial_rotary_factor: 0.5 } }],
])('%j is refused when it is read, not at the first token', (json) => {
  expect(() => open(json)).toThrow(
    expect.objectContaining({ code: 'MODEL_CONFIG', detail: expect.objectContaining({ fix: expect.any(String) }) }),
  );
});
