export { type BpeOptions, trainBpe } from './bpe.ts';
export { BUILT_IN, builtInChat, type Chat, type Message, openChat, type RenderOptions } from './chat.ts';
export type { TextStream } from './stream.ts';
export { createTokenizer, openTokenizer, type Piece, type SpecialInText, type Tokenizer } from './tokenizer.ts';
