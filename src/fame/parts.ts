/** A prompt as one list of parts, from which ids, vector slots and the loss mask come: none of them is ever counted twice. */
import { ModelError } from '../base/errors.ts';
import { float32, type Value } from '../graph/index.ts';
import type { LanguageModel } from '../models/index.ts';
import type { Piece, Tokenizer } from '../text/index.ts';

/** A piece of a prompt in its order. Only in `control` words do control tokens count; those spelled in other words are text. */
export type Part =
  | { readonly kind: 'words'; readonly text: string; readonly control: boolean }
  /** As `words`, and what the loss sees. */
  | { readonly kind: 'learnt'; readonly text: string; readonly control: boolean }
  /** Rows that do not come from the vocabulary: Q_v. */
  | { readonly kind: 'vectors'; readonly name: string; readonly count: number };

/** Words of ours or of a person: nothing in them can act as a control token. */
export const words = (text: string): Part => ({ kind: 'words', text, control: false });
/** Words of a template, whose control tokens are meant. */
export const control = (text: string): Part => ({ kind: 'words', text, control: true });
/** Words of the answer. */
export const learnt = (text: string): Part => ({ kind: 'learnt', text, control: false });
/** The control token that ends the answer. */
export const learntControl = (text: string): Part => ({ kind: 'learnt', text, control: true });
/** Room for `count` rows. */
export const vectors = (name: string, count: number): Part => ({ kind: 'vectors', name, count });

/** Positions of one kind that follow each other. */
export type Stretch =
  | { readonly kind: 'ids'; readonly ids: readonly number[]; readonly learnt: boolean }
  | { readonly kind: 'vectors'; readonly name: string; readonly count: number };

/** Tried in order, until one does not grow together with the first letters of a run: a line break suits words, a letter suits line breaks. */
const NEIGHBOURS = ['\n', 'a', '.', '0'];

/**
 * Parts → ids and slots. Words that follow each other are one text to the tokenizer, since it may not know where they meet; where vectors or the answer
 * begin, a new text begins, so that a prompt has the same ids with and without its answer. No such text gets the space that a SentencePiece tokenizer
 * puts before the first word of all; only the first one gets the tokenizer's token for the beginning. @throws ModelError TEXT_SPECIAL
 */
export function layOut(parts: readonly Part[], tokenizer: Tokenizer): Stretch[] {
  const stretches: Stretch[] = [];
  for (let i = 0; i < parts.length; ) {
    const part = parts[i]!;
    if (part.kind === 'vectors') {
      stretches.push(part);
      i++;
      continue;
    }
    const run: Piece[] = [];
    for (let p = parts[i]; p?.kind === part.kind; p = parts[++i]) run.push(p);
    const ids = stretches.length === 0 ? [...beginning(tokenizer), ...tokenizer.encodePieces(run)] : continued(run, tokenizer);
    if (ids.length > 0) stretches.push({ kind: 'ids', ids, learnt: part.kind === 'learnt' });
  }
  return stretches;
}

/** The beginning-of-text token where this tokenizer begins with one. */
const beginning = (tokenizer: Tokenizer): number[] => tokenizer.encode('').filter((id) => id === tokenizer.bos);

/** Ids of words that follow something: encoded behind a neighbour, whose ids are then taken off. */
function continued(run: readonly Piece[], tokenizer: Tokenizer): number[] {
  for (const neighbour of NEIGHBOURS) {
    const head = tokenizer.encode(neighbour, { addSpecial: false });
    const all = tokenizer.encodePieces([{ text: neighbour, control: false }, ...run]);
    if (head.every((id, i) => all[i] === id)) return all.slice(head.length);
  }
  return tokenizer.encodePieces(run);
}

/** Positions in all. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((n, s) => n + (s.kind === 'ids' ? s.ids.length : s.count), 0);
}

/** What the loss sees: the ids that are learnt, and for each the position whose scores have to say it, the one before its own. */
export function learntOf(stretches: readonly Stretch[]): { readonly at: readonly number[]; readonly ids: readonly number[] } {
  const [at, ids]: [number[], number[]] = [[], []];
  let position = 0;
  for (const s of stretches) {
    if (s.kind === 'ids' && s.learnt) {
      ids.push(...s.ids);
      at.push(...s.ids.map((_, i) => position + i - 1));
    }
    position += s.kind === 'ids' ? s.ids.length : s.count;
  }
  return { at, ids };
}

/** The embedded prompt [1,T,K]: rows of the table for ids, `given` (each [1,count,K]) for slots. @throws ModelError MODEL_TOKEN_ID */
export async function embedStretches(
  stretches: readonly Stretch[],
  given: Readonly<Record<string, Value>>,
  model: Pick<LanguageModel, 'embed' | 'config'>,
  signal?: AbortSignal,
): Promise<Value> {
  const [T, K] = [lengthOf(stretches), model.config.width];
  const x = new Float32Array(T * K);
  let at = 0;
  for (const s of stretches) {
    const rows = s.kind === 'ids' ? await model.embed([s.ids], signal) : slotOf(given, s.name, s.count, K);
    x.set(rows.data as Float32Array, at);
    at += rows.data.length;
  }
  return float32([1, T, K], x);
}

function slotOf(given: Readonly<Record<string, Value>>, name: string, count: number, K: number): Value {
  const found = given[name];
  if (found?.shape.join() === [1, count, K].join()) return found;
  throw new ModelError('FAME_SLOT', `The rows for "${name}" do not fit their place in the prompt`, {
    expected: `[1, ${count}, ${K}]`,
    got: found ? `[${found.shape.join(', ')}]` : 'nothing',
    fix: 'lay the prompt out again for this video',
  });
}

/** The prompt for people: words as they are, slots as `<video: 676 vectors>`. */
export function spelled(parts: readonly Part[]): string {
  return parts.map((p) => (p.kind === 'vectors' ? `<${p.name}: ${p.count} vectors>` : p.text)).join('');
}
