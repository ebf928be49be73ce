import { FameError } from '../base/errors.ts';
import type { ChangeOf, Entry, Store } from './store.ts';

/** What a log adds up to, growing in place. */
export interface Folding<S, E> {
  readonly state: S;
  add(event: E): unknown;
}

/** Where writes to one campaign are decided, one after the other, and stored together. */
export interface Desk<S, E extends Entry> {
  /** What is on the disk, folded; always the same object. Nothing in it was only planned; what other processes store is seen with the next write. */
  readonly state: S;
  /**
   * Stores what `plan` makes of the state, and plans again where another process was faster; nothing where it gives no events. Gives the events that were
   * stored: they would survive a power cut. Many may ask at once: those who come while a write is on its way share the next one, and each plans on what
   * those before it have planned. Throws what `plan` throws, DESK_BUSY, and as `append` does.
   */
  carryOut(plan: (state: S) => readonly E[]): Promise<readonly E[]>;
  /**
   * Changes events in their places, between two writes, as `rewrite` of the store does; the state has to read the same from what they become.
   * Gives how many were changed.
   */
  rewrite(change: ChangeOf<E>): Promise<number>;
}

interface Waiting<S, E> {
  readonly plan: (state: S) => readonly E[];
  readonly resolve: (events: readonly E[]) => void;
  readonly reject: (error: unknown) => void;
}

type Planned<S, E> = Waiting<S, E> & { readonly events: readonly E[] };

const PATIENCE = 20; // how often others may be faster

/** A desk for one campaign of an open store. `begin` folds nothing yet. Throws what reading throws. */
export async function openDesk<S, E extends Entry>(store: Store<E>, campaign: string, begin: () => Folding<S, E>): Promise<Desk<S, E>> {
  const kept = begin();
  let ahead = begin();
  let version = 0;
  let waiting: Waiting<S, E>[] = [];
  const between: (() => Promise<void>)[] = [];
  let running = false;

  const catchUp = async (): Promise<void> => {
    for await (const stored of store.read(campaign, version)) {
      kept.add(stored.event);
      version = stored.version;
    }
  };
  /** Forgets what was only planned. */
  const stepBack = async (): Promise<void> => {
    await catchUp();
    ahead = begin();
    for await (const { event } of store.read(campaign)) ahead.add(event);
  };
  const planned = (batch: readonly Waiting<S, E>[]): Planned<S, E>[] =>
    batch.flatMap((one) => {
      try {
        const events = one.plan(ahead.state);
        for (const event of events) ahead.add(event);
        return [{ ...one, events }];
      } catch (error) {
        one.reject(error);
        return [];
      }
    });

  const together = async (batch: readonly Waiting<S, E>[]): Promise<void> => {
    let left = planned(batch);
    for (let tries = 0; tries < PATIENCE; tries++) {
      const events = left.flatMap((one) => one.events);
      const appended = events.length === 0 ? undefined : await store.append(campaign, events, { after: version });
      if (appended === undefined || appended.kind === 'stored') {
        for (const event of events) kept.add(event);
        version += events.length;
        for (const one of left) one.resolve(one.events);
        return;
      }
      await stepBack();
      left = planned(left);
    }
    await stepBack();
    const error = new FameError('DESK_BUSY', 'Others were always faster', { at: campaign, got: `${PATIENCE} conflicts`, fix: 'try again' });
    for (const one of left) one.reject(error);
  };
  /** As `together`; where the write is refused as a whole, each is tried alone, so that one bad write costs nobody else theirs. */
  const carried = async (batch: readonly Waiting<S, E>[]): Promise<void> => {
    try {
      await together(batch);
    } catch (error) {
      const again = await stepBack().then(
        () => batch.length > 1,
        () => false,
      );
      if (again) for (const one of batch) await carried([one]);
      else for (const one of batch) one.reject(error);
    }
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0 || between.length > 0) {
      await between.shift()?.();
      const batch = waiting;
      waiting = [];
      if (batch.length > 0) await carried(batch);
    }
    running = false;
  };
  const wake = (): void => {
    if (running) return;
    running = true;
    void Promise.resolve().then(run);
  };

  await stepBack();
  return {
    state: kept.state,
    carryOut: (plan) =>
      new Promise((resolve, reject) => {
        waiting.push({ plan, resolve, reject });
        wake();
      }),
    rewrite: (change) =>
      new Promise((resolve, reject) => {
        between.push(() => store.rewrite(campaign, change).then(resolve, reject));
        wake();
      }),
  };
}
