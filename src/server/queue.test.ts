import { describe, expect, test } from 'vitest';
import { type Queue, queue } from './queue.ts';

/** Work that says when it begins, and ends when it is told to. */
function bench(line: Queue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    add(owner: string, name: string, signal = new AbortController().signal) {
      const work = () =>
        new Promise<void>((resolve) => {
          begun.push(name);
          ends.set(name, resolve);
        });
      line.add(owner, work, signal);
    },
    async end(name: string) {
      ends.get(name)!();
      await new Promise(setImmediate);
    },
  };
}

describe('turns', () => {
  test('go round the owners, whoever has asked for more', async () => {
    const line = queue({ atOnce: 1, most: 9 });
    const { begun, add, end } = bench(line);
    for (const name of ['a1', 'a2', 'a3', 'a4']) add('a', name);
    for (const name of ['b1', 'b2']) add('b', name);
    add('c', 'c1');
    expect([line.ahead('a'), line.ahead('b'), line.ahead('c'), line.ahead('d')]).toEqual([0, 1, 2, 3]);
    for (let i = 0; i < 7; i++) await end(begun[i]!);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
    expect([line.running(), line.waiting()]).toEqual([0, 0]);
  });
  test('no more run than may', async () => {
    const line = queue({ atOnce: 2, most: 9 });
    const { begun, add, end } = bench(line);
    for (const name of ['1', '2', '3', '4']) add('a', name);
    expect([begun.length, line.running(), line.waiting()]).toEqual([2, 2, 2]);
    await end('2');
    expect(begun).toEqual(['1', '2', '3']);
  });
  test('who gives up leaves the line', async () => {
    const line = queue({ atOnce: 1, most: 2 });
    const { begun, add, end } = bench(line);
    const stop = new AbortController();
    add('a', '1');
    add('a', '2', stop.signal);
    add('a', '3');
    expect(() => add('a', '4')).toThrow(/\[QUEUE_FULL\]/);
    stop.abort();
    add('a', '4');
    for (const name of ['1', '3', '4']) await end(name);
    expect(begun).toEqual(['1', '3', '4']);
  });
});
