import { expect, test } from 'vitest';
import { later } from './later.ts';

const gone = () => new Error('gone');

test('is opened once, when it is first asked for, and closed once', async () => {
  const seen: string[] = [];
  const lamp = later(
    async () => seen.push('opened'),
    async (n) => void seen.push(`closed ${n}`),
    gone,
  );
  expect(seen).toEqual([]);
  expect(await Promise.all([lamp.get(), lamp.get()])).toEqual([1, 1]);
  await lamp.close();
  expect(seen).toEqual(['opened', 'closed 1']);
});

test('never asked for, it is never opened, and gone once it was closed', async () => {
  const lamp = later(
    async () => expect.unreachable(),
    async () => expect.unreachable(),
    gone,
  );
  await lamp.close();
  await expect(lamp.get()).rejects.toThrow('gone');
});

test('what failed to open fails again for whoever asks, and has nothing to close', async () => {
  let tries = 0;
  const lamp = later(
    async () => {
      tries++;
      throw new Error('dark');
    },
    async () => expect.unreachable(),
    gone,
  );
  await expect(lamp.get()).rejects.toThrow('dark');
  await expect(lamp.get()).rejects.toThrow('dark');
  await lamp.close();
  expect(tries).toBe(1);
});
