import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import type { Utterance } from './floor.ts';
import type { Segment } from './metric.ts';

/** What a system said of one item. */
export interface Prediction {
  readonly id: string;
  /** May be empty. */
  readonly text: string;
}

/** What people wrote of one item. */
export interface Reference {
  readonly id: string;
  readonly refs: readonly string[];
  /** Who felt what and said what, where the file tells. */
  readonly about?: Utterance;
}

/** A segment, and what it is about where the file of the references tells. */
export interface ReferencedItem extends Segment {
  readonly about?: Utterance;
}

const MAX_BYTES = 512e6;
const FORMATS = {
  predictions:
    'JSONL with {"id", "cause"}, JSON in the ECEM / LLaVA format (id = "video"), or a COCO result list [{"image_id", "caption"}]',
  references: 'JSONL with {"id", "causes": […]}, JSON in the ECEM / LLaVA format (id = "video"), or COCO annotations {"annotations": […]}',
} as const;
type Kind = keyof typeof FORMATS;

/** Reads what a system said. Throws METRIC_FILE, METRIC_FILE_EMPTY, METRIC_ID_TWICE, and as `readTextFile` does (bad UTF-8 too). */
export async function readPredictions(file: string): Promise<Prediction[]> {
  return parsePredictions(await readTextFile(file, { maxBytes: MAX_BYTES }), file);
}

/** Reads references. Throws as `readPredictions` does, and METRIC_NO_REFERENCE. */
export async function readReferences(file: string): Promise<Reference[]> {
  return parseReferences(await readTextFile(file, { maxBytes: MAX_BYTES }), file);
}

/** As `readPredictions`, of text; `at` names it in errors. */
export function parsePredictions(text: string, at: string): Prediction[] {
  const { rows } = parse(text, at, 'predictions');
  refuseTwins(
    rows.map(({ id }) => id),
    at,
  );
  return rows.map(({ id, texts, where }) => {
    if (texts.length === 1) return { id, text: texts[0]! };
    throw unusable('predictions', where, `${texts.length} sentences for "${id}"`, 'give one sentence for each id');
  });
}

/** As `readReferences`, of text; `at` names it in errors. */
export function parseReferences(text: string, at: string): Reference[] {
  const { rows, repeatable } = parse(text, at, 'references');
  if (!repeatable) {
    refuseTwins(
      rows.map(({ id }) => id),
      at,
    );
  }
  const found = new Map<string, { refs: string[]; about: Utterance | undefined }>();
  for (const { id, texts, about } of rows) {
    const before = found.get(id);
    if (before) before.refs.push(...texts);
    else found.set(id, { refs: [...texts], about });
  }
  const bare = [...found].filter(([, { refs }]) => refs.length === 0).map(([id]) => id);
  if (bare.length > 0) {
    throw new FameError('METRIC_NO_REFERENCE', 'Some items have no reference', {
      at,
      expected: 'at least one sentence for each id',
      got: listed(bare),
      fix: 'write a reference for them, or leave them out of both files',
    });
  }
  return [...found].map(([id, { refs, about }]) => ({ id, refs, ...(about === undefined ? {} : { about }) }));
}

/** Puts candidates and references together, in the order of the references. Throws METRIC_IDS unless both have the same ids. */
export function pair(predictions: readonly Prediction[], references: readonly Reference[], at = 'predictions'): ReferencedItem[] {
  const texts = new Map(predictions.map(({ id, text }) => [id, text]));
  const wanted = new Set(references.map(({ id }) => id));
  const missing = references.filter(({ id }) => !texts.has(id)).map(({ id }) => id);
  const extra = predictions.filter(({ id }) => !wanted.has(id)).map(({ id }) => id);
  if (missing.length > 0 || extra.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`${missing.length} without a prediction: ${listed(missing)}`] : []),
      ...(extra.length > 0 ? [`${extra.length} without a reference: ${listed(extra)}`] : []),
    ];
    throw new FameError('METRIC_IDS', 'Predictions and references are not about the same items', {
      at,
      expected: `exactly the ${references.length} ids of the references`,
      got: parts.join('; '),
      fix: 'predict the missing ones (an empty text is a prediction too), and take the extra ones out',
    });
  }
  return references.map((reference) => ({ ...reference, hyp: texts.get(reference.id)! }));
}

interface Row {
  readonly id: string;
  readonly texts: readonly string[];
  readonly about: Utterance | undefined;
  readonly where: string;
}

/** `repeatable`: the format gives several references by repeating the id. */
function parse(text: string, at: string, kind: Kind): { rows: Row[]; repeatable: boolean } {
  const lines = text.split(/\r?\n/);
  const whole = tryJson(text);
  if (whole === undefined || (isRecord(whole) && 'id' in whole)) {
    const rows = lines.flatMap((line, i) => {
      if (line.trim() === '') return [];
      const value = tryJson(line);
      const where = `${at}, line ${i + 1}`;
      if (value === undefined) throw unusable(kind, where, line.trim().slice(0, 60), 'write one JSON object a line');
      return [rowOf(value, where, kind)];
    });
    return { rows: some(rows, at, kind), repeatable: false };
  }
  if (isRecord(whole)) {
    if (Array.isArray(whole.annotations)) return { rows: some(rowsOf(whole.annotations, at, kind), at, kind), repeatable: true };
    // pycocoevalcap's own dictionaries: {id: ["…"]} or {id: [{"caption": "…"}]}
    const rows = Object.entries(whole).map(([id, value]) => {
      const where = `${at}, ${JSON.stringify(id)}`;
      const texts = Array.isArray(value) ? value.map((one: unknown) => (isRecord(one) ? one.caption : one)) : [undefined];
      return { id, texts: sentences(texts, where, kind), about: undefined, where };
    });
    return { rows: some(rows, at, kind), repeatable: false };
  }
  if (!Array.isArray(whole)) throw unusable(kind, at, JSON.stringify(whole).slice(0, 60), 'write it as one of these');
  const rows = some(rowsOf(whole, at, kind), at, kind);
  return { rows, repeatable: isRecord(whole[0]) && 'image_id' in whole[0] };
}

const rowsOf = (values: readonly unknown[], at: string, kind: Kind) =>
  values.map((value, i) => rowOf(value, `${at}, entry ${i + 1}`, kind));

function rowOf(value: unknown, where: string, kind: Kind): Row {
  if (!isRecord(value)) throw unusable(kind, where, JSON.stringify(value).slice(0, 60), 'write an object');
  const id = value.conversations === undefined ? (value.image_id ?? value.id) : value.video;
  if (id === undefined || (typeof id !== 'string' && typeof id !== 'number')) {
    throw unusable(kind, where, `no usable id in {${Object.keys(value).join(', ')}}`, 'give every item an "id"');
  }
  if (Array.isArray(value.conversations)) {
    const turns = value.conversations.filter(isRecord);
    const said = turns.filter((turn) => turn.from === 'gpt').at(-1)?.value;
    return {
      id: `${id}`,
      texts: sentences([said], where, kind),
      about: aboutOf(turns.find((turn) => turn.from === 'human')?.value),
      where,
    };
  }
  const texts = value.image_id !== undefined && value.caption !== undefined ? [value.caption] : (value.causes ?? [value.cause]);
  const { emotion, utterance, speaker, pronoun } = value;
  const about =
    typeof emotion === 'string' && typeof utterance === 'string'
      ? {
          emotion,
          text: utterance,
          ...(typeof speaker === 'string' ? { speaker } : {}),
          ...(typeof pronoun === 'string' ? { pronoun } : {}),
        }
      : undefined;
  return { id: `${id}`, texts: sentences(Array.isArray(texts) ? texts : [texts], where, kind), about, where };
}

function sentences(values: readonly unknown[], where: string, kind: Kind): string[] {
  return values.map((value) => {
    if (typeof value === 'string') return value;
    throw unusable(kind, where, value === undefined ? 'no sentence' : JSON.stringify(value).slice(0, 60), 'give a text');
  });
}

/** ECEM's question: `Explain why the emotion of this statement is joy <Monica: Oh that's so sweet!>`. */
function aboutOf(question: unknown): Utterance | undefined {
  const found = typeof question === 'string' ? /emotion of this statement is (\S+)\s*<([^:<>]*):\s*([\s\S]*)>\s*$/.exec(question) : null;
  return found === null ? undefined : { emotion: found[1]!, speaker: found[2]!.trim(), text: found[3]! };
}

function some(rows: Row[], at: string, kind: Kind): Row[] {
  if (rows.length > 0) return rows;
  throw new FameError('METRIC_FILE_EMPTY', `There are no ${kind} in the file`, {
    at,
    expected: FORMATS[kind],
    got: 'nothing',
    fix: 'check the path',
  });
}

function refuseTwins(ids: readonly string[], at: string): void {
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.has(id) || !seen.add(id)));
  if (twice.size === 0) return;
  throw new FameError('METRIC_ID_TWICE', 'Some ids occur more than once', {
    at,
    expected: 'each id once',
    got: listed([...twice]),
    fix: 'keep one of them; several references of one item go into one "causes" list',
  });
}

function unusable(kind: Kind, at: string, got: string, fix: string): FameError {
  return new FameError('METRIC_FILE', `The ${kind} cannot be understood`, { at, expected: FORMATS[kind], got, fix });
}

function listed(ids: readonly string[], most = 20): string {
  return ids.length <= most ? ids.join(', ') : `${ids.slice(0, most).join(', ')} and ${ids.length - most} more`;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
