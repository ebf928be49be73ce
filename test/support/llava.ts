import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A copy of the fixture `llava-tiny` in `folder` with a context of so many tokens: its tokenizer spells nearly by letters, so a dialogue needs room. */
export async function roomyLlava(folder: string, positions: number): Promise<void> {
  await cp(fileURLToPath(new URL('../fixtures/llava-tiny', import.meta.url)), folder, { recursive: true });
  const file = join(folder, 'config.json');
  const config = await readFile(file, 'utf8');
  await writeFile(file, config.replace('"max_position_embeddings": 512', `"max_position_embeddings": ${positions}`));
}
