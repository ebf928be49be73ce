import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Inbox, inboxOf } from './decoder-inbox.ts';
import { LIMITS } from './limits.ts';
import { encodeMessage } from './protocol.ts';

/** A process that says what the test says; real ones are in hostile.test.ts, where nobody can say when they are slow. */
function silentProcess(pid?: number) {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()];
  const out = new PassThrough({ destroy: (error, done) => void setTimeout(() => done(error), 50) }); // as a pipe, which is closed a little later
  /** Whether it keeps the program from ending. */
  const state = { holds: true };
  const child = Object.assign(new EventEmitter(), {
    ...{ stdin, stderr, stdio: [stdin, null, stderr, null, out], pid },
    kill: vi.fn(() => true),
    ref() {
      state.holds = true;
    },
    unref() {
      state.holds = false;
    },
  });
  const say = (count = 1) => out.write(Buffer.concat(Array.from({ length: count }, () => encodeMessage(END)).flat()));
  return { child: child as unknown as ChildProcess, kill: child.kill, say, state };
}

const END = { is: 'end', end: { notes: [] } } as const;

/** What `performance.now()` says, in milliseconds. Only the clock of the inbox is ours: streams go on as they do. */
let now: number;
let inbox: Inbox;
let kill: ReturnType<typeof silentProcess>['kill'];
let say: () => unknown;
beforeEach(() => {
  now = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const made = silentProcess();
  [kill, say] = [made.kill, made.say];
  inbox = inboxOf(made.child, LIMITS, 'film.mp4');
});
afterEach(async () => {
  await inbox.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Seconds that go by, each of them looked at. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    now += 1000;
    vi.advanceTimersByTime(1000);
  }
}

describe('a process that says nothing', () => {
  test('has minutes, as on a machine with too much to do, and not forever', async () => {
    expect([LIMITS.stall >= 300, LIMITS.stall <= 600]).toEqual([true, true]);
    const asked = inbox.next();
    pass(LIMITS.stall);
    expect(kill).not.toHaveBeenCalled();
    pass(1);
    await expect(asked).rejects.toMatchObject({ code: 'MEDIA_LIMIT', detail: { at: 'film.mp4' } });
    expect(kill).toHaveBeenCalledWith('SIGKILL');
  });

  test('is not to blame for the time in which nobody waits, or in which we did not run', async () => {
    pass(2 * LIMITS.stall);
    const asked = inbox.next();
    pass(LIMITS.stall - 10);
    now += 2000 * LIMITS.stall; // we were held up, and its answer may lie there unread
    vi.advanceTimersByTime(1000);
    say();
    expect(await asked).toEqual(END);
    expect(kill).not.toHaveBeenCalled();
  });
});

test('whoever is not read to the end keeps the program alive until it is gone, whatever it had still said', async () => {
  const { child, say: says, state } = silentProcess(1);
  const left = inboxOf(child, LIMITS, 'film.mp4');
  const asked = left.next();
  says(9); // more than may wait for their reader: the rest is held up
  expect(await asked).toEqual(END);
  says(9);
  await new Promise(setImmediate);
  expect(state.holds, 'nobody waits').toBe(false);
  const gone = left.close();
  await new Promise((done) => setTimeout(done, 20)); // what was held up would come now
  expect(state.holds).toBe(true);
  child.emit('close', null, 'SIGKILL');
  await gone;
  await expect(left.next()).rejects.toMatchObject({ code: 'MEDIA_CRASHED', detail: { got: 'closed' } });
});
