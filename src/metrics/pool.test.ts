import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../test/support/thread.ts';
import { random } from '../base/random.ts';
import { measure, openParaphrases, openWordNet, tokenise } from './index.ts';
import { meteor } from './meteor.ts';
import { inThreads } from './pool.ts';

const module = new URL('../../test/support/thread.ts', import.meta.url);
const run = (
  tasks: readonly Task[],
  o: { threads?: number; signal?: AbortSignal; progress?: (done: number, total: number) => void } = {},
) => inThreads<Task, number>(module, { factor: 3 }, tasks, { threads: 2, ...o });
const numbers = (...all: number[]): Task[] => all.map((number) => ({ number }));

describe('threads', () => {
  test.each([1, 2, 7])('%i: results are in the order of the jobs', async (threads) => {
    const tasks = [{ number: 1, wait: 40 }, ...numbers(2, 3, 4, 5)];
    const seen: number[] = [];
    expect(await run(tasks, { threads, progress: (done, total) => seen.push(done, total) })).toEqual([3, 6, 9, 12, 15]);
    expect(seen).toEqual([1, 5, 2, 5, 3, 5, 4, 5, 5, 5]);
  });

  test('no jobs, no threads', async () => {
    expect(await run([])).toEqual([]);
  });

  test('what a job throws comes out, with its cause', async () => {
    const failure = run([...numbers(1), { number: 2, fail: 'throw' }, ...numbers(3)]);
    await expect(failure).rejects.toMatchObject({ code: 'METRIC_THREAD', blame: 'us', detail: { got: 'cannot do 2' } });
  });

  test('a thread that ends early is told of', async () => {
    await expect(run([{ number: 1, fail: 'exit' }])).rejects.toMatchObject({
      code: 'METRIC_THREAD',
      detail: { got: 'it ended early, with 3' },
    });
  });

  test('a signal stops it, with its own reason, before the job in hand is done', async () => {
    const stop = new AbortController();
    const began = performance.now();
    const stopped = run([...numbers(1), { number: 2, wait: 30_000 }], {
      signal: stop.signal,
      progress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(performance.now() - began).toBeLessThan(20_000);
    await expect(run(numbers(1), { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });
});

test('METEOR gives the same statistics for any number of threads', async () => {
  const words = 'the dog dogs ran runs because since of was were happy glad a great deal lot much it rained during in course'.split(' ');
  const r = random(3);
  const sentence = () => Array.from({ length: 3 + r.below(10) }, () => words[r.below(words.length)]).join(' ');
  const items = tokenise(
    Array.from({ length: 1500 }, (_, i) => ({ id: `${i}`, hyp: sentence(), refs: [sentence(), sentence()] })),
    'whitespace',
  );
  const table = fileURLToPath(new URL('../../test/fixtures/meteor/paraphrases.gz', import.meta.url));
  const [wordnet, paraphrases] = await Promise.all([openWordNet(), openParaphrases(table)]);
  const [one, three] = await Promise.all(
    [1, 3].map((threads) => measure(meteor({ wordnet, paraphrases, threads }), items, { tokenizer: 'whitespace' })),
  );
  expect(new Set(one!.stats.map((s) => JSON.stringify(s))).size).toBeGreaterThan(800);
  expect(three!.stats).toEqual(one!.stats);
  expect(three!.signature).toBe(one!.signature);
});
