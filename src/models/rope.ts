/** Rotary frequencies of the LLaMA family. Reference: transformers `modeling_rope_utils.py`. Parity: test/parity/rope.test.ts. */
import { ModelError } from '../base/errors.ts';

export interface Rope {
  /** Positions the tables hold for: cos and sin [length, d], already scaled; both halves of the width hold the same angles. `total` is the length of the whole sequence (dynamic scaling depends on it). */
  tables(positions: readonly number[], total: number): { cos: Float32Array; sin: Float32Array };
  /** Width of a head. */
  readonly width: number;
}

/** What `rope_parameters` (transformers 5) or `rope_scaling` and `rope_theta` (before) say. */
export interface RopeConfig {
  readonly type: string;
  readonly theta: number;
  readonly width: number;
  /** `max_position_embeddings`. */
  readonly positions: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Frequencies for a sequence of `total` tokens, and the factor on cos and sin. */
type Variant = (c: RopeConfig, total: number) => { frequencies: number[]; scale: number };

const KNOWN: Record<string, Variant> = {
  default: (c) => ({ frequencies: inverse(c.theta, c.width), scale: 1 }),
  linear: (c) => ({ frequencies: inverse(c.theta, c.width).map((f) => f / need(c, 'factor')), scale: 1 }),
  dynamic: (c, total) => {
    const factor = need(c, 'factor');
    const length = Math.max(total, c.positions);
    const base = c.theta * ((factor * length) / c.positions - (factor - 1)) ** (c.width / (c.width - 2));
    return { frequencies: inverse(base, c.width), scale: 1 };
  },
  llama3,
  yarn,
};

/** theta^(−2i/d), i = 0 … d/2 − 1, rounded as PyTorch's float32 does: at position 1000 the last bit of a frequency is visible. */
function inverse(theta: number, width: number): number[] {
  return Array.from({ length: width / 2 }, (_, i) => f32(1 / f32(theta ** f32((2 * i) / width))));
}

const f32 = Math.fround;

function need(c: RopeConfig, key: string): number {
  const v = c.parameters[key];
  if (typeof v === 'number' && Number.isFinite(v)) return v;
  throw new ModelError('MODEL_CONFIG', `Rotary positions of type "${c.type}" need "${key}"`, {
    at: 'config.json',
    expected: `${key}: a number`,
    got: v === undefined ? 'nothing' : JSON.stringify(v),
    fix: 'use the config.json that was saved with the weights',
  });
}

const or = (c: RopeConfig, key: string, fallback: number): number =>
  c.parameters[key] === undefined || c.parameters[key] === null ? fallback : need(c, key);

/** Llama 3.1: long wavelengths slowed by `factor`, short ones kept, a blend between. */
function llama3(c: RopeConfig) {
  const [factor, low, high, old] = ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'].map((k) =>
    need(c, k),
  ) as [number, number, number, number];
  const frequencies = inverse(c.theta, c.width).map((f) => {
    const wavelength = (2 * Math.PI) / f;
    if (wavelength < old / high) return f;
    if (wavelength > old / low) return f / factor;
    const smooth = (old / wavelength - low) / (high - low);
    return ((1 - smooth) * f) / factor + smooth * f;
  });
  return { frequencies, scale: 1 };
}

/** YaRN, Peng et al. 2023, §3.2–3.4. */
function yarn(c: RopeConfig) {
  const factor = need(c, 'factor');
  const old = or(c, 'original_max_position_embeddings', c.positions);
  const dimension = (rotations: number) => (c.width * Math.log(old / (rotations * 2 * Math.PI))) / (2 * Math.log(c.theta));
  const truncate = c.parameters.truncate !== false;
  const low = dimension(or(c, 'beta_fast', 32));
  const high = dimension(or(c, 'beta_slow', 1));
  const from = Math.max(truncate ? Math.floor(low) : low, 0);
  const to = Math.min(truncate ? Math.ceil(high) : high, c.width - 1);
  const span = to === from ? 0.001 : to - from;
  const frequencies = inverse(c.theta, c.width).map((f, i) => {
    const slowed = Math.min(Math.max((i - from) / span, 0), 1);
    return f32(f32(f32(f / factor) * f32(slowed)) + f32(f * f32(1 - slowed)));
  });
  return { frequencies, scale: or(c, 'attention_factor', yarnScale(c, factor)) };
}

function yarnScale(c: RopeConfig, factor: number): number {
  const mscale = (m: number) => (factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1);
  const [m, all] = [or(c, 'mscale', 0), or(c, 'mscale_all_dim', 0)];
  return m && all ? mscale(m) / mscale(all) : mscale(1);
}

/** @throws ModelError MODEL_CONFIG for a kind that is not known, partial rotation, or numbers that cannot be */
export function openRope(c: RopeConfig): Rope {
  if (!(c.theta > 0 && c.positions > 0 && Number.isFinite(c.theta)))
    throw new ModelError('MODEL_CONFIG', 'Rotary positions need positive numbers', {
      at: 'config.json',
      expected: 'rope_theta > 0 and max_position_embeddings > 0',
      got: `rope_theta ${c.theta}, max_position_embeddings ${c.positions}`,
      fix: 'use the config.json that was saved with the weights',
    });
  const variant = Object.hasOwn(KNOWN, c.type) ? KNOWN[c.type] : undefined;
  if (!variant)
    throw new ModelError('MODEL_CONFIG', `Rotary positions of type "${c.type}" are not supported`, {
      at: 'config.json',
      expected: Object.keys(KNOWN).join(', '),
      got: c.type,
      fix: 'use a checkpoint with one of the expected kinds',
    });
  if (or(c, 'partial_rotary_factor', 1) !== 1)
    throw new ModelError('MODEL_CONFIG', 'Partial rotary positions are not supported', {
      at: 'config.json',
      expected: 'partial_rotary_factor 1',
      got: String(c.parameters.partial_rotary_factor),
      fix: 'use a checkpoint that rotates whole heads',
    });
  variant(c, 1); // a bad configuration fails now, not at the first token
  return {
    width: c.width,
    tables(positions, total) {
      const { frequencies, scale } = variant(c, total);
      const [d, half] = [c.width, c.width / 2];
      const [cos, sin] = [new Float32Array(positions.length * d), new Float32Array(positions.length * d)];
      for (const [row, p] of positions.entries())
        for (const [i, f] of frequencies.entries()) {
          const angle = f32(p * f32(f)); // as PyTorch: frequencies and angles are float32
          const at = row * d + i;
          cos[at] = cos[at + half] = Math.cos(angle) * scale;
          sin[at] = sin[at + half] = Math.sin(angle) * scale;
        }
      return { cos, sin };
    },
  };
}

/** Reads both spellings of a transformers configuration. */
export function ropeConfig(json: Readonly<Record<string, unknown>>, width: number): RopeConfig {
  const parameters = (json.rope_parameters ?? json.rope_scaling ?? {}) as Record<string, unknown>;
  const type = String(parameters.rope_type ?? parameters.type ?? 'default');
  return {
    type,
    theta: Number(parameters.rope_theta ?? json.rope_theta ?? 10_000),
    width,
    positions: Number(json.max_position_embeddings ?? 2048),
    parameters,
  };
}
