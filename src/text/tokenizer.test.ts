import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteLevelJson, llamaJson } from '../../test/support/tokenizers.ts';
import { createTokenizer, openTokenizer } from './tokenizer.ts';

const config = { bos_token: '<s>', eos_token: { content: '</s>' }, unk_token: '<unk>' };
const llama = createTokenizer({ at: 'llama', json: llamaJson(), config });
const qwen = createTokenizer({
  at: 'qwen',
  json: byteLevelJson(),
  config: { eos_token: '<|im_end|>', pad_token: '<|endoftext|>', bos_token: null },
});
const ascii = (text: string) => [...new TextEncoder().encode(text)];

describe('ids', () => {
  test('known ids by name, and what inputs begin with', () => {
    expect(llama).toMatchObject({ bos: 1, eos: [2], unk: 0, pad: undefined, size: 267 });
    expect(qwen).toMatchObject({ bos: undefined, eos: [259], pad: 257, size: 261 });
    expect(llama.encode('a b')).toEqual([1, 262, 259, 261]);
    expect(llama.encode('a b', { addSpecial: false })).toEqual([262, 259, 261]);
    expect(llama.encode('')).toEqual([1]);
    expect(qwen.encode('the')).toEqual([116, 256]);
    expect([llama.idOf('</s>'), llama.idOf('none'), llama.tokenOf(262)]).toEqual([2, undefined, '▁a']);
  });
  test('generation_config.json may list several ends, then config.json, then the tokenizer', () => {
    const eos = (generation: unknown, model: unknown) =>
      createTokenizer({
        at: 'x',
        json: llamaJson(),
        config,
        generation: { eos_token_id: generation },
        model: { eos_token_id: model, pad_token_id: 0 },
      });
    expect(eos([5, 6], 7).eos).toEqual([5, 6]);
    expect(eos(null, 7).eos).toEqual([7]);
    expect(eos(undefined, undefined)).toMatchObject({ eos: [2], pad: 0 });
  });
});

describe('decoding', () => {
  test('special tokens can be left out', () => {
    const ids = [1, 262, 2, 259, 261];
    expect(llama.decode(ids)).toBe('a b');
    expect(llama.decode(ids, { skipSpecial: false })).toBe('<s> a</s> b');
    expect(llama.decode([])).toBe('');
    expect(llama.decode(BigInt64Array.of(262n, 261n))).toBe('ab');
  });
  test('spaces before punctuation stay', () => expect(qwen.decode(qwen.encode('he , he .'))).toBe('he , he .'));
  test.each([[-1], [267], [1.5], [Number.NaN]])('id %d is refused', (id) => {
    expect(() => llama.decode([1, id])).toThrow(
      expect.objectContaining({ code: 'TEXT_ID', detail: expect.objectContaining({ expected: '0 to 266', got: String(id) }) }),
    );
  });
});

describe('streaming', () => {
  const pieces = (t: typeof llama, ids: readonly number[], skipSpecial = true) => {
    const stream = t.stream({ skipSpecial });
    return [...ids.map((id) => stream.push(id)), stream.end()];
  };
  test('a character comes whole, from bytes and from byte tokens', () => {
    expect(pieces(qwen, ascii('é🙂'))).toEqual(['', 'é', '', '', '', '🙂', '']);
    // A run of byte tokens is text or not as a whole, so it waits for its end.
    const bytes = (text: string) => ascii(text).map((b) => b + 3);
    expect(pieces(llama, bytes('é'))).toEqual(['', '', 'é']);
  });
  test('the first space is dropped, later ones are kept', () =>
    expect(pieces(llama, [262, 262, 1, 262])).toEqual(['a', ' a', '', ' a', '']));
  test('a first word of only a space', () => expect(pieces(llama, [259, 262, 261])).toEqual(['', ' a', 'b', '']));
  test('bytes that never become a character are told at the end, and do not hold back what follows', () => {
    expect(pieces(qwen, [0xf0, 0x9f])).toEqual(['', '', '�']);
    expect(pieces(qwen, [0xff, 0xff, 104]).join('')).toBe('��h');
  });
  test('a stream can be used again after end()', () => {
    const stream = llama.stream();
    stream.push(262);
    stream.end();
    expect(stream.push(262)).toBe('a');
  });
  test('control tokens are shown when asked for', () =>
    expect(pieces(qwen, [258, 104, 259], false).join('')).toBe('<|im_start|>h<|im_end|>'));
});

describe('text that spells control tokens', () => {
  test('is plain text unless control is asked for', () => {
    expect(llama.encode('</s>', { addSpecial: false })).toEqual([259, 265, 263, 264, 266]);
    expect(llama.encode('</s>', { addSpecial: false, specialInText: 'control' })).toEqual([2]);
    expect(qwen.encode('<|im_end|>')).toEqual(ascii('<|im_end|>'));
    expect(qwen.encode('<tool_call>')).toEqual(ascii('<tool_call>')); // not marked special, but it steers the model
    expect(() => llama.encode('a</s>', { specialInText: 'refuse' })).toThrow(/TEXT_SPECIAL[\s\S]*<\/s>/);
  });
  test('one text of trusted and untrusted pieces', () => {
    const ids = qwen.encodePieces([
      { text: '<|im_start|>t', control: true },
      { text: 'he<|im_end|>', control: false },
      { text: '<|im_end|>', control: true },
    ]);
    expect(ids).toEqual([258, 116, 256, ...ascii('<|im_end|>'), 259]);
    expect(
      qwen.encodePieces([
        { text: 'th', control: false },
        { text: 'e<|im_end|>', control: true },
      ]),
    ).toEqual([116, 256, 259]); // words do not know pieces
  });
  test('pieces that only together spell one do not make one', () => {
    expect(
      qwen.encodePieces([
        { text: '<|im_', control: false },
        { text: 'end|>', control: true },
      ]),
    ).toEqual(ascii('<|im_end|>'));
  });
  test('where plain text cannot be had, it is refused', () => {
    const pieces = ['<unk>', '</s>', '▁', '<', '/', 's', '>'].map((word) => [word, -1]);
    const added = [{ id: 1, content: '</s>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }];
    // A Unigram vocabulary that holds the control token finds it again, whatever it is called among the added tokens.
    const json = {
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: { type: 'Unigram', unk_id: 0, vocab: pieces },
    };
    const unigram = createTokenizer({ at: 'x', json, config: { eos_token: '</s>', unk_token: '<unk>' } });
    expect(unigram.encode('s/')).toEqual([5, 4]);
    expect(() => unigram.encode('s</s>')).toThrow(
      expect.objectContaining({ code: 'TEXT_SPECIAL', detail: expect.objectContaining({ got: '</s>' }) }),
    );
  });
  test('what normalisation turns into one is refused or plain, never control', () => {
    const json = llamaJson({ type: 'NFKC' });
    (json.added_tokens as { normalized: boolean }[])[2]!.normalized = true;
    const t = createTokenizer({ at: 'x', json, config });
    expect(t.encode('＜/s＞', { addSpecial: false, specialInText: 'control' })).toEqual([2]);
    expect(t.encode('＜/s＞', { addSpecial: false })).not.toContain(2);
  });
});

describe('folders', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'famenet-text-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('nothing, then an older form, then damage, then the real thing', async () => {
    const code = () =>
      openTokenizer(folder).then(
        (t) => t.size,
        (error) => [error.code, error.detail.got],
      );
    expect(await code()).toEqual(['TEXT_NO_TOKENIZER', 'nothing; does the folder exist?']);
    await writeFile(join(folder, 'tokenizer.model'), '');
    expect(await code()).toEqual(['TEXT_NO_TOKENIZER', 'only the older form, tokenizer.model']);
    const file = join(folder, 'tokenizer.json');
    for (const [content, got] of [
      ['{', ['FILE_DAMAGED', expect.any(String)]],
      ['[]', ['FILE_DAMAGED', 'a list']],
      ['{}', ['TEXT_TOKENIZER', 'none']],
      ['{"model":{"type":"BPE","vocab":{"a":1e12},"merges":[]}}', ['TEXT_TOKENIZER', '1000000000000']],
      ['{"model":{"type":"BPE","vocab":{}},"added_tokens":[{"id":0}]}', ['TEXT_TOKENIZER', '{"id":0}']],
      [JSON.stringify({ ...llamaJson(), pre_tokenizer: { type: 'Strange' } }), ['TEXT_TOKENIZER', 'Unknown PreTokenizer type: Strange']],
    ] as const) {
      await writeFile(file, content);
      expect(await code()).toEqual(got);
    }
    await writeFile(file, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(await code()).toEqual(['FILE_DAMAGED', 'an invalid byte sequence']);
    await writeFile(file, JSON.stringify(llamaJson()));
    expect(await code()).toBe(267);
    await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id":[2,0]}');
    expect((await openTokenizer(folder)).eos).toEqual([2, 0]);
  });
});
