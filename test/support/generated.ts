/** Weights that are a formula of their name and shape; the same numbers, bit for bit, as test/fixtures/generated.py. */

/** FNV-1a, 32 bits. */
function seedOf(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

/** `size` numbers in [−1, 1), by a counter through splitmix32's mixer. */
export function uniform(name: string, size: number): Float32Array {
  const out = new Float32Array(size);
  let counter = seedOf(name) | 0;
  for (let i = 0; i < size; i++) {
    let z = counter;
    counter = (counter + 0x9e3779b9) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    z ^= z >>> 15;
    out[i] = (z >>> 8) * 2 ** -23 - 1;
  }
  return out;
}

/** Middle and half width. */
function distribution(name: string, shape: readonly number[]): readonly [number, number] {
  if (shape.length > 1) return [0, Math.sqrt(6 / shape.slice(1).reduce((n, d) => n * d, 1))];
  if (/^[^.]*_norm\./.test(name)) return [10, 3];
  if (name.endsWith('prelu.weight')) return [0.25, 0.2];
  if (/\.model\..*project\.bn\.weight$/.test(name)) return [0.3, 0.1]; // what a residual block adds: sixteen in a row must not blow up
  return name.endsWith('running_var') || name.endsWith('.weight') ? [1, 0.3] : [0, 0.2];
}

/** An `Initialise` for `freshWeights`. */
export function generated(name: string, shape: readonly number[]): Float32Array {
  const [middle, width] = distribution(name, shape).map(Math.fround) as [number, number];
  const out = uniform(
    name,
    shape.reduce((n, d) => n * d, 1),
  );
  for (let i = 0; i < out.length; i++) out[i] = middle + Math.fround(width * out[i]!);
  return out;
}

/** The values that `sampled` of generated.py takes. */
export function sampled(data: ArrayLike<number | bigint>, count = 256): number[] {
  const n = Math.min(count, data.length);
  return Array.from({ length: n }, (_, i) => Number(data[Math.floor((i * data.length) / n)]));
}
