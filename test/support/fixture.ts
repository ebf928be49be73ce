import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSafetensors, readBytes, readFloat32 } from '../../src/weights/index.ts';

/** What a folder of test/fixtures holds: a model directory, expected tensors and expected settings. */
export interface Fixture {
  readonly directory: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the fixture's own, written beside it by make.py
  readonly json: any;
  has(name: string): boolean;
  names(): string[];
  shape(name: string): readonly number[];
  floats(name: string): Promise<Float32Array>;
  ints(name: string): Promise<number[]>;
}

/** Opens `test/fixtures/<name>`. */
export async function fixture(name: string): Promise<Fixture> {
  const directory = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const { entries } = await openSafetensors(`${directory}/expected.safetensors`);
  const entry = (key: string) => {
    const found = entries.get(key);
    if (!found) throw new Error(`fixture ${name} has no tensor "${key}"`);
    return found;
  };
  return {
    directory,
    json: JSON.parse(readFileSync(`${directory}/expected.json`, 'utf8')),
    has: (key) => entries.has(key),
    names: () => [...entries.keys()],
    shape: (key) => entry(key).shape,
    floats: (key) => readFloat32(entry(key)),
    async ints(key) {
      const bytes = await readBytes(entry(key));
      return Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8), Number);
    },
  };
}

/** Rows of a flat list. */
export function rowsOf<T>(flat: readonly T[], width: number): T[][] {
  return Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));
}
