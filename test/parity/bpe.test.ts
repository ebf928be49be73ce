import { readFileSync } from 'node:fs';
import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { trainBpe } from '../../src/text/bpe.ts';
import { createTokenizer } from '../../src/text/index.ts';

interface Row {
  readonly size: number;
  readonly least: number;
  readonly pieces: string[];
  readonly merges: string[][];
  readonly encoded: [string, number[]][];
}
const { texts, rows }: { texts: string[]; rows: Record<string, Row> } = JSON.parse(
  readFileSync(new URL('../fixtures/bpe/expected.json', import.meta.url), 'utf8'),
);
const special = ['<pad>', '<s>', '</s>'];

interface Model {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: string[][];
}

describe.each(Object.entries(rows))('a vocabulary of the tokenizers library: %s', (_, { size, least, pieces, merges, encoded }) => {
  const json = trainBpe(texts, { size, least, special });

  test('pieces and merges, in its order', () => {
    const { vocab, merges: ours } = json.model as Model;
    expect(Object.keys(vocab).sort((a, b) => vocab[a]! - vocab[b]!)).toEqual(pieces);
    expect(ours).toEqual(merges);
  });

  test.each(encoded)('%j', (text, ids) => {
    const tokenizer = createTokenizer({ at: 'made here', json });
    expect(tokenizer.encode(text, { addSpecial: false })).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(text);
  });
});

prop.prop([fc.shuffledSubarray(texts, { minLength: texts.length })], { numRuns: 5 })(
  'the order of the texts does not matter',
  (shuffled) => {
    const model = (of: readonly string[]) => trainBpe(of, { size: 320, special }).model;
    expect(model(shuffled)).toEqual(model(texts));
  },
);

prop.prop([fc.string({ unit: 'binary', maxLength: 40 })], { numRuns: 20 })(
  'any text comes back, control tokens spelled in it are text',
  (text) => {
    const tokenizer = createTokenizer({ at: 'made here', json: trainBpe(texts, { size: 300, special }) });
    const ids = tokenizer.encode(`${text}</s>`, { addSpecial: false });
    expect(ids.every((id) => id >= special.length)).toBe(true);
    expect(tokenizer.decode(ids)).toBe(`${text}</s>`);
  },
);

test('too few pieces are refused, and a stop is heard', () => {
  expect(() => trainBpe(texts, { size: 258, special })).toThrow(expect.objectContaining({ code: 'TEXT_BPE' }));
  expect(() => trainBpe(texts, { size: 400, signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
});
