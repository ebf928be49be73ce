import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MediaError } from '../base/errors.ts';
import { type Limits, within } from './limits.ts';
import { decodeHeader, decodeMessage, FDS, HEADER, type Message } from './protocol.ts';

/** What a decoding process says, message by message. */
export interface Inbox {
  /** The next message that is not a beat. Throws what `fail` was given, MEDIA_CRASHED, MEDIA_LIMIT (stall). */
  next(): Promise<Message>;
  /** Ends the process; whoever waits, or asks next, gets the error. */
  fail(error: Error): void;
  /** Ends the process, if it has not ended by itself, and waits until it is gone. */
  close(): Promise<void>;
}

/** Messages that may wait for their reader. */
const AHEAD = 4;
/** Characters that are kept of what the process says on stderr: the last ones. */
const LAST_WORDS = 500;

/** Reads from the process as fast as somebody asks, so that it is held up by a slow reader. `at`: the file, for errors. */
export function inboxOf(child: ChildProcess, limits: Limits, at: string): Inbox {
  if ((child.stdio as unknown) === undefined) {
    child.on('error', () => {}); // comes later and says the same
    throw crashed(at, 'the system has no room for another process');
  }
  const stream = child.stdio[FDS.out] as Readable;
  const queue: Message[] = [];
  let waiting: { readonly resolve: (m: Message) => void; readonly reject: (e: unknown) => void } | undefined;
  let over: { readonly error: unknown } | undefined;
  let silent = 0; // seconds since something came, or somebody began to wait
  let words = '';

  const fail = (error: unknown) => {
    over ??= { error };
    queue.length = 0;
    child.kill('SIGKILL');
    stream.destroy();
    settle();
  };
  /** Gives whoever waits what there is, and reads on or not. */
  const settle = () => {
    if (waiting && (queue.length > 0 || over)) {
      const { resolve, reject } = waiting;
      waiting = undefined;
      const next = queue.shift();
      if (next) resolve(next);
      else reject(over!.error);
    }
    if (queue.length < AHEAD) stream.resume();
    else stream.pause();
    hold(child, waiting !== undefined);
  };
  const take = assembler(limits, at, (message) => {
    if (message.is !== 'beat') queue.push(message);
  });
  stream.on('data', (chunk: Buffer) => {
    if (over) return; // held up until now, and nobody wants it any more: it must not let go of a process whose end is waited for
    silent = 0;
    try {
      take(chunk);
      settle();
    } catch (error) {
      fail(error);
    }
  });
  child.stderr!.setEncoding('utf8').on('data', (said: string) => {
    words = (words + said).slice(-LAST_WORDS);
  });
  child.on('error', (cause) => fail(crashed(at, cause.message)));
  stream.on('error', (cause) => fail(crashed(at, cause.message)));
  child.stdin!.on('error', () => {}); // it ended before it was asked: 'close' says how
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.on('close', (code, signal) => {
    over ??= { error: crashed(at, [signal ?? `exit code ${code}`, words.trim()].filter(Boolean).join(': ')) };
    clearInterval(clock);
    settle();
  });
  // Only while somebody waits: a process that is held up by its reader is not to blame. Nor is it where we ourselves did not run (another thread of work, a
  // machine that slept or has too much to do): what it said meanwhile has not been read yet, so a late look counts as an ordinary one.
  const every = Math.min(1, limits.stall / 4);
  let looked = performance.now();
  const clock = setInterval(() => {
    const now = performance.now();
    silent += Math.min((now - looked) / 1000, 2 * every);
    looked = now;
    if (!waiting || silent <= limits.stall) return;
    try {
      within(limits, 'stall', silent, at);
    } catch (error) {
      fail(error);
    }
  }, 1000 * every);
  clock.unref();

  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        silent = 0;
        settle();
      }),
    fail,
    async close() {
      fail(crashed(at, 'closed'));
      hold(child, true);
      if (child.pid !== undefined) await closed;
      clearInterval(clock);
    },
  };
}

/** Whoever forgets a half-read file must not keep the program from ending; with the program the process ends, too. */
function hold(child: ChildProcess, wanted: boolean): void {
  for (const part of [child, ...child.stdio] as ({ destroyed?: boolean; ref?(): void; unref?(): void } | null)[]) {
    if (!part || part.destroyed) continue; // a closed socket would wait for its opening
    if (wanted) part.ref?.();
    else part.unref?.();
  }
}

/** Puts messages together from pieces as they come. */
function assembler(limits: Limits, at: string, give: (message: Message) => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(HEADER);
  let is: Message['is'] | undefined; // while its body comes
  let into = header;
  let filled = 0;
  return (chunk) => {
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(into.length - filled, chunk.length - from);
      chunk.copy(into, filled, from, from + count);
      filled += count;
      from += count;
      while (filled === into.length) {
        filled = 0;
        if (is === undefined) {
          const next = decodeHeader(header);
          is = next.is;
          into = Buffer.allocUnsafeSlow(next.length);
        } else {
          give(decodeMessage(is, into, limits, at));
          is = undefined;
          into = header;
        }
      }
    }
  };
}

function crashed(at: string, got: string): MediaError {
  return new MediaError('MEDIA_CRASHED', 'The decoding process ended by itself', {
    at,
    got,
    fix: 'do not trust the file; if it plays elsewhere, report it',
  });
}
