import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fc, test as prop } from '@fast-check/vitest';
import { afterAll, describe, expect, test } from 'vitest';
import { WeightError } from '../../src/base/errors.ts';
import { openCheckpoint } from '../../src/weights/checkpoint.ts';
import { convertPth } from '../../src/weights/convert.ts';
import type { Dtype } from '../../src/weights/dtype.ts';
import { strictJson } from '../../src/weights/json.ts';
import { unpickle } from '../../src/weights/pickle.ts';
import { openSafetensors, readBytes, readFloat32 } from '../../src/weights/safetensors.ts';
import { writeSafetensors } from '../../src/weights/writer.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/pth/', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'famenet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Changes of a file: bytes set, a piece doubled or removed, the end cut off. Positions are fractions, so that they shrink with the file. */
const damage = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: fc.array(fc.tuple(fc.nat(99_999), fc.nat(255)), { minLength: 1, maxLength: 6 }) }) },
  fc.record({ cut: fc.nat(99_999) }),
  fc.record({ from: fc.nat(99_999), length: fc.nat(64), twice: fc.boolean() }),
);
type Damage = { set: [number, number][] } | { cut: number } | { from: number; length: number; twice: boolean };

function spoil(bytes: Buffer, how: Damage): Buffer {
  const at = (n: number) => Math.floor((n / 100_000) * bytes.length);
  if ('cut' in how) return bytes.subarray(0, at(how.cut));
  if ('from' in how) {
    const [from, to] = [at(how.from), at(how.from) + how.length];
    return Buffer.concat([bytes.subarray(0, to), how.twice ? bytes.subarray(from) : bytes.subarray(to + how.length)]);
  }
  const out = Buffer.from(bytes);
  for (const [position, value] of how.set) out[at(position)] = value;
  return out;
}

/** True when the work was done, false when it was refused as it should be; any other error fails the test. */
async function worksOrRefuses(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof WeightError) return false;
    throw error;
  }
}

describe('a damaged file is read or refused with a WeightError, never anything else', () => {
  const safetensors = readFileSync(join(FIXTURES, 'expected.safetensors'));
  prop.prop([damage], { numRuns: 300 })('safetensors', async (how) => {
    const path = join(dir, 'fuzz.safetensors');
    await writeFile(path, spoil(safetensors, how));
    await worksOrRefuses(async () => {
      for (const entry of (await openSafetensors(path)).entries.values()) await readFloat32(entry);
    });
  });

  for (const name of ['zip.pth', 'legacy.pth', 'nested.pth']) {
    const whole = readFileSync(join(FIXTURES, name));
    prop.prop([damage], { numRuns: 150 })(name, async (how) => {
      const path = join(dir, 'fuzz.pth');
      await writeFile(path, spoil(whole, how));
      if (await worksOrRefuses(() => convertPth(path, join(dir, 'fuzz.out')))) await openSafetensors(join(dir, 'fuzz.out'));
    });
  }

  const opcodes = [...'(01NJKMGXTUBC]ae)t}surqhjcRbQ']
    .map((c) => c.charCodeAt(0))
    .concat([0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x93, 0x94, 0x95]);
  const words = [
    [...Buffer.from('ccollections\nOrderedDict\n')],
    [...Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n')],
    [...Buffer.from('ctorch\nFloatStorage\n')],
    [0x8c, 7, ...Buffer.from('storage')],
  ];
  const step = fc.oneof(
    fc.constantFrom(...opcodes).map((c) => [c]),
    fc.constantFrom(...words),
    fc.nat(3).map((n) => [n]),
  );
  prop.prop([fc.array(step, { maxLength: 60 })], { numRuns: 3000 })('random pickles', (steps) => {
    try {
      unpickle(Uint8Array.from([...steps.flat(), 0x2e]), 'random');
    } catch (error) {
      expect(error).toBeInstanceOf(WeightError);
    }
  });
});

test('every prefix of a small file is refused', async () => {
  for (const name of ['expected.safetensors', 'legacy.pth']) {
    const whole = readFileSync(join(FIXTURES, name));
    for (let n = 0; n < whole.length; n += 17) {
      const path = join(dir, 'prefix');
      await writeFile(path, whole.subarray(0, n));
      const work = name.endsWith('.pth') ? () => convertPth(path, join(dir, 'never')) : () => openCheckpoint(path);
      expect(await worksOrRefuses(work), `${name} cut at ${n}`).toBe(false);
    }
  }
});

const DTYPES: [Dtype, number][] = [
  ['F32', 4],
  ['BF16', 2],
  ['U8', 1],
  ['F64', 8],
];
const tensors = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: 'grapheme', maxLength: 12 }),
    type: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.nat(5), { maxLength: 4 }),
  }),
  { selector: (t) => t.name, maxLength: 12 },
);

prop.prop([tensors, fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 })], { numRuns: 60 })(
  'any tensors survive writing and reading',
  async (list, metadata) => {
    fc.pre(list.every((t) => t.name !== '__metadata__'));
    const path = join(dir, 'round.safetensors');
    const made = list.map(({ name, type: [dtype, size], shape }, i) => {
      const data = new Uint8Array(shape.reduce((a, b) => a * b, 1) * size).map((_, j) => i * 17 + j);
      return { name, dtype, shape, data };
    });
    await writeSafetensors(path, made, metadata);
    const { entries, metadata: read } = await openSafetensors(path);
    expect(read).toEqual({ ...metadata });
    expect(entries.size).toBe(made.length);
    for (const { name, dtype, shape, data } of made) {
      const entry = entries.get(name)!;
      expect(entry).toMatchObject({ dtype, shape });
      expect(entry.offset % (data.length % 64 === 0 ? 64 : 1)).toBe(0);
      expect(await readBytes(entry)).toEqual(data);
    }
  },
);

prop.prop([fc.json(), fc.jsonValue()])('JSON without repeated keys reads as JSON.parse does', (text, value) => {
  for (const t of [text, JSON.stringify(value), JSON.stringify(value, null, 1)])
    expect(strictJson(Buffer.from(t), 'Text', 'here')).toEqual(JSON.parse(t));
});

prop.prop([fc.jsonValue(), fc.string()])('a repeated key is found wherever it is', (value, key) => {
  const inner = `{${JSON.stringify(key)}:1,"other ${key.length}":${JSON.stringify(value)},${JSON.stringify(key)}:2}`;
  const refused = (t: string) => expect(() => strictJson(Buffer.from(t), 'Text', 'here')).toThrow(/WEIGHT_DUPLICATE/);
  refused(inner);
  refused(`[{"a":[${inner}]}]`);
});
