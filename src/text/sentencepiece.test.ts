import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { sentencePiece } from './sentencepiece.ts';
import { stripped, words } from './space.ts';

const bytes = readFileSync(new URL('../../test/fixtures/rembert-tiny/spm.model', import.meta.url));
const model = sentencePiece(bytes, 'spm.model');

test('control pieces have ids, and no text becomes one', () => {
  expect(['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((piece) => model.idOf(piece))).toEqual([0, 1, 2, 3]);
  expect(model.encode('[CLS][SEP]')).not.toContain(2);
  expect(model.idOf('no such piece')).toBeUndefined();
});

test('nothing, and text that is not Unicode', () => {
  expect([model.encode(''), model.encode(' \t\n ')]).toEqual([[], []]);
  expect(model.encode('a\ud800b\udc00')).toEqual(model.encode('a\ufffdb\ufffd'));
});

test('refused: a file that is cut off, empty, something else, or of another kind', () => {
  const made = (b: Uint8Array) => () => sentencePiece(b, 'x.model');
  expect(made(new Uint8Array(0))).toThrow('TEXT_SENTENCEPIECE');
  expect(made(bytes.subarray(0, 1000))).toThrow(/got +a field of \d+ bytes, of which \d+ are there/);
  expect(made(new TextEncoder().encode('{"version": "1.0"}'))).toThrow('TEXT_SENTENCEPIECE');
  expect(made(Buffer.concat([bytes, Buffer.from([0x12, 2, 0x18, 2])]))).toThrow('a model of the BPE kind'); // later fields win: trainer_spec.model_type = 2
  expect(made(Buffer.concat([bytes, Buffer.from([0x1a, 4, 0x12, 2, 9, 9])]))).toThrow('normalisation rules of 2 bytes');
});

property.prop([fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }), fc.string({ unit: 'binary' })], {
  numRuns: 300,
})('damaged in any way, a model is refused or gives ids, and always ends', (changes, text) => {
  const damaged = Uint8Array.from(bytes);
  for (const [at, byte] of changes) damaged[at] = byte;
  try {
    const other = sentencePiece(damaged, 'x.model');
    for (const id of other.encode(text)) expect(id).toBeLessThan(other.size);
  } catch (error) {
    expect(error).toMatchObject({ code: 'TEXT_SENTENCEPIECE' });
  }
});

test('white space as Python sees it', () => {
  expect(stripped('\u001c\u0085\u3000 a\tb \u2009\n')).toBe('a\tb');
  expect(stripped('\ufeffa\u200b')).toBe('\ufeffa\u200b');
  expect(stripped(' \n')).toBe('');
  expect(words(' a\u001fb  c ')).toEqual(['a', 'b', 'c']);
});
