/** Where the player is, for all that follows it: a store of one number, so that a moving picture does not render the whole page thirty times a second. */
import { useSyncExternalStore } from 'react';

export interface Clock {
  /** Seconds of the film: of the picture that is on the screen, where the browser tells. */
  now(): number;
  set(t: number): void;
  subscribe(heard: () => void): () => void;
}

/** At the beginning. */
export function createClock(): Clock {
  let t = 0;
  const all = new Set<() => void>();
  return {
    now: () => t,
    set(next) {
      if (next === t) return;
      t = next;
      for (const heard of all) heard();
    },
    subscribe(heard) {
      all.add(heard);
      return () => all.delete(heard);
    },
  };
}

/** What follows from the time; a component is rendered again only when that changes, so it should be a number, a text or a kept object. */
export const useAt = <T>(clock: Clock, of: (t: number) => T): T => useSyncExternalStore(clock.subscribe, () => of(clock.now()));

/** 65.43 → `1:05.4`. */
export function clockText(t: number): string {
  const tenths = Math.max(0, Math.floor(t * 10 + 1e-6));
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  return `${minutes}:${String(Math.floor(rest / 10)).padStart(2, '0')}.${rest % 10}`;
}
