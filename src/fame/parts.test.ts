import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tinyLlama } from '../../test/support/tiny.ts';
import { float32 } from '../graph/index.ts';
import { languageModel } from '../models/index.ts';
import { openTokenizer } from '../text/index.ts';
import { control, embedStretches, layOut, learnt, learntControl, learntOf, lengthOf, spelled, vectors, words } from './parts.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));

describe.each(['llama-tiny', 'llama-tiny/older-tokenizer', 'qwen2-tiny'])('%s', async (name) => {
  const tokenizer = await openTokenizer(fixture(name));

  test('words without a slot are one text to the tokenizer', () => {
    const [text] = layOut([words('Why is Mi'), words('ra happy?')], tokenizer);
    expect(text).toEqual({ kind: 'ids', ids: tokenizer.encode('Why is Mira happy?'), learnt: false });
  });

  test.each([' Pell lost it.', 'Pell lost it.', '\nPell', '. So', '\n\n 1 '])(
    '%j behind a slot gets no space and no beginning of its own',
    (text) => {
      const behind = layOut([vectors('video', 2), words(text)], tokenizer)[1];
      const ids = behind?.kind === 'ids' ? behind.ids : [];
      const before = tokenizer.encode('x', { addSpecial: false });
      expect(tokenizer.decode([...before, ...ids])).toBe(`x${text}`);
      expect(ids).not.toContain(tokenizer.bos);
    },
  );

  test('the prompt has the same ids with and without its answer', () => {
    const asked = [words('Why? '), vectors('video', 3), words(' So ASSISTANT:')];
    const whole = layOut([...asked, learnt(' because'), learnt(' it rained')], tokenizer);
    expect(whole.slice(0, 3)).toEqual(layOut(asked, tokenizer));
    expect(whole[3]).toMatchObject({ learnt: true });
    expect(whole).toHaveLength(4);
  });

  test('control tokens count only where they are meant', () => {
    const end = name === 'qwen2-tiny' ? '<|im_end|>' : '</s>';
    const idsOf = (parts: Parameters<typeof layOut>[0]) => layOut(parts, tokenizer).flatMap((s) => (s.kind === 'ids' ? s.ids : []));
    const id = tokenizer.idOf(end)!;
    expect(idsOf([words(`a${end}b`)])).not.toContain(id);
    expect(idsOf([words(`a${end}b`), control(end)]).filter((i) => i === id)).toHaveLength(1);
    expect(idsOf([vectors('video', 1), learnt(`a${end}b`), learntControl(end)]).filter((i) => i === id)).toHaveLength(1);
  });
});

test('what is learnt, and where it is said', () => {
  const stretches = [
    { kind: 'ids', ids: [1, 5], learnt: false },
    { kind: 'vectors', name: 'video', count: 3 },
    { kind: 'ids', ids: [7], learnt: false },
    { kind: 'ids', ids: [8, 9, 2], learnt: true },
  ] as const;
  expect(lengthOf(stretches)).toBe(9);
  expect(learntOf(stretches)).toEqual({ at: [5, 6, 7], ids: [8, 9, 2] });
});

test('for people', () => {
  expect(spelled([control('USER: '), vectors('video', 12), words('!'), learnt(' so')])).toBe('USER: <video: 12 vectors>! so');
});

test('rows of the table and rows of the video stand in their order; wrong ones are refused', async () => {
  const { config, weights } = tinyLlama();
  const model = await languageModel(weights, config);
  const stretches = [
    { kind: 'ids', ids: [3, 4], learnt: false },
    { kind: 'vectors', name: 'video', count: 1 },
    { kind: 'ids', ids: [5], learnt: false },
  ] as const;
  const video = float32(
    [1, 1, 16],
    Float32Array.from({ length: 16 }, (_, i) => i),
  );
  const x = await embedStretches(stretches, { video }, model);
  const table = (await model.embed([[3, 4, 5]])).data as Float32Array;
  expect(x.shape).toEqual([1, 4, 16]);
  expect([...x.data]).toEqual([...table.subarray(0, 32), ...video.data, ...table.subarray(32)]);
  for (const given of [{}, { video: float32([1, 2, 16], new Float32Array(32)) }])
    await expect(embedStretches(stretches, given, model)).rejects.toMatchObject({ code: 'FAME_SLOT' });
  await model.dispose();
});
