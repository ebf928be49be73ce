/** What is to be written to the server, kept on this machine until the server has answered: sent once, however often it is tried. */
import type { Problem } from '../api.ts';
import type { Keep } from './keep.ts';

/** Something to be sent. */
export interface Letter {
  /** Idempotency key, made once: the server counts the letter once, even where an answer got lost. */
  readonly id: string;
  /** What it is about; a later letter takes the place of an earlier one with the same slot that was never tried. */
  readonly slot: string;
  /** For people: "Draft of d1_3". */
  readonly label: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tries: number;
  /** Why the server will not have it. It stays until somebody sends it again or takes it away. */
  readonly refused?: Problem;
}

/** How the server has answered. */
export type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly problem: Problem; readonly after?: number };

/** Why nothing goes out at the moment. */
export type Halt = {
  readonly why: 'unreachable' | 'login';
  readonly problem: Problem /** Milliseconds since 1970 of the next try. */;
  readonly until: number;
};

/** All that can be seen of an outbox. */
export interface Post {
  readonly letters: readonly Letter[];
  readonly halt: Halt | undefined;
}

/** What to do after an answer: `again` may go well later, `login` once somebody is logged in; what is refused will be refused again. */
export type Verdict = 'sent' | 'again' | 'login' | 'refused';

const AGAIN = new Set([0, 408, 425, 429, 502, 503, 504]);

/** The verdict on an answer. */
export function verdictOf(answer: Answer): Verdict {
  if (answer.ok) return 'sent';
  const { status } = answer.problem;
  return AGAIN.has(status) ? 'again' : status === 401 ? 'login' : 'refused';
}

/** Milliseconds before the next try: doubled each time, up to a minute; `chance` (0–1) keeps many pages from coming at once. */
export function pause(tries: number, chance: number): number {
  const most = Math.min(60_000, 1000 * 2 ** Math.min(tries, 10));
  return most / 2 + (chance * most) / 2;
}

export interface OutboxOptions {
  readonly keep: Keep;
  /** Whose: keys belong to accounts, and nobody sends what another has written. */
  readonly account: string;
  /** Sends a letter once. Never rejects. */
  readonly send: (letter: Letter) => Promise<Answer>;
  readonly newId: () => string;
  readonly now?: () => number;
  readonly chance?: () => number;
  /** Calls back after so many milliseconds; gives what takes it back. */
  readonly later?: (ms: number, work: () => void) => () => void;
  /** Runs where no other tab runs it. */
  readonly alone?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells other tabs that something has changed. */
  readonly tell?: () => void;
}

export interface Outbox {
  /** Keeps a letter, then sends it. Resolves once it is kept, to its id. */
  add(letter: Pick<Letter, 'slot' | 'label' | 'method' | 'path' | 'body'>): Promise<string>;
  /** Resolves when the server has answered: to its body; rejects with the problem where it refuses, or with undefined where the letter was taken away. */
  answered(id: string): Promise<unknown>;
  /** Tries again what was refused, under the same key. */
  retry(id: string): Promise<void>;
  /** Takes a letter away. */
  discard(id: string): Promise<void>;
  /** Sends what waits, now. */
  wake(): Promise<void>;
  /** Reads what another tab has changed. */
  refresh(): Promise<void>;
  readonly post: () => Post;
  /** Calls back when something has changed; gives what ends that. */
  subscribe(heard: () => void): () => void;
  /** Calls back for each letter that was sent. */
  onSent(heard: (letter: Letter, body: unknown) => void): () => void;
  close(): void;
}

/** Opens an account's outbox. Letters go out one after the other, in the order in which they were written. */
export function outbox({
  keep,
  account,
  send,
  newId,
  now = Date.now,
  chance = Math.random,
  later = (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  alone = (work) => work(),
  tell = () => {},
}: OutboxOptions): Outbox {
  const key = `outbox/${account}`;
  let post: Post = { letters: [], halt: undefined };
  let running: Promise<void> | undefined;
  let asked = false;
  let closed = false;
  let cancel = () => {};
  const heard = new Set<() => void>();
  const sentHeard = new Set<(letter: Letter, body: unknown) => void>();
  const waiting = new Map<string, { resolve: (body: unknown) => void; reject: (problem: unknown) => void }[]>();

  const become = (change: Partial<Post>): void => {
    post = { ...post, ...change };
    for (const one of heard) one();
  };
  const edit = async (change: (letters: readonly Letter[]) => readonly Letter[]): Promise<void> => {
    let letters: readonly Letter[] = [];
    await keep.update<readonly Letter[]>(key, (before = []) => {
      letters = change(before);
      return letters;
    });
    become({ letters });
    tell();
  };
  const settle = (id: string, how: 'resolve' | 'reject', value: unknown): void => {
    for (const one of waiting.get(id) ?? []) one[how](value);
    waiting.delete(id);
  };
  const change = (id: string, to: (letter: Letter) => Letter): Promise<void> =>
    edit((letters) => letters.map((one) => (one.id === id ? to(one) : one)));

  /** Sends one letter; whether the next may follow. */
  const deliver = async (letter: Letter): Promise<boolean> => {
    await change(letter.id, (one) => ({ ...one, tries: one.tries + 1 })); // first, so that nothing takes its place any more
    if (!post.letters.some(({ id }) => id === letter.id)) return true; // taken away meanwhile
    const answer = await send(letter);
    const verdict = verdictOf(answer);
    if (answer.ok) {
      await edit((letters) => letters.filter(({ id }) => id !== letter.id));
      become({ halt: undefined });
      for (const one of sentHeard) one(letter, answer.body);
      settle(letter.id, 'resolve', answer.body);
      return true;
    }
    if (verdict === 'refused') {
      await change(letter.id, (one) => ({ ...one, refused: answer.problem }));
      become({ halt: undefined });
      settle(letter.id, 'reject', answer.problem);
      return true;
    }
    const ms = Math.max(answer.after ?? 0, pause(letter.tries, chance()));
    become({ halt: { why: verdict === 'login' ? 'login' : 'unreachable', problem: answer.problem, until: now() + ms } });
    cancel();
    cancel = later(ms, () => void pump());
    return false;
  };
  const run = (): Promise<void> =>
    alone(async () => {
      do {
        asked = false;
        for (;;) {
          await refresh();
          const next = post.letters.find(({ refused }) => refused === undefined);
          if (next === undefined || closed || !(await deliver(next))) break;
        }
      } while (asked && !closed && post.halt === undefined);
    });
  const pump = (): Promise<void> => {
    asked = true;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const refresh = async (): Promise<void> => become({ letters: (await keep.get<readonly Letter[]>(key)) ?? [] });

  return {
    async add({ slot, label, method, path, body }) {
      const letter: Letter = { id: newId(), slot, label, method, path, body, at: now(), tries: 0 };
      let replaced: readonly Letter[] = [];
      await edit((letters) => {
        replaced = letters.filter((one) => one.slot === slot && (one.tries === 0 || one.refused !== undefined));
        return [...letters.filter((one) => !replaced.includes(one)), letter];
      });
      for (const { id } of replaced) settle(id, 'reject', undefined);
      void pump();
      return letter.id;
    },
    answered: (id) =>
      new Promise((resolve, reject) => {
        waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
      }),
    async retry(id) {
      await change(id, ({ refused: _, ...one }) => one);
      await pump();
    },
    async discard(id) {
      await edit((letters) => letters.filter((one) => one.id !== id));
      settle(id, 'reject', undefined);
    },
    async wake() {
      cancel();
      await pump();
    },
    refresh,
    post: () => post,
    subscribe(one) {
      heard.add(one);
      return () => heard.delete(one);
    },
    onSent(one) {
      sentHeard.add(one);
      return () => sentHeard.delete(one);
    },
    close() {
      closed = true;
      cancel();
    },
  };
}
