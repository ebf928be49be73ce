import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import { ModelError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import { byteFallback } from './bytes.ts';
import { type TextStream, textStream } from './stream.ts';

/** What to do when text contains the spelling of a control token, e.g. a message that says `</s>`. */
export type SpecialInText = 'plain' | 'refuse' | 'control';

/** A piece of a prompt. In `control` pieces control tokens count; in others their spelling is only text. */
export interface Piece {
  readonly text: string;
  readonly control: boolean;
}

/** A tokenizer as it was saved with its model. Ids are indices into the embedding matrix. */
export interface Tokenizer {
  /** Where it came from, for messages. */
  readonly at: string;
  /** Largest id + 1. A model's embedding matrix may have more rows, never fewer. */
  readonly size: number;
  readonly bos: number | undefined;
  /** Every id that ends an answer (generation_config.json may list several); empty when unknown. */
  readonly eos: readonly number[];
  readonly pad: number | undefined;
  readonly unk: number | undefined;
  /** Ids left out by `decode(ids, { skipSpecial: true })`. */
  readonly special: ReadonlySet<number>;
  /** Names and spellings for chat templates: bos_token, eos_token, … */
  readonly specialTokens: Readonly<Record<string, string>>;
  /**
   * Text → ids. `addSpecial` (default true, as in transformers) adds what the model's inputs begin and end with.
   * The spelling of a control token in `text` stays plain text unless `specialInText` says otherwise. Throws TEXT_SPECIAL.
   */
  encode(text: string, options?: { addSpecial?: boolean; specialInText?: SpecialInText }): number[];
  /** A prompt made of trusted and untrusted pieces → ids, as one text: words may not know where pieces meet. Throws TEXT_SPECIAL. */
  encodePieces(pieces: readonly Piece[], options?: { addSpecial?: boolean }): number[];
  /** Ids → text. `skipSpecial` defaults to true. Throws TEXT_ID for an id outside 0 … size - 1. */
  decode(ids: ArrayLike<number | bigint>, options?: { skipSpecial?: boolean }): string;
  /** Ids → text, one at a time. */
  stream(options?: { skipSpecial?: boolean }): TextStream;
  /** Text with every spelling of a control token replaced; for templates that must tell their own from those in messages. */
  replaceControl(text: string, by: (token: string) => string): string;
  /** The id of one token as the vocabulary spells it. */
  idOf(token: string): number | undefined;
  /** The spelling of one id in the vocabulary. */
  tokenOf(id: number): string | undefined;
}

/** The part of the engine that we use; its own types do not survive Node's module resolution. */
interface TypedEngine {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  decode(ids: number[]): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
}

interface Added {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** The largest tokenizer.json known to us (262 000 words) has 33 MB. */
const LARGEST = 128e6;

/** Opens the tokenizer in a model folder as transformers saves it. Throws TEXT_NO_TOKENIZER, TEXT_TOKENIZER and the errors of reading files. */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  const names = new Set(await readdir(folder).catch(() => []));
  if (!names.has('tokenizer.json')) throw noTokenizer(folder, names);
  const optional = (name: string) => (names.has(name) ? readJsonFile(join(folder, name)) : {});
  const [json, config, map, generation, model] = await Promise.all([
    readJsonFile(join(folder, 'tokenizer.json'), { maxBytes: LARGEST }),
    optional('tokenizer_config.json'),
    optional('special_tokens_map.json'),
    optional('generation_config.json'),
    optional('config.json'),
  ]);
  return createTokenizer({ at: join(folder, 'tokenizer.json'), json, config: { ...map, ...config }, generation, model });
}

function noTokenizer(folder: string, names: ReadonlySet<string>): ModelError {
  const older = ['tokenizer.model', 'spiece.model', 'vocab.json', 'vocab.txt'].find((name) => names.has(name));
  return new ModelError('TEXT_NO_TOKENIZER', 'The folder has no tokenizer that can be read', {
    at: folder,
    expected: 'tokenizer.json',
    got: older ? `only the older form, ${older}` : names.size === 0 ? 'nothing; does the folder exist?' : 'no tokenizer files',
    fix: older
      ? `convert it once with Python: AutoTokenizer.from_pretrained(${JSON.stringify(folder)}).save_pretrained(${JSON.stringify(folder)}), or take tokenizer.json from a newer copy of the model`
      : 'give the folder of a model with its tokenizer.json',
  });
}

/** Makes a tokenizer from the parsed files. `config` is tokenizer_config.json, over special_tokens_map.json. Throws TEXT_TOKENIZER. */
export function createTokenizer(files: {
  at: string;
  json: Readonly<Record<string, unknown>>;
  config?: Readonly<Record<string, unknown>>;
  generation?: Readonly<Record<string, unknown>>;
  model?: Readonly<Record<string, unknown>>;
}): Tokenizer {
  const { at, json, config = {}, generation = {}, model = {} } = files;
  const { added, size, unkToken } = inspect(json, at);
  const build = (from: Readonly<Record<string, unknown>>): TypedEngine => {
    try {
      // The engine's own default removes spaces before punctuation; a model's words are not ours to tidy unless its files say so.
      return new Engine(from, { ...config, clean_up_tokenization_spaces: config.clean_up_tokenization_spaces === true });
    } catch (cause) {
      throw refused(at, 'parts that @huggingface/tokenizers knows', cause instanceof Error ? cause.message : String(cause), cause);
    }
  };
  const engine = build(json);
  const idOf = (token: string) => engine.token_to_id(token);
  const specialTokens = spellings(config);
  const named = (name: string) => (specialTokens[name] === undefined ? undefined : idOf(specialTokens[name]));
  const special = new Set(added.filter((t) => t.special).map((t) => t.id));
  const control = added.filter(isControl);
  const unk = named('unk_token') ?? (unkToken === undefined ? undefined : idOf(unkToken));
  const controlIds = new Set(control.map((t) => t.id).filter((id) => id !== unk)); // unknown letters give unk rightly
  const spelled = control.length === 0 ? undefined : new RegExp(alternatives(control.map((t) => t.content)), 'gu');

  const bytes = byteFallback(json, idOf);
  const plainEncode = (text: string) => (text === '' ? [] : engine.encode(text, { add_special_tokens: false }).ids);
  const frame = lazy(() => specialFrame(engine));
  const framed = (ids: number[], addSpecial: boolean) => (addSpecial ? [...frame().head, ...ids, ...frame().tail] : ids);
  // For text that spells a control token: the same tokenizer with unguessable names for control tokens, so the usual spelling means nothing.
  const guarded = lazy(() => {
    const nonce = randomBytes(12).toString('hex');
    const names = new Map(control.map((t, i) => [t.content, `\u{f0000}${nonce}x${i}\u{f0001}`]));
    const renamed = (json.added_tokens as readonly Added[]).map((t) => ({ ...t, content: names.get(t.content) ?? t.content }));
    return { engine: build({ ...json, added_tokens: renamed }), names };
  });
  const count = (ids: readonly number[]) => ids.reduce((n, id) => n + (controlIds.has(id) ? 1 : 0), 0);

  const encodePieces = (pieces: readonly Piece[]): number[] => {
    const meant = pieces.flatMap((p) => (p.control && spelled ? (p.text.match(spelled) ?? []) : []));
    const expected = meant.filter((token) => idOf(token) !== unk).length;
    const ids = plainEncode(pieces.map((p) => p.text).join(''));
    const suspicious = spelled !== undefined && pieces.some((p) => !p.control && p.text.search(spelled) >= 0);
    if (!suspicious && count(ids) === expected) return ids;
    const { engine: safe, names } = guarded();
    const text = pieces.map((p) => (p.control && spelled ? p.text.replace(spelled, (token) => names.get(token)!) : p.text)).join('');
    const safeIds = safe.encode(text, { add_special_tokens: false }).ids;
    if (count(safeIds) === expected) return safeIds;
    throw specialRefused(at, pieces, spelled);
  };

  const decode = (ids: ArrayLike<number | bigint>, { skipSpecial = true } = {}): string => {
    const list = Array.from(ids, Number);
    const bad = list.find((id) => !Number.isInteger(id) || id < 0 || id >= size);
    if (bad !== undefined) {
      throw new ModelError('TEXT_ID', 'An id is not in the vocabulary', {
        at,
        expected: `0 to ${size - 1}`,
        got: String(bad),
        fix: 'use the tokenizer that belongs to the model',
      });
    }
    const kept = skipSpecial ? list.filter((id) => !special.has(id)) : list;
    return kept.length === 0 ? '' : engine.decode(bytes.repaired(kept));
  };

  return {
    at,
    size,
    bos: named('bos_token'),
    eos: firstIds(generation.eos_token_id, model.eos_token_id, named('eos_token')),
    pad: named('pad_token') ?? firstIds(generation.pad_token_id, model.pad_token_id)[0],
    unk,
    special,
    specialTokens,
    encode(text, { addSpecial = true, specialInText = 'plain' } = {}) {
      if (specialInText === 'refuse' && spelled && text.search(spelled) >= 0) throw specialRefused(at, [{ text, control: false }], spelled);
      return framed(specialInText === 'control' ? plainEncode(text) : encodePieces([{ text, control: false }]), addSpecial);
    },
    encodePieces: (pieces, { addSpecial = false } = {}) => framed(encodePieces(pieces), addSpecial),
    decode,
    stream: ({ skipSpecial = true } = {}) =>
      textStream((ids) => decode(ids, { skipSpecial: false }), skipSpecial ? special : new Set(), bytes.ids),
    replaceControl: (text, by) => (spelled ? text.replace(spelled, by) : text),
    idOf,
    tokenOf: (id) => engine.id_to_token(id),
  };
}

/** The facts of tokenizer.json that we rely on, checked. */
function inspect(json: Readonly<Record<string, unknown>>, at: string): { added: Added[]; size: number; unkToken: string | undefined } {
  const { model } = json;
  if (!isRecord(model)) throw refused(at, 'a "model"', 'none');
  const vocabulary = Array.isArray(model.vocab)
    ? model.vocab.map((_, i) => i)
    : isRecord(model.vocab)
      ? Object.values(model.vocab)
      : undefined;
  if (!vocabulary) throw refused(at, '"model.vocab"', 'none');
  const list: unknown[] = Array.isArray(json.added_tokens) ? json.added_tokens : [];
  const added = list.map((t): Added => {
    if (isRecord(t) && isId(t.id) && typeof t.content === 'string' && t.content !== '')
      return { id: t.id, content: t.content, special: t.special === true };
    throw refused(at, '"added_tokens" with id and content', JSON.stringify(t)?.slice(0, 100) ?? 'nothing');
  });
  let size = 0;
  for (const id of [vocabulary, added.map((t) => t.id)].flat()) {
    if (!isId(id)) throw refused(at, `ids from 0 to ${MOST_IDS - 1}`, String(id));
    size = Math.max(size, id + 1);
  }
  return { added, size, unkToken: typeof model.unk_token === 'string' ? model.unk_token : undefined };
}

/** More rows than any embedding matrix has; it keeps a damaged file from making an array of a billion places. */
const MOST_IDS = 1 << 24;

function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < MOST_IDS;
}

/**
 * Tokens that user text must not be able to write. Besides those marked special, added tokens that look like markup: Qwen's `<tool_call>` and
 * LLaVA's `<image>` steer the model though they are not marked. Added tokens that are plain words or runs of spaces are not meant.
 */
function isControl(token: Added): boolean {
  return token.special || /^(<\S+>|\[[A-Z_/0-9]+\])$/.test(token.content);
}

/** bos_token and its kin, each written as text or as `{ content }`. */
function spellings(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith('_token')) continue;
    const content = isRecord(value) ? value.content : value;
    if (typeof content === 'string') found[name] = content;
  }
  return found;
}

/** The first of the values that names ids at all: a number or a list of numbers. */
function firstIds(...values: readonly unknown[]): number[] {
  for (const value of values) {
    const ids = (Array.isArray(value) ? value : [value]).filter(isId);
    if (ids.length > 0) return ids;
  }
  return [];
}

/** What the model's inputs begin and end with, found by looking at an input. */
function specialFrame(engine: TypedEngine): { head: number[]; tail: number[] } {
  const bare = engine.encode('a', { add_special_tokens: false }).ids;
  const full = engine.encode('a', { add_special_tokens: true }).ids;
  const start = full.findIndex((_, i) => bare.every((id, j) => full[i + j] === id));
  return { head: full.slice(0, start), tail: full.slice(start + bare.length) };
}

function alternatives(words: readonly string[]): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('|');
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function specialRefused(at: string, pieces: readonly Piece[], spelled: RegExp | undefined): ModelError {
  const found = pieces.flatMap((p) => (p.control || !spelled ? [] : (p.text.match(spelled) ?? [])));
  return new ModelError('TEXT_SPECIAL', 'Text contains the spelling of a control token', {
    at,
    expected: 'text without control tokens',
    got: found.length > 0 ? [...new Set(found)].slice(0, 5).join(' ') : 'one written with other letters that the tokenizer treats alike',
    fix: 'remove it from the text',
  });
}

function refused(at: string, expected: string, got: string, cause?: unknown): ModelError {
  return new ModelError(
    'TEXT_TOKENIZER',
    'The tokenizer cannot be used',
    { at, expected, got, fix: 'download or convert the model again' },
    { cause },
  );
}
