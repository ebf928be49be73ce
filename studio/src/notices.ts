/** What went wrong, or well, and has no place of its own on the page. */
import { useSyncExternalStore } from 'react';
import { type Problem, problemFrom } from './api.ts';

export interface Notice {
  readonly id: number;
  readonly problem?: Problem;
  readonly text?: string;
}

const MOST = 4;
let notices: readonly Notice[] = [];
let last = 0;
const heard = new Set<() => void>();

function set(next: readonly Notice[]): void {
  notices = next.slice(-MOST);
  for (const one of heard) one();
}

/** Shows an error until somebody puts it away. */
export const notify = (error: unknown): void => set([...notices, { id: ++last, problem: problemFrom(error) }]);

/** Says that something is done; it goes away by itself. */
export function say(text: string): void {
  const id = ++last;
  set([...notices, { id, text }]);
  setTimeout(() => dismiss(id), 6000);
}

/** Puts one away. */
export const dismiss = (id: number): void => set(notices.filter((one) => one.id !== id));

/** Those that are to be seen. */
export const useNotices = (): readonly Notice[] =>
  useSyncExternalStore(
    (one) => {
      heard.add(one);
      return () => heard.delete(one);
    },
    () => notices,
  );
