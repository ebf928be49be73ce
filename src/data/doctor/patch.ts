import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { separatorOf } from '../../base/csv.ts';
import { FameError } from '../../base/errors.ts';
import { isRecord } from '../../base/file.ts';
import { editsOf } from './edits.ts';
import { csvCells, jsonStrings, type Span } from './spans.ts';
import type { Change } from './symptom.ts';

/** Bytes of a file that become others. */
export interface PatchEdit {
  /** Offset of the first byte in the file as it was. */
  readonly at: number;
  /** How many bytes go. */
  readonly remove: number;
  /** SHA-256 of the bytes that go, the first 16 digits. */
  readonly before: string;
  /** What comes in their place (UTF-8). */
  readonly insert: string;
}

/** The edits of one text of the file, and why. */
export interface PatchRepair {
  /** For people: entry or line, and field. */
  readonly place: string;
  readonly codes: readonly string[];
  readonly edits: readonly PatchEdit[];
}

/** All repairs of one file. */
export interface FilePatch {
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of the file with all repairs. */
  readonly repaired: string;
  /** In the order of the file. */
  readonly repairs: readonly PatchRepair[];
}

export interface PatchManifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly files: readonly FilePatch[];
}

const FORMAT = 'famenet patch';
const VERSION = 1;

/**
 * The repairs of a file as bytes. Whoever has the same file can make them without anything of it in the manifest but the letters that were wrong. `changes` come
 * from a check of this very file; the format is told from its first letter.
 */
export function filePatch(file: string, bytes: Uint8Array, changes: readonly Change[]): FilePatch {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = new TextDecoder().decode(bytes);
  const literal = /^\s*[[{]/.test(text) ? jsonLiterals(text) : csvLiterals(text);
  const offsets = byteOffsets(text, bom);
  const found = changes
    .map(({ place, codes, at, after }) => ({ place, codes, ...literal(at, after) }))
    .sort((a, b) => a.span[0] - b.span[0]);
  const repairs = found.map(({ place: { entry, line, field }, codes, span: [from, to], after }) => ({
    place: `${entry === undefined ? `line ${line}` : `entry ${entry}`}, ${field}`,
    codes,
    edits: editsOf(text.slice(from, to), after, from).map(({ span, insert }) => {
      const [at, end] = [offsets(span[0]), offsets(span[1])];
      return { at, remove: end - at, before: digest(bytes.subarray(at, end)).slice(0, 16), insert };
    }),
  }));
  const repaired = digest(edited(bytes, repairs));
  return { file: basename(file), sha256: digest(bytes), repaired, repairs };
}

/** A manifest of these files. */
export const patchManifest = (files: readonly FilePatch[]): PatchManifest => ({ format: FORMAT, version: VERSION, files });

/**
 * A file with the repairs that a manifest has for it, which is found by the file's SHA-256; its name does not matter. A file that has been repaired already comes back
 * as it is, with `repairs: 0`. Throws PATCH_OTHER_FILE, PATCH_DAMAGED.
 */
export function applyPatch({ files }: PatchManifest, bytes: Uint8Array, at: string): { bytes: Uint8Array; repairs: number } {
  const hash = digest(bytes);
  if (files.some(({ repaired }) => repaired === hash)) return { bytes, repairs: 0 };
  const patch = files.find(({ sha256 }) => sha256 === hash);
  if (patch === undefined) {
    throw new FameError('PATCH_OTHER_FILE', 'The manifest has no repairs for this file', {
      at,
      expected: files.map(({ file, sha256 }) => `${file} with SHA-256 ${sha256.slice(0, 16)}…`).join(', '),
      got: `SHA-256 ${hash.slice(0, 16)}…`,
      fix: 'take the file of the same release, untouched, or look for its own repairs with `famenet dataset doctor --fix`',
    });
  }
  const out = edited(bytes, patch.repairs);
  if (digest(out) !== patch.repaired) throw damaged(at, 'repairs that lead to the promised file', 'another one');
  return { bytes: out, repairs: patch.repairs.length };
}

/** Reads a manifest. Throws PATCH_DAMAGED. */
export function parsePatch(content: string, at: string): PatchManifest {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw damaged(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
  if (!isRecord(value) || value.format !== FORMAT || value.version !== VERSION)
    throw damaged(at, `{"format": "${FORMAT}", "version": ${VERSION}, …}`, JSON.stringify(value).slice(0, 60));
  if (!Array.isArray(value.files) || !value.files.every(isFilePatch)) throw damaged(at, 'files with repairs', 'something else');
  return { format: FORMAT, version: VERSION, files: value.files };
}

const HASH = /^[0-9a-f]{64}$/;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function isFilePatch(value: unknown): value is FilePatch {
  if (!isRecord(value) || typeof value.file !== 'string') return false;
  const hashes = [value.sha256, value.repaired].every((hash) => typeof hash === 'string' && HASH.test(hash));
  return hashes && Array.isArray(value.repairs) && value.repairs.every(isRepair);
}

const isRepair = (value: unknown): value is PatchRepair =>
  isRecord(value) &&
  typeof value.place === 'string' &&
  Array.isArray(value.codes) &&
  Array.isArray(value.edits) &&
  value.edits.every(isEdit);

const isEdit = (value: unknown): value is PatchEdit =>
  isRecord(value) && isCount(value.at) && isCount(value.remove) && typeof value.before === 'string' && typeof value.insert === 'string';

/** The bytes with all edits made. Throws PATCH_DAMAGED where what should go is not there. */
function edited(bytes: Uint8Array, repairs: readonly PatchRepair[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const { place, edits } of repairs) {
    for (const { at, remove, before, insert } of edits) {
      const gone = bytes.subarray(at, at + remove);
      if (at < done || gone.length < remove || digest(gone).slice(0, 16) !== before)
        throw damaged(place, 'edits one after the other, of bytes that are there', `${remove} bytes at ${at}`);
      pieces.push(bytes.subarray(done, at), Buffer.from(insert));
      done = at + remove;
    }
  }
  return Buffer.concat([...pieces, bytes.subarray(done)]);
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** From a place in the text to one in the bytes; places are asked for in their order. */
function byteOffsets(text: string, bom: number): (at: number) => number {
  let [known, offset] = [0, bom];
  return (at) => {
    offset += Buffer.byteLength(text.slice(known, at));
    known = at;
    return offset;
  };
}

type Literal = (at: string, after: string) => { readonly span: Span; readonly after: string };

function jsonLiterals(text: string): Literal {
  const strings = jsonStrings(text);
  return (at, after) => ({ span: strings.get(at)!, after: JSON.stringify(after) });
}

/** Quoted where it was quoted before, or has to be now. */
function csvLiterals(text: string): Literal {
  const delimiter = separatorOf(text);
  const [names, ...rows] = csvCells(text, delimiter);
  const columns = names!.map(([from, to]) => text.slice(from, to).replace(/^"|"$/g, '').trim());
  return (at, after) => {
    const [row, column] = at.split('/') as [string, string];
    const span = rows[Number(row)]![columns.indexOf(column)]!;
    const quoted = text[span[0]] === '"' || after.includes('"') || after.includes(delimiter) || /[\r\n]/.test(after);
    return { span, after: quoted ? `"${after.replaceAll('"', '""')}"` : after };
  };
}

function damaged(at: string, expected: string, got: string, cause?: unknown): FameError {
  return new FameError(
    'PATCH_DAMAGED',
    'A manifest of repairs cannot be used',
    { at, expected, got, fix: 'make it again with `famenet dataset doctor --fix`' },
    { cause },
  );
}
