/** Tokenizers small enough to know every id by heart, in the two families that language models use. */

/** GPT-2's 256 printable letters for 256 bytes: `bytes_to_unicode` of its encoder.py. */
function byteLetters(): string[] {
  let spare = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : spare++);
  });
}

const added = (id: number, content: string, special = true) => ({
  id,
  content,
  special,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
});

/** Byte-level BPE as Qwen's: ids 0–255 are bytes, 256 is "he"; control tokens from 257; 260 is not marked special. */
export function byteLevelJson(): Record<string, unknown> {
  const vocab = Object.fromEntries([...byteLetters(), 'he'].map((letter, id) => [letter, id]));
  return {
    added_tokens: [added(257, '<|endoftext|>'), added(258, '<|im_start|>'), added(259, '<|im_end|>'), added(260, '<tool_call>', false)],
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    post_processor: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: { type: 'BPE', unk_token: null, fuse_unk: false, byte_fallback: false, vocab, merges: [['h', 'e']] },
  };
}

/** SentencePiece BPE as Llama's: 0 unk, 1 bos, 2 eos, 3–258 bytes, then "▁", "a", "b", "▁a", "/", "s", "<", ">". Inputs begin with bos. */
export function llamaJson(normalizer: unknown = null): Record<string, unknown> {
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
  const words = ['<unk>', '<s>', '</s>', ...bytes, '▁', 'a', 'b', '▁a', '/', 's', '<', '>'];
  return {
    added_tokens: [added(0, '<unk>'), added(1, '<s>'), added(2, '</s>')],
    normalizer,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(words.map((w, id) => [w, id])),
      merges: [['▁', 'a']],
    },
  };
}
