import { expect } from 'vitest';

/** Largest absolute and relative difference between two arrays of numbers of one length. */
export function difference(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>): { abs: number; rel: number; at: number } {
  let worst = { abs: 0, rel: 0, at: -1 };
  for (let i = 0; i < want.length; i++) {
    const abs = Math.abs(Number(got[i]) - Number(want[i]));
    if (!(abs <= worst.abs)) worst = { abs, rel: abs / Math.max(Math.abs(Number(want[i])), 1e-12), at: i };
  }
  return worst;
}

expect.extend({
  /** Every element within `abs` of the expected one. NaN never passes. */
  toBeClose(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>, { abs }: { abs: number }) {
    if (got.length !== want.length) return { pass: false, message: () => `expected ${want.length} values, got ${got.length}` };
    const d = difference(got, want);
    return {
      pass: d.abs <= abs,
      message: () => `largest difference ${d.abs} > ${abs} at index ${d.at}: got ${got[d.at]}, expected ${want[d.at]}`,
    };
  },
});

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the signature is vitest's own
  interface Matchers<T = any> {
    toBeClose(want: ArrayLike<number | bigint>, tolerance: { abs: number }): T;
  }
}
