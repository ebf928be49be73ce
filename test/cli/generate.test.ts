/** `famenet generate` on model directories as transformers saves them: the text must be transformers' own. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a text that the context cuts off has not ended', async () => {
  const { directory } = await fixture('llama-tiny'); // 128 positions
  const words = [directory, '--prompt', 'why '.repeat(25), '--max-new', '500', '--ignore-end'];
  const document = (await run(words)).document() as { ids: number[]; finish: string; prompt: { tokens: number } };
  expect(document.ids).toHaveLength(128 - document.prompt.tokens);
  expect(document.finish).toBe('length');
});

test('a damaged generation_config.json is not taken for an absent one', async () => {
  const ref = await fixture('llama-tiny');
  const folder = await mkdtemp(join(tmpdir(), 'famenet-generate-'));
  await cp(ref.directory, folder, { recursive: true });
  const ids = async () => ((await run([folder, '--prompt', 'Why', '--max-new', '6', '--ignore-end'])).document() as { ids: number[] }).ids;
  const plain = await ids();
  await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ repetition_penalty: 0.01 }));
  expect(await ids()).not.toEqual(plain);
  await rm(join(folder, 'generation_config.json'));
  expect(await ids()).toEqual(plain);
  await writeFile(join(folder, 'generation_config.json'), '{');
  await expect(ids()).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  await rm(folder, { recursive: true });
});

test.each([
  ['USAGE_TWO_PROMPTS', ['--prompt', 'a', '--chat', 'b']],
  ['MODEL_CONTEXT', ['--prompt', 'why '.repeat(200)]],
])('%s', async (code, words) => {
  const ref = await fixture('llama-tiny');
  await expect(run([ref.directory, ...words])).rejects.toMatchObject({ code });
});
