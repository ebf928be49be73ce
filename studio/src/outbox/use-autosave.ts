import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Autosave, autosave, type SaveState } from './autosave.ts';
import { keep } from './browser.ts';
import { browserSlip } from './keep.ts';

/** Something that is typed, kept on this machine with every change. */
export interface Typed<T> {
  /** Undefined while it is read from the disk. */
  readonly value: T | undefined;
  set(value: T): void;
  /** Takes it away, where it still is `value`. */
  drop(value?: T): Promise<void>;
  readonly saved: SaveState;
}

interface Holder<T> {
  readonly key: string;
  readonly saver: Autosave<T>;
  value: T | undefined;
}

/**
 * Keeps what is typed under `key`, and begins with what was kept there, else with `initial`. Other tabs of the same browser follow: each has what was typed
 * last, so that none can put an old text over a new one.
 */
export function useAutosave<T>(key: string, initial: T): Typed<T> {
  const heard = useRef(new Set<() => void>()).current;
  const [, redraw] = useState(0);
  const tell = () => {
    for (const one of heard) one();
  };
  const holder = useRef<Holder<T>>(undefined);
  if (holder.current?.key !== key)
    holder.current = { key, saver: autosave<T>({ keep: keep(), key, slip: browserSlip, heard: tell }), value: undefined };
  const { saver } = holder.current;
  const begin = useRef(initial);
  begin.current = initial;
  const channel = useRef<BroadcastChannel>(undefined);

  useEffect(() => {
    const mine = holder.current!;
    const read = async (): Promise<void> => {
      const kept = await mine.saver.load().catch(() => undefined);
      mine.value = kept?.value ?? mine.value ?? begin.current;
      redraw((n) => n + 1);
    };
    const between = new BroadcastChannel(`famenet-typed/${key}`);
    between.onmessage = () => void read();
    channel.current = between;
    void read();
    return () => between.close();
  }, [key]);

  const saved = useSyncExternalStore(
    (one) => {
      heard.add(one);
      return () => heard.delete(one);
    },
    () => saver.state(),
  );
  return {
    value: holder.current.value,
    saved,
    set(value) {
      const mine = holder.current!;
      mine.value = value;
      mine.saver.save(value);
      redraw((n) => n + 1);
      void mine.saver.settled().then(() => channel.current?.postMessage('changed'));
    },
    async drop(value) {
      await holder.current!.saver.drop(value);
    },
  };
}
