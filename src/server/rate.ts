import { FameError } from '../base/errors.ts';

/** How much of something one person or address may do: so many at once, and so many more each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Logging in is slow on purpose; everything else is so generous that only programs meet it. */
export const RATES = {
  /** Attempts with a password or an invitation, by account and by address: ten, and one more every 90 seconds. */
  login: { burst: 10, perSecond: 1 / 90 },
  write: { burst: 60, perSecond: 20 },
  read: { burst: 300, perSecond: 100 },
} as const satisfies Readonly<Record<string, Rate>>;

/** Takes one of what `who` may do, or throws SERVER_RATE. */
export type Limiter = (kind: keyof typeof RATES, who: string) => void;

const MANY = 10_000; // buckets that are kept: whoever is forgotten begins with a full one

/** Token buckets. `clock` gives milliseconds. */
export function limiter(clock: () => number): Limiter {
  const buckets = new Map<string, { left: number; at: number }>();
  return (kind, who) => {
    const { burst, perSecond } = RATES[kind];
    const key = `${kind} ${who}`;
    const now = clock();
    const { left, at } = buckets.get(key) ?? { left: burst, at: now };
    const filled = Math.min(burst, left + (Math.max(0, now - at) / 1000) * perSecond);
    buckets.delete(key); // behind all others again
    buckets.set(key, { left: filled >= 1 ? filled - 1 : filled, at: now });
    if (buckets.size > MANY) buckets.delete(buckets.keys().next().value!);
    if (filled >= 1) return;
    throw new FameError('SERVER_RATE', 'That was too often', {
      expected: `at most ${burst} at once, then one every ${1 / perSecond} s`,
      fix: `try again in ${Math.ceil((1 - filled) / perSecond)} s`,
    });
  };
}
