import { join } from 'node:path';
import { INDEX, SINGLE } from './checkpoint.ts';
import { writeAtomic } from './disk.ts';
import { DTYPE_BYTES, elements } from './dtype.ts';
import type { FileReceipt } from './receipt.ts';
import { type TensorData, writeSafetensors } from './writer.ts';

/** Hugging Face writes up to 5 GB; 4 GB also fits FAT file systems and 32-bit tools. */
export const SHARD_BYTES = 4_000_000_000;

/**
 * Writes a model into `directory`: `model.safetensors`, or when it is larger than `shardBytes` several shards and, last, their index.
 * A tensor is never divided, so a shard may exceed the limit by holding one tensor that does.
 */
export async function writeModel(
  directory: string,
  tensors: readonly TensorData[],
  { shardBytes = SHARD_BYTES, metadata = { format: 'pt' } }: { shardBytes?: number; metadata?: Readonly<Record<string, string>> } = {},
): Promise<FileReceipt[]> {
  const bytes = (t: TensorData) => elements(t.shape) * DTYPE_BYTES[t.dtype];
  const shards: TensorData[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const tensor of tensors) {
    if (filled + bytes(tensor) > shardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += bytes(tensor);
  }
  if (shards.length <= 1) return [{ file: SINGLE, ...(await writeSafetensors(join(directory, SINGLE), tensors, metadata)) }];
  const receipts: FileReceipt[] = [];
  const map: [string, string][] = [];
  const five = (n: number) => String(n).padStart(5, '0');
  for (const [i, shard] of shards.entries()) {
    const file = `model-${five(i + 1)}-of-${five(shards.length)}.safetensors`;
    receipts.push({ file, ...(await writeSafetensors(join(directory, file), shard, metadata)) });
    map.push(...shard.map((t): [string, string] => [t.name, file]));
  }
  const total = tensors.reduce((sum, t) => sum + bytes(t), 0);
  const index = JSON.stringify(
    { metadata: { total_size: total }, weight_map: Object.fromEntries(map.sort(([a], [b]) => (a < b ? -1 : 1))) },
    null,
    2,
  );
  return [...receipts, { file: INDEX, ...(await writeAtomic(join(directory, INDEX), [Buffer.from(`${index}\n`)])) }];
}
