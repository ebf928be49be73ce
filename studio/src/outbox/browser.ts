/** The outbox in a browser: one for each account, as long as the page lives, whichever view is open. */
import { useEffect, useSyncExternalStore } from 'react';
import { newKey, OWN_HEADER, type Problem, problemFrom, problemIn } from '../api.ts';
import { useMe } from '../people/session.ts';
import { inBrowser, type Keep } from './keep.ts';
import { type Answer, type Letter, type Outbox, outbox, type Post } from './outbox.ts';

/** Milliseconds after which a try is given up; the next one has the same key. */
const PATIENCE = 30_000;

let kept: Keep | undefined;
/** This machine's store. */
export const keep = (): Keep => (kept ??= inBrowser());

async function send(account: string, { id, method, path, body }: Letter): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...OWN_HEADER,
        'x-famenet-account': encodeURIComponent(account), // somebody else may be logged in by now, in another tab
        'content-type': 'application/json',
        'idempotency-key': id,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.ok) return { ok: true, body: await response.json() };
    const seconds = Number(response.headers.get('retry-after'));
    const problem = await problemIn(response);
    return { ok: false, problem, ...(seconds > 0 ? { after: 1000 * seconds } : {}) };
  } catch (error) {
    // No answer, half of one, or too late: the server may have it or not, and the key makes that all the same.
    const { status, ...problem } = problemFrom(error instanceof DOMException ? new TypeError('Failed to fetch') : error);
    return { ok: false, problem: { ...problem, status: 0 } satisfies Problem };
  }
}

const open = new Map<string, Outbox>();

/** The outbox of an account. */
export function outboxOf(account: string): Outbox {
  const known = open.get(account);
  if (known !== undefined) return known;
  const channel = new BroadcastChannel(`famenet-outbox/${account}`);
  const made = outbox({
    keep: keep(),
    account,
    send: (letter) => send(account, letter),
    newId: () => newKey()['idempotency-key'],
    // On pages without TLS there are no locks: then two tabs may both send a letter, and the server counts it once.
    alone: (work) =>
      ('locks' in navigator ? navigator.locks.request(`famenet-outbox/${account}`, work) : work()) as ReturnType<typeof work>,
    tell: () => channel.postMessage('changed'),
  });
  channel.onmessage = () => void made.refresh();
  addEventListener('online', () => void made.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void made.wake();
  });
  open.set(account, made);
  return made;
}

/** Whoever is logged in: their outbox, awake. */
export function useOutbox(): Outbox {
  const box = outboxOf(useMe().account);
  useEffect(() => {
    void box.wake();
  }, [box]);
  return box;
}

/** What is in it. */
export function usePost(): Post {
  const box = useOutbox();
  return useSyncExternalStore(box.subscribe, box.post);
}

/** The letter of a slot that was not answered yet, or was refused. */
export const useLetter = (slot: string): Letter | undefined => usePost().letters.findLast((letter) => letter.slot === slot);
