/** Values by key on this machine: what was typed has to outlive the page, the tab and the network. */
import { createStore, del, get, keys, set, update } from 'idb-keyval';
import type { Slip } from './autosave.ts';

/** A place for values that can be copied (JSON). What fails rejects: whoever writes says so on the screen. */
export interface Keep {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Reads and writes in one step, so that two tabs do not undo each other's. */
  update<T>(key: string, change: (before: T | undefined) => T): Promise<void>;
  keys(): Promise<string[]>;
}

/** The browser's own store (IndexedDB). */
export function inBrowser(name = 'famenet-studio'): Keep {
  const store = createStore(name, 'kept');
  return {
    get: (key) => get(key, store),
    set: (key, value) => set(key, value, store),
    remove: (key) => del(key, store),
    update: (key, change) => update(key, change as (before: unknown) => unknown, store),
    keys: async () => (await keys<string>(store)).filter((key) => typeof key === 'string'),
  };
}

const SLIP = 'famenet.typed/';

/** The browser's small store that takes a value while one waits: for the last letters before a page is closed. Where it is full, it does without. */
export const browserSlip: Slip = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(SLIP + key) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(SLIP + key, JSON.stringify(value));
    } catch {
      localStorage.removeItem(SLIP + key); // an older one would come back as the newest
    }
  },
  remove: (key) => localStorage.removeItem(SLIP + key),
};

/** Kept as long as the page lives: for tests. */
export function inMemory(values = new Map<string, unknown>()): Keep {
  return {
    get: async <T>(key: string) => structuredClone(values.get(key)) as T | undefined,
    set: async (key, value) => void values.set(key, structuredClone(value)),
    remove: async (key) => void values.delete(key),
    update: async (key, change) => void values.set(key, structuredClone(change(values.get(key) as never))),
    keys: async () => [...values.keys()],
  };
}
