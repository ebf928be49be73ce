import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { famenet } from '../../test/support/main.ts';
import { GraphError } from '../base/errors.ts';
import { command, text } from './command.ts';
import type { Verbs } from './main.ts';
import type { Out } from './out.ts';

/** A command line with one verb, `do`, whose body is the test's. */
function only(run: (out: Out, signal: AbortSignal, what: string) => Promise<void> | void): Verbs {
  const verb = command({
    name: 'do',
    about: 'Do it',
    args: { what: text({ positional: true, default: '' }) },
    run: async ({ args, out, signal }) => run(out, signal, args.what),
  });
  return { do: { about: verb.about, load: async () => ({ default: verb }) } };
}
const done = only((out) => {
  out.line('result');
  out.done({ result: 1 });
});

describe('exit codes', () => {
  test('0: done', async () => {
    expect(await famenet(['do'], { verbs: done })).toEqual({ code: 0, stdout: 'result\n', stderr: '', killed: [] });
    expect(await famenet(['do', '--json'], { verbs: done })).toMatchObject({
      code: 0,
      stdout: '{\n  "result": 1\n}\n',
      stderr: 'result\n',
    });
  });

  test('1: our bug, which says so, with the stack only when asked for', async () => {
    const verbs = only(() => {
      throw new TypeError('x is undefined', { cause: new Error('deeper') });
    });
    const quiet = await famenet(['do'], { verbs });
    expect(quiet.code).toBe(1);
    expect(quiet.stderr).toBe(`FameError: famenet met something it did not expect. This is our bug, not your mistake [BUG]
  got      TypeError: x is undefined
  fix      run it again with FAMENET_DEBUG=1 and report what that prints
`);
    const { stderr } = await famenet(['do'], { verbs, env: { FAMENET_DEBUG: '1' } });
    expect(stderr).toMatch(/\n {4}at .*main\.test\.ts[\s\S]*Caused by: Error: deeper\n {4}at /);
    expect(await famenet(['do'], { verbs: only(() => Promise.reject('a string')) })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a string'),
    });
    expect(await famenet(['do', '--json'], { verbs: only(() => {}) })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CLI_NO_RESULT'),
    });
  });

  test('2: yours, as text and as a document', async () => {
    const verbs = only(() => {
      throw new GraphError('GRAPH_SHAPE', 'Two shapes do not fit', { at: 'here', expected: '[2]', got: '[3]', fix: 'transpose' });
    });
    expect(await famenet(['do'], { verbs })).toMatchObject({ code: 2, stdout: '' });
    const { code, stdout, stderr } = await famenet(['do', '--json'], { verbs });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'GRAPH_SHAPE', what: 'Two shapes do not fit', at: 'here', expected: '[2]', got: '[3]', fix: 'transpose' },
    });
    expect(stderr).toMatch(/^GraphError: Two shapes do not fit \[GRAPH_SHAPE\]\n/);
  });

  test('2: what the file system refuses', async () => {
    const { code, stderr } = await famenet(['do'], { verbs: only(async () => void (await readFile('no/such/file'))) });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/\[FILE_SYSTEM\]\n {2}at {7}no\/such\/file\n {2}got {6}ENOENT.*\n {2}fix {6}check the path\n$/),
    ]);
  });

  test('130: stopped, and a second Ctrl-C ends at once', async () => {
    const signals = new EventEmitter();
    let now = 0;
    const verbs = only(async (_out, signal) => {
      signals.emit('SIGINT');
      signals.emit('SIGINT'); // the echo of the first, by npm
      now = 500;
      signals.emit('SIGINT');
      signal.throwIfAborted();
    });
    expect(await famenet(['do'], { verbs, signals, now: () => now })).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Stopping; press Ctrl-C again to end at once.\nStopped.\n',
      killed: [130],
    });
    expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0);
  });

  test('130: also when the command returns as if nothing had happened, or fails with an AbortError', async () => {
    for (const after of [() => {}, () => Promise.reject(new DOMException('aborted', 'AbortError'))]) {
      const signals = new EventEmitter();
      const verbs = only(async () => {
        signals.emit('SIGTERM');
        await after();
      });
      expect(await famenet(['do'], { verbs, signals })).toMatchObject({ code: 130 });
    }
  });

  test('0 and silence when the reader of the output has gone', async () => {
    const signals = new EventEmitter();
    const verbs = only((out, signal) => {
      out.line('first');
      signals.emit('epipe');
      signal.throwIfAborted();
    });
    expect(await famenet(['do'], { verbs, signals })).toEqual({ code: 0, stdout: 'first\n', stderr: '', killed: [] });
  });
});

describe('words', () => {
  test('the version', async () => {
    expect((await famenet(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await famenet(['--version', '--json'])).stdout)).toEqual({ version: expect.any(String) });
  });
  test('help in all its spellings is one page', async () => {
    const pages = await Promise.all([['--help'], ['-h'], ['help']].map((words) => famenet(words, { verbs: done })));
    expect(new Set(pages.map((p) => p.stdout)).size).toBe(1);
    const own = await Promise.all(
      [
        ['do', '--help'],
        ['do', '-h'],
        ['help', 'do'],
        ['do', 'x', '--wrong', '--help'],
      ].map((words) => famenet(words, { verbs: done })),
    );
    expect(new Set(own.map((p) => p.stdout)).size).toBe(1);
    expect(JSON.parse((await famenet(['do', '--help', '--json'], { verbs: done })).stdout)).toEqual({ help: own[0]!.stdout });
  });
  test('no verb, and names that every object has', async () => {
    expect(await famenet([], { verbs: done })).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_VERB') });
    expect(await famenet(['constructor'], { verbs: done })).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_VERB') });
  });
  test('behind -- even --json and --help are words', async () => {
    const verbs = only((out, _signal, what) => out.line(what));
    expect(await famenet(['do', '--', '--json'], { verbs })).toMatchObject({ code: 0, stdout: '--json\n' });
    expect(await famenet(['do', '--', '--help'], { verbs })).toMatchObject({ code: 0, stdout: '--help\n' });
  });
});
