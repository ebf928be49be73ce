import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSpool } from './spool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-spool-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('what was written is read again, in any order; places that were jumped over are zeros', async () => {
  const spool = await openSpool(join(folder, 'new', 'U_0.mp4'));
  await spool.write(Uint8Array.of(1, 2, 3));
  await spool.write(Uint8Array.of(9), 6);
  expect(spool.length).toBe(7);
  await spool.write(Uint8Array.of(4));
  await spool.write(Uint8Array.of(7, 7), 0);
  expect(spool.length).toBe(8);
  const into = new Uint8Array(8).fill(255);
  await spool.read(into, 0);
  expect([...into]).toEqual([7, 7, 3, 0, 0, 0, 9, 4]);
  await spool.close();
});

test('whatever is written in pieces of any size, and read in between, is there', async () => {
  const piece = fc.record({
    size: fc.oneof(fc.nat(2000), fc.integer({ min: 1, max: 3 * 2 ** 20 })),
    back: fc.option(fc.nat(2 ** 21), { nil: undefined }), // how far before the end, else at it
    fill: fc.integer({ min: 1, max: 255 }),
    read: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const spool = await openSpool(join(folder, 'U_2.mp4'));
      const model = Buffer.alloc(8 * 3 * 2 ** 20);
      let length = 0;
      for (const { size, back, fill, read } of pieces) {
        const at = back === undefined ? undefined : Math.max(0, length - back);
        await spool.write(new Uint8Array(size).fill(fill), at);
        model.fill(fill, at ?? length, (at ?? length) + size);
        length = Math.max(length, (at ?? length) + size);
        expect(spool.length).toBe(length);
        if (!read) continue;
        const into = Buffer.alloc(length);
        await spool.read(into, 0);
        expect(into.equals(model.subarray(0, length))).toBe(true);
      }
      await spool.close();
    }),
    { numRuns: 30 },
  );
});

test('behind the end nothing is read', async () => {
  const spool = await openSpool(join(folder, 'U_1.mp4'));
  await spool.write(Uint8Array.of(1));
  const into = Uint8Array.of(5, 5, 5);
  await spool.read(into, 0);
  expect([...into]).toEqual([1, 5, 5]);
  await spool.close();
});

test.skipIf(process.platform === 'win32')(
  'it leaves nothing, even if the process is killed: no name is there while it is open',
  async () => {
    const place = await mkdtemp(join(folder, 'place-'));
    const spools = [await openSpool(join(place, 'U_0.mp4')), await openSpool(join(place, 'U_0.mp4'))];
    await spools[0]!.write(Uint8Array.of(1));
    expect(spools[1]!.length).toBe(0); // each is its own
    expect(await readdir(place)).toEqual([]);
    for (const spool of spools) await spool.close();
    expect(await readdir(place)).toEqual([]);
  },
);

test('a place that cannot be is told as that of a video', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(openSpool(join(folder, 'file', 'U_0.mp4'))).rejects.toMatchObject({ code: 'MEDIA_WRITE' });
});
