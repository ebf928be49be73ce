import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSentencePiece } from '../../src/text/sentencepiece.ts';

const folder = new URL('../fixtures/rembert-tiny/', import.meta.url);
const ref: { texts: string[]; models: Record<string, { size: number; ids: number[][] }> } = JSON.parse(
  readFileSync(new URL('sentencepiece.json', folder), 'utf8'),
);

test.each(Object.entries(ref.models))('%s: every text has the ids of sentencepiece', async (name, { size, ids }) => {
  const tokenizer = await openSentencePiece(new URL(name, folder).pathname);
  expect(tokenizer.size).toBe(size);
  expect(ref.texts.length).toBeGreaterThan(200);
  for (const [i, text] of ref.texts.entries()) expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids[i]);
});
