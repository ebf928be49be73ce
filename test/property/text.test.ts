import { fileURLToPath } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { openChat } from '../../src/text/chat.ts';
import { openTokenizer } from '../../src/text/tokenizer.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Text of all scripts, with pieces of control tokens in it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('</s>', '<s>', '<|im_end|>', '<|im_start|>', '<|im_', 'end|>', '▁', ' ', '<unk>'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe.each(['llama-tiny', 'llama-tiny/older-tokenizer', 'qwen2-tiny'])('%s', async (name) => {
  const tokenizer = await openTokenizer(fixture(name));
  const chat = await openChat(fixture(name), tokenizer);
  const anyIds = fc.array(fc.nat({ max: tokenizer.size - 1 }), { maxLength: 40 });

  test.prop([anyIds, fc.boolean()])('a stream adds up to the whole', (ids, skipSpecial) => {
    const stream = tokenizer.stream({ skipSpecial });
    expect(ids.map((id) => stream.push(id)).join('') + stream.end()).toBe(tokenizer.decode(ids, { skipSpecial }));
  });

  test.prop([fc.string({ unit: 'grapheme', maxLength: 20 }).filter((s) => !s.includes('\ufffd'))])(
    'a stream of text never shows half a character',
    (text) => {
      const stream = tokenizer.stream();
      for (const id of tokenizer.encode(text)) expect(stream.push(id)).not.toMatch(/\ufffd|[\ud800-\udbff]$|^[\udc00-\udfff]/u);
    },
  );

  test.prop([anyText])('no text becomes a control token', (text) => {
    const ids = tokenizer.encode(text, { addSpecial: false });
    expect(ids.filter((id) => tokenizer.special.has(id) && id !== tokenizer.unk)).toEqual([]);
  });

  test.prop([anyText])('a message leaves the control tokens of the conversation as they are', (content) => {
    const control = (text: string) =>
      chat.encode([{ role: 'user', content: text }]).filter((id) => tokenizer.special.has(id) && id !== tokenizer.unk);
    expect(control(content)).toEqual(control('x'));
  });
});
