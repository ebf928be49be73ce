import type { Keep } from './keep.ts';

/** Whether what was typed is on the disk. */
export type SaveState =
  | { readonly is: 'empty' }
  | { readonly is: 'saving' }
  /** `at`: milliseconds since 1970. */
  | { readonly is: 'saved'; readonly at: number }
  | { readonly is: 'failed'; readonly error: unknown };

/** Something typed, as it is kept. */
export interface Kept<T> {
  readonly value: T;
  readonly at: number;
}

/**
 * Where a value is put down before the disk has it, without waiting: what a store that answers later had not taken yet when the page was closed is found
 * there. It may forget.
 */
export interface Slip {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

/** Keeps the newest value under a key, each change at once. */
export interface Autosave<T> {
  /** What was kept before; undefined where nothing was. */
  load(): Promise<Kept<T> | undefined>;
  /** Keeps it: the write has begun when this returns. Writes follow each other in the order in which they began, as IndexedDB has it. */
  save(value: T): void;
  /** Takes it away, where it still is `value` (as JSON): what was typed since is not lost. */
  drop(value?: T): Promise<void>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  readonly state: () => SaveState;
}

const NO_SLIP: Slip = { get: () => undefined, set: () => {}, remove: () => {} };

/** Saves under `key`. `heard` is called when the state has changed; `now` gives milliseconds since 1970. */
export function autosave<T>({
  keep,
  key,
  slip = NO_SLIP,
  heard = () => {},
  now = Date.now,
}: {
  readonly keep: Keep;
  readonly key: string;
  readonly slip?: Slip;
  readonly heard?: (state: SaveState) => void;
  readonly now?: () => number;
}): Autosave<T> {
  let state: SaveState = { is: 'empty' };
  let last = 0;
  let running: Promise<unknown> = Promise.resolve();
  const become = (to: SaveState): void => {
    state = to;
    heard(to);
  };
  const write = (one: Kept<T>): void => {
    const mine = ++last;
    slip.set(key, one);
    const written = keep.set(key, one).then(
      () => {
        if (mine !== last) return; // a newer one is on its way
        slip.remove(key);
        become({ is: 'saved', at: one.at });
      },
      (error) => {
        if (mine === last) become({ is: 'failed', error });
      },
    );
    running = Promise.all([running, written]);
  };
  const newest = async (): Promise<Kept<T> | undefined> => {
    const [kept, slipped] = [await keep.get<Kept<T>>(key), slip.get(key) as Kept<T> | undefined];
    return slipped !== undefined && (kept === undefined || slipped.at >= kept.at) ? slipped : kept;
  };
  return {
    async load() {
      const kept = await newest();
      if (kept !== undefined && state.is === 'empty') {
        become({ is: 'saved', at: kept.at });
        if (slip.get(key) !== undefined) write(kept);
      }
      return kept;
    },
    save(value) {
      become({ is: 'saving' });
      write({ value, at: now() });
    },
    async drop(value) {
      await running;
      const kept = await newest();
      if (kept === undefined || (value !== undefined && JSON.stringify(kept.value) !== JSON.stringify(value))) return;
      slip.remove(key);
      await keep.remove(key);
      become({ is: 'empty' });
    },
    async settled() {
      await running;
    },
    state: () => state,
  };
}
