import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Message, openChat } from '../../src/text/chat.ts';
import { openTokenizer, type Tokenizer } from '../../src/text/tokenizer.ts';

interface Text {
  readonly text: string;
  readonly ids: number[];
  readonly plain: number[];
  readonly decoded: string;
  readonly skipped: string;
}
interface Rendering {
  readonly messages: Message[];
  readonly addGenerationPrompt: boolean;
  readonly text: string;
  readonly ids: number[];
}

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const expected = (name: string) =>
  JSON.parse(readFileSync(`${fixture(name)}/expected.json`, 'utf8')) as Record<string, Record<string, unknown>>;
const rows = <T>(of: unknown) => Object.entries(of as Record<string, T>);

/** What a stream emits for these ids, put together. */
function streamed(tokenizer: Tokenizer, ids: readonly number[], skipSpecial: boolean): string {
  const stream = tokenizer.stream({ skipSpecial });
  return ids.map((id) => stream.push(id)).join('') + stream.end();
}

// Llama saved by transformers 5, the same as older versions saved it, and Qwen2: expected values by transformers, see make.py.
describe.each([
  ['llama-tiny', 'llama-tiny', 'texts', 'chats'],
  ['llama-tiny/older-tokenizer', 'llama-tiny', 'olderTexts', 'olderChats'],
  ['qwen2-tiny', 'qwen2-tiny', 'texts', 'chats'],
] as const)('%s equals transformers', async (folder, fixtureName, texts, chats) => {
  const all = expected(fixtureName);
  const tokenizer = await openTokenizer(fixture(folder));
  const chat = await openChat(fixture(folder), tokenizer);

  test.each(rows<Text>(all[texts]))('text %s', (_name, { text, ids, plain, decoded, skipped }) => {
    expect(tokenizer.encode(text, { specialInText: 'control' })).toEqual(ids);
    expect(tokenizer.encode(text, { specialInText: 'control', addSpecial: false })).toEqual(plain);
    expect(tokenizer.decode(ids, { skipSpecial: false })).toBe(decoded);
    expect(tokenizer.decode(ids)).toBe(skipped);
    expect(streamed(tokenizer, ids, false)).toBe(decoded);
    expect(streamed(tokenizer, ids, true)).toBe(skipped);
  });

  test.each(rows<Rendering>(all[chats]))('conversation %s', (_name, { messages, addGenerationPrompt, text, ids }) => {
    expect(chat.render(messages, { addGenerationPrompt })).toBe(text);
    expect(chat.encode(messages, { addGenerationPrompt })).toEqual(ids);
  });

  test('text without control tokens has the same ids whether they are allowed or not', () => {
    for (const [, { text, plain }] of rows<Text>(all[texts])) {
      const ids = tokenizer.encode(text, { addSpecial: false });
      if (plain.every((id) => !tokenizer.special.has(id))) expect(ids).toEqual(plain);
      else expect(ids.filter((id) => tokenizer.special.has(id) && id !== tokenizer.unk)).toEqual([]);
    }
  });
});
