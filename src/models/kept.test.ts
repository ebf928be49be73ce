import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyLlama } from '../../test/support/tiny.ts';
import { beamSearch } from './beam.ts';
import { type LanguageModel, languageModel } from './decoding.ts';
import { generate } from './generate.ts';
import { keptPrompt } from './kept.ts';

const { config, weights } = tinyLlama({ num_hidden_layers: 2 });
let model: LanguageModel;
beforeAll(async () => {
  model = await languageModel(weights, config);
});
afterAll(() => model.dispose());

const id = fc.nat(config.vocabulary - 1);
const ids = fc.array(id, { maxLength: 12 });

property.prop([fc.array(id, { minLength: 1, maxLength: 30 }), fc.array(fc.tuple(fc.nat(30), ids), { minLength: 1, maxLength: 4 })], {
  numRuns: 25,
})('a prompt that begins like the one before goes on from there: the same scores as from nothing', async (first, changes) => {
  const kept = keptPrompt(model);
  let before: readonly number[] = [];
  for (const [shared, tail] of [[0, first] as const, ...changes]) {
    const prompt = [...before.slice(0, shared), ...tail];
    if (prompt.length === 0) continue;
    const x = await model.embed([prompt]);
    const { decoding, rest } = await kept.take(x);
    let equal = 0;
    while (equal < before.length && before[equal] === prompt[equal]) equal++;
    expect(kept.reused).toBe(Math.min(equal, prompt.length - 1));
    expect(rest.shape).toEqual([1, prompt.length - kept.reused, config.width]);
    const [scores] = await decoding.feed(rest);
    const alone = model.start(1);
    const [want] = await alone.feed(x);
    await alone.end();
    expect(scores!).toBeClose(want!, { abs: 1e-4 });
    before = prompt;
  }
  await kept.end();
});

test('generate and beams: the ids are those without it, in any order', async () => {
  const head = Array.from({ length: 40 }, (_, i) => (7 * i) % 24);
  const prompts = [
    [...head, 1, 2, 3],
    [...head, 1, 5],
    [2, 3],
    [...head, 1, 5, 6],
  ];
  const kept = keptPrompt(model);
  const all = async (prompt: readonly number[], o: { readonly kept?: typeof kept }) => {
    const made: number[] = [];
    for await (const { id: one } of generate(model, [{ ids: prompt }], { maxNew: 9, ...o })) made.push(one);
    return made;
  };
  const reused: number[] = [];
  for (const prompt of prompts) {
    const want = await beamSearch(model, { ids: prompt }, { beams: 3, maxNew: 6 });
    const got = await beamSearch(model, { ids: prompt }, { beams: 3, maxNew: 6, kept });
    expect(got.map((text) => text.ids)).toEqual(want.map((text) => text.ids));
    reused.push(kept.reused);
    expect(await all(prompt, { kept })).toEqual(await all(prompt, {}));
    reused.push(kept.reused);
  }
  expect(reused).toEqual([0, 42, 41, 41, 0, 1, 0, 42]);
  await kept.end();
});

test('an answer that somebody stops reading, or a prompt that is stopped, spoils nothing', async () => {
  const kept = keptPrompt(model);
  const prompt = Array.from({ length: 600 }, (_, i) => (5 * i) % 24); // passes the network in two pieces
  const stop = new AbortController();
  const stopped = (async () => {
    for await (const _ of generate(model, [{ ids: prompt }], { maxNew: 3, kept, signal: stop.signal }));
  })();
  setImmediate(() => stop.abort());
  await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' });
  for await (const _ of generate(model, [{ ids: prompt.slice(0, 20) }], { maxNew: 5, kept })) break;
  const { decoding, rest } = await kept.take(await model.embed([prompt]));
  expect(kept.reused).toBe(20);
  const alone = model.start(1);
  expect((await decoding.feed(rest))[0]!).toBeClose((await alone.feed(await model.embed([prompt])))[0]!, { abs: 1e-4 });
  await Promise.all([kept.end(), alone.end()]);
});

test('several prompts at once, and anything after the end, are refused', async () => {
  const kept = keptPrompt(model);
  const two = generate(model, [{ ids: [1] }, { ids: [2] }], { kept });
  await expect(two.next()).rejects.toMatchObject({ code: 'MODEL_INPUT', detail: { got: '2 prompts' } });
  await kept.end();
  await expect(kept.take(await model.embed([[1]]))).rejects.toMatchObject({ code: 'MODEL_ENDED' });
});
