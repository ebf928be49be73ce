/** `famenet generate` on model directories as transformers saves them: the text must be transformers' own. */
import { expect, test } from 'vitest';
import generate from '../../src/cli/generate.ts';
import { openTokenizer } from '../../src/text/index.ts';
import { fixture } from '../support/fixture.ts';
import { captureOut } from '../support/out.ts';

async function run(words: readonly string[], json = true) {
  const captured = captureOut({ json });
  await generate.start(words, { called: 'famenet generate', out: captured.out, signal: new AbortController().signal });
  captured.out.close();
  return captured;
}

test('greedy text is identical to transformers', async () => {
  const ref = await fixture('llama-tiny');
  const { greedy } = ref.json;
  const words = [ref.directory, '--prompt', greedy.prompt, '--max-new', '32', '--ignore-end'];
  const document = (await run(words)).document() as { text: string; ids: number[]; finish: string };
  expect(document.ids).toEqual(await ref.ints('greedy.ids'));
  expect(document.text).toBe(greedy.text);
  expect(document.finish).toBe('length');
  expect((await run(words, false)).stdout(), 'streamed piece by piece').toBe(`${greedy.text}\n`);
});

test('beam search finds the text of transformers', async () => {
  const ref = await fixture('llama-tiny');
  const { numBeams, maxNewTokens } = ref.json.beam.beam;
  const document = (
    await run([ref.directory, '--prompt', ref.json.greedy.prompt, '--beams', `${numBeams}`, '--max-new', `${maxNewTokens}`])
  ).document() as { text: string };
  expect(document.text).toBe(ref.json.greedy.decoded.beam[0]);
});

test('a message is written with the chat template of the model', async () => {
  const ref = await fixture('qwen2-tiny');
  const document = (await run([ref.directory, '--chat', 'Why?', '--max-new', '3'])).document() as { prompt: { ids: number[] } };
  const tokenizer = await openTokenizer(ref.directory);
  expect(tokenizer.decode(document.prompt.ids, { skipSpecial: false })).toMatch(
    /<\|im_start\|>user\nWhy\?<\|im_end\|>\n<\|im_start\|>assistant\n$/,
  );
});

test.each([
  ['USAGE_TWO_PROMPTS', ['--prompt', 'a', '--chat', 'b']],
  ['MODEL_CONTEXT', ['--prompt', 'why '.repeat(200)]],
])('%s', async (code, words) => {
  const ref = await fixture('llama-tiny');
  await expect(run([ref.directory, ...words])).rejects.toMatchObject({ code });
});
