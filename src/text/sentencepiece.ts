/**
 * SentencePiece models of the unigram kind (Kudo 2018), read from their own file: `spm.model`, `sent_piece.model`, `spiece.model`. BLEURT-20 comes with nothing else.
 * Arithmetic of sentencepiece 0.2.3 (`normalizer.cc`, `unigram_model.cc`), float32 sums and ties included. Parity: test/parity/sentencepiece.test.ts.
 */
import { readFile, stat } from 'node:fs/promises';
import { ModelError } from '../base/errors.ts';
import { charsmap, type Rule } from './charsmap.ts';
import { fields } from './protobuf.ts';

export interface SentencePiece {
  /** Where it came from, for messages. */
  readonly at: string;
  /** Number of pieces. */
  readonly size: number;
  /** Text → ids, without any that begin or end an input. Lone surrogates count as U+FFFD. */
  encode(text: string): number[];
  /** The id of a piece as the model spells it, control pieces included. */
  idOf(piece: string): number | undefined;
}

/** `ModelProto.SentencePiece.Type`. */
const [NORMAL, UNKNOWN, USER_DEFINED, BYTE] = [1, 2, 4, 6];
/** `TrainerSpec.ModelType`: the others split text by other rules. */
const KINDS: Readonly<Record<number, string>> = { 1: 'unigram', 2: 'BPE', 3: 'word', 4: 'character' };
/** What an unknown letter costs more than the rarest piece: `kUnkPenalty`. */
const UNKNOWN_PENALTY = 10;
const SPACE = '\u2581';
/** The largest known (mT5, 250 000 pieces) has 4.3 MB. */
const LARGEST = 64e6;
/** In bytes, with its score and type; sentencepiece refuses more, too. */
const LONGEST_PIECE = 8000;

interface Model {
  readonly pieces: { text: string; score: number; type: number }[];
  kind: number;
  byteFallback: boolean;
  /** Spaces stand at the end of a word instead of before it. */
  suffix: boolean;
  rules: Uint8Array;
  dummyPrefix: boolean;
  trim: boolean;
  escape: boolean;
}

/** Opens a model file. @throws ModelError TEXT_SENTENCEPIECE; errors of reading pass through */
export async function openSentencePiece(file: string): Promise<SentencePiece> {
  const { size } = await stat(file);
  if (size > LARGEST) throw refusal(file)(`${size} bytes`);
  return sentencePiece(await readFile(file), file);
}

/** Makes a tokenizer from the bytes of a model file. @throws ModelError TEXT_SENTENCEPIECE */
export function sentencePiece(bytes: Uint8Array, at: string): SentencePiece {
  const refuse = refusal(at);
  const model = parsed(bytes, refuse);
  const { pieces } = model;
  const unknown = pieces.findIndex((p) => p.type === UNKNOWN);
  const normal = pieces.filter((p) => p.type === NORMAL);
  if (model.kind !== 1) throw refuse(`a model of the ${KINDS[model.kind] ?? 'unknown'} kind`);
  if (unknown < 0 || normal.length === 0) throw refuse(`${pieces.length} pieces, without one for the unknown or for words`);

  const ids = new Map(pieces.map((p, id) => [p.text, id]));
  const bytePieces = Array.from({ length: 256 }, (_, b) => ids.get(`<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`));
  if (model.byteFallback && bytePieces.some((id) => id === undefined || pieces[id]?.type !== BYTE))
    throw refuse('byte fallback without 256 bytes');
  const worst = normal.reduce((least, p) => Math.min(least, p.score), Number.POSITIVE_INFINITY);
  const unknownScore = Math.fround(worst - UNKNOWN_PENALTY);
  const scores = new Map<string, number>(); // of the pieces that text can become
  for (const { text, score, type } of pieces) {
    if (type === NORMAL) scores.set(text, score);
    if (type === USER_DEFINED) scores.set(text, Math.fround(0.1 * (Buffer.byteLength(text) - 1))); // above all words, so always taken: GetUserDefinedScore
  }
  const longest = [...scores.keys()].reduce((most, text) => Math.max(most, text.length), 1);
  const map = charsmap(
    model.rules,
    pieces.filter((p) => p.type === USER_DEFINED).map((p) => p.text),
    refuse,
  );

  return {
    at,
    size: pieces.length,
    idOf: (piece) => ids.get(piece),
    encode(text) {
      const normalised = normalise(text, model, map);
      const path = bestPath(normalised, scores, longest, unknownScore);
      const out: number[] = [];
      let afterUnknown = false;
      for (const piece of path) {
        const id = scores.has(piece) ? (ids.get(piece) as number) : unknown;
        if (id === unknown && model.byteFallback) for (const byte of Buffer.from(piece)) out.push(bytePieces[byte] as number);
        else if (id !== unknown || !afterUnknown) out.push(id); // a run of unknown letters is one unknown piece
        afterUnknown = id === unknown;
      }
      return out;
    },
  };
}

function parsed(bytes: Uint8Array, refuse: (got: string) => Error): Model {
  const model: Model = {
    pieces: [],
    kind: 1,
    byteFallback: false,
    suffix: false,
    rules: new Uint8Array(0),
    dummyPrefix: true,
    trim: true,
    escape: true,
  };
  for (const { id, bytes: part } of fields(bytes, refuse)) {
    if (id === 1) model.pieces.push(pieceOf(part, refuse));
    if (id === 2)
      for (const f of fields(part, refuse)) {
        if (f.id === 3) model.kind = f.int;
        if (f.id === 24) model.suffix = f.int !== 0;
        if (f.id === 35) model.byteFallback = f.int !== 0;
      }
    if (id === 3)
      for (const f of fields(part, refuse)) {
        if (f.id === 2) model.rules = f.bytes;
        if (f.id === 3) model.dummyPrefix = f.int !== 0;
        if (f.id === 4) model.trim = f.int !== 0;
        if (f.id === 5) model.escape = f.int !== 0;
      }
  }
  return model;
}

function pieceOf(part: Uint8Array, refuse: (got: string) => Error): Model['pieces'][number] {
  const piece = { text: '', score: 0, type: NORMAL as number };
  for (const f of fields(part, refuse)) {
    if (f.id === 1) piece.text = Buffer.from(f.bytes).toString();
    if (f.id === 2 && f.bytes.length === 4) piece.score = Buffer.from(f.bytes).readFloatLE(0);
    if (f.id === 3) piece.type = f.int;
  }
  if (piece.text === '' || part.length > LONGEST_PIECE || !Number.isFinite(piece.score))
    throw refuse(`a piece ${JSON.stringify(piece.text.slice(0, 40))} of ${part.length} bytes with the score ${piece.score}`);
  return piece;
}

/** Letters by the model's rules, runs of spaces as one, `▁` for a space: Normalizer::Normalize. */
function normalise(
  text: string,
  { trim, dummyPrefix, suffix, escape: escaped }: Model,
  map: (bytes: Uint8Array, at: number) => Rule,
): string {
  const bytes = Buffer.from(text);
  const space = escaped ? SPACE : ' ';
  let at = 0;
  for (let rule: Rule; trim && at < bytes.length; at += rule.length) {
    rule = map(bytes, at);
    if (rule.to !== ' ') break;
  }
  if (at === bytes.length) return '';
  let out = dummyPrefix && !suffix ? space : '';
  let afterSpace = trim;
  while (at < bytes.length) {
    const { to, length } = map(bytes, at);
    const kept = afterSpace ? to.replace(/^ +/, '') : to;
    out += kept.replaceAll(' ', space);
    if (kept !== '') afterSpace = trim && kept.endsWith(' ');
    at += length;
  }
  while (trim && out.endsWith(space)) out = out.slice(0, -1);
  return dummyPrefix && suffix ? out + space : out;
}

/** The pieces with the largest sum of scores; of equal ones the first found. Letters that no piece covers stand alone: Model::EncodeOptimized. */
function bestPath(text: string, scores: ReadonlyMap<string, number>, longest: number, unknownScore: number): string[] {
  const best = new Float32Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(text.length + 1).fill(-1);
  best[0] = 0;
  const offer = (start: number, end: number, score: number) => {
    const sum = Math.fround((best[start] as number) + score);
    if (from[end] !== -1 && sum <= (best[end] as number)) return;
    best[end] = sum;
    from[end] = start;
  };
  for (let start = 0, letter: number; start < text.length; start += letter) {
    letter = (text.codePointAt(start) as number) > 0xffff ? 2 : 1;
    let covered = false;
    for (let end = start + letter; end <= Math.min(text.length, start + longest); end++) {
      const score = scores.get(text.slice(start, end));
      if (score === undefined) continue;
      offer(start, end, score);
      covered ||= end === start + letter;
    }
    if (!covered) offer(start, start + letter, unknownScore);
  }
  const path: string[] = [];
  for (let end = text.length; end > 0; end = from[end] as number) path.push(text.slice(from[end], end));
  return path.reverse();
}

function refusal(at: string): (got: string) => ModelError {
  return (got) =>
    new ModelError('TEXT_SENTENCEPIECE', 'The SentencePiece model cannot be used', {
      at,
      expected: 'a whole model file of the unigram kind',
      got,
      fix: 'download it again; for models of other kinds give a tokenizer.json',
    });
}
