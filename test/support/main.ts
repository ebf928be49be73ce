import { EventEmitter } from 'node:events';
import { main, type Verbs } from '../../src/cli/main.ts';
import { sink } from './out.ts';

/** One run of the whole command line, in process. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Exit codes that a second Ctrl-C asked for. */
  readonly killed: readonly number[];
}

/** Runs `famenet` with these words. `signals` stands for the process: emit SIGINT on it; emit `epipe` for a reader that goes away. */
export async function famenet(
  words: readonly string[],
  {
    verbs,
    env = {},
    signals = new EventEmitter(),
    now = () => 0,
  }: { verbs?: Verbs; env?: Record<string, string>; signals?: EventEmitter; now?: () => number } = {},
): Promise<Run> {
  const [stdout, stderr, killed] = [sink(), sink(), [] as number[]];
  const broken = (event: 'error', heard: (error: NodeJS.ErrnoException) => void) =>
    signals.on('epipe', () => event === 'error' && heard(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })));
  const code = await main(
    words,
    { stdout: { ...stdout, on: broken }, stderr, env, signals, now, kill: (status) => killed.push(status) },
    verbs,
  );
  return { code, stdout: stdout.text(), stderr: stderr.text(), killed };
}
