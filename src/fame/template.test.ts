import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { byteLevelJson, llamaJson } from '../../test/support/tokenizers.ts';
import { builtInChat, createTokenizer, openTokenizer } from '../text/index.ts';
import { layOut, spelled, words } from './parts.ts';
import { asTurn, stopIds, TEMPLATES, type TemplateName, templateFor, templateNamed } from './template.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
const llama = await openTokenizer(fixture('llama-tiny'));
const qwen = await openTokenizer(fixture('qwen2-tiny'));

/** A byte-level tokenizer with LLaMA-3's control tokens. */
function llama3() {
  const json = byteLevelJson();
  const content = ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'];
  const added = (json.added_tokens as object[]).map((t, i) => ({ ...t, content: content[i], special: true }));
  return createTokenizer({
    at: 'llama3',
    json: { ...json, added_tokens: added },
    config: { eos_token: '<|eot_id|>', bos_token: '<|begin_of_text|>' },
  });
}

/** A byte-level tokenizer with FAME-mini's control tokens. */
function mini() {
  const json = byteLevelJson();
  const content = ['<s>', '</s>', '<|ask|>', '<|answer|>'];
  const added = (json.added_tokens as object[]).map((t, i) => ({ ...t, content: content[i], special: true }));
  return createTokenizer({ at: 'mini', json: { ...json, added_tokens: added }, config: { eos_token: '</s>', bos_token: '<s>' } });
}

describe('one question and its answer, as the published templates write them', () => {
  test.each([
    ['llama2', llama, '[INST] Why? [/INST] So.</s>'],
    [
      'llama3',
      llama3(),
      '<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nSo.<|eot_id|>',
    ],
    [
      'qwen2',
      qwen,
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>',
    ],
    ['plain', llama, 'USER: Why?\nAssistant: So.</s>'],
    ['mini', mini(), '<|ask|>Why?<|answer|>So.</s>'],
  ] as const)('%s', (name, tokenizer, text) => {
    expect(spelled(asTurn(TEMPLATES[name], tokenizer, [words('Why?')], 'So.'))).toBe(text);
  });

  test('vicuna: the ids of the built-in chat', () => {
    const asked = layOut(asTurn(TEMPLATES.vicuna, llama, [words('Why is Mira happy?')]), llama);
    expect(asked).toEqual([
      { kind: 'ids', learnt: false, ids: builtInChat('vicuna', llama).encode([{ role: 'user', content: 'Why is Mira happy?' }]) },
    ]);
  });
});

test('a tokenizer tells its template', () => {
  expect([llama, qwen, llama3(), mini()].map(templateFor)).toEqual(['vicuna', 'qwen2', 'llama3', 'mini'] satisfies TemplateName[]);
});

test('an answer ends with what ends this model', () => {
  expect(stopIds(TEMPLATES.vicuna, llama)).toEqual([2]);
  expect(stopIds(TEMPLATES.qwen2, qwen)).toContain(qwen.idOf('<|im_end|>'));
});

test.each([
  ['vicunia', /did you mean "vicuna"/],
  ['qwen2', /none of <\|im_start\|>, <\|im_end\|>/],
])('FAME_TEMPLATE: %s', (name, message) => {
  const refused = () => templateNamed(name, llama);
  expect(refused).toThrow(message);
  expect(refused).toThrow(
    expect.objectContaining({ code: 'FAME_TEMPLATE', detail: expect.objectContaining({ fix: 'use "vicuna" with this model' }) }),
  );
});

test('FAME_TEMPLATE: an answer that nothing can end', () => {
  const endless = createTokenizer({ at: 'endless', json: llamaJson() });
  expect(() => asTurn(TEMPLATES.vicuna, endless, [words('a')], 'b')).toThrow(expect.objectContaining({ code: 'FAME_TEMPLATE' }));
});
