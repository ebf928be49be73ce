import { isRecord } from '../base/file.ts';

/** Byte tokens of a SentencePiece vocabulary: `<0x00>` … `<0xFF>` spell what no other token can. */
export interface ByteTokens {
  readonly ids: ReadonlySet<number>;
  /** The same ids, with every run of byte tokens that is not UTF-8 as a whole replaced by as many U+FFFD, spelled in bytes. */
  repaired(ids: readonly number[]): number[];
}

const REPLACEMENT = [0xef, 0xbf, 0xbd]; // U+FFFD in UTF-8

/**
 * The tokenizers library in Rust, and so transformers, gives up a whole run of bytes when any of it is not UTF-8; the JavaScript engine gives up
 * single bytes. Both tell the same truth of valid text; for the rest we follow transformers. Source: tokenizers `decoders/byte_fallback.rs`.
 */
export function byteFallback(json: Readonly<Record<string, unknown>>, idOf: (token: string) => number | undefined): ByteTokens {
  const tokens = uses(json.decoder, 'ByteFallback')
    ? Array.from({ length: 256 }, (_, b) => idOf(`<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`))
    : [];
  const byteOf = new Map(tokens.flatMap((id, b) => (id === undefined ? [] : [[id, b] as const])));
  const replacement = REPLACEMENT.map((b) => tokens[b]);
  const whole = replacement.every((id) => id !== undefined);
  return {
    ids: new Set(byteOf.keys()),
    repaired(ids) {
      if (!whole || !ids.some((id) => byteOf.has(id))) return [...ids];
      return runs(ids, byteOf).flatMap((run) => (isText(run, byteOf) ? run : run.flatMap(() => replacement as number[])));
    },
  };
}

/** Longest stretches of byte tokens; every other id alone. */
function runs(ids: readonly number[], byteOf: ReadonlyMap<number, number>): number[][] {
  const out: number[][] = [];
  for (const [i, id] of ids.entries()) {
    if (byteOf.has(id) && byteOf.has(ids[i - 1] ?? -1)) out.at(-1)?.push(id);
    else out.push([id]);
  }
  return out;
}

function isText(run: readonly number[], byteOf: ReadonlyMap<number, number>): boolean {
  if (!byteOf.has(run[0] as number)) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(run, (id) => byteOf.get(id) as number));
    return true;
  } catch {
    return false;
  }
}

/** Whether a decoder, or one in its sequence, is of this type. */
function uses(decoder: unknown, type: string): boolean {
  if (!isRecord(decoder)) return false;
  return decoder.type === type || (Array.isArray(decoder.decoders) && decoder.decoders.some((d) => uses(d, type)));
}
