import { fstatSync, readSync } from 'node:fs';
import type { Av, Library } from './av.ts';

/** An inherited file as FFmpeg reads it. There is no name and no protocol behind it, so nothing in its content can lead anywhere else. */
export interface Input {
  readonly io: Av.IOContext;
  /** Reads without FFmpeg: fewer bytes only at the end. */
  peek(offset: number, length: number): Buffer;
  /** FFmpeg wanted bytes behind the end. */
  readonly cut: boolean;
  close(): void;
}

const PIECE = 1 << 18;

/** Opens the descriptor for FFmpeg; only the first `bytes` bytes exist for it, also when the file has grown since. */
export function openInput(av: Library, descriptor: number, bytes: number): Input {
  const piece = Buffer.alloc(PIECE);
  const end = Math.min(bytes, fstatSync(descriptor).size);
  let at = 0;
  let cut = end < bytes; // somebody cut it off meanwhile
  const peek = (offset: number, length: number): Buffer => {
    const into = Buffer.alloc(Math.max(0, Math.min(length, end - offset)));
    return into.subarray(0, into.length === 0 ? 0 : readSync(descriptor, into, 0, into.length, offset));
  };
  const read = (wanted: number): Buffer | number => {
    const length = Math.min(wanted, PIECE, end - at);
    if (length <= 0) return av.AVERROR_EOF;
    try {
      const got = readSync(descriptor, piece, 0, length, at);
      if (got === 0) {
        cut = true;
        return av.AVERROR_EOF;
      }
      at += got;
      return piece.subarray(0, got); // copied before we are asked again
    } catch {
      return av.AVERROR_EIO;
    }
  };
  const seek = (offset: bigint, whence: number): bigint => {
    const how = whence & ~av.AVSEEK_FORCE;
    if (how === av.AVSEEK_SIZE) return BigInt(end);
    const from = how === av.AVSEEK_END ? end : how === av.AVSEEK_CUR ? at : 0;
    const to = from + Number(offset);
    if (to > end) cut = true;
    if (!(to >= 0 && to <= end)) return BigInt(av.AVERROR_EINVAL);
    at = to;
    return BigInt(to);
  };
  const io = new av.IOContext();
  io.allocContextWithCallbacks(PIECE, 0, read, null, seek);
  return {
    io,
    peek,
    get cut() {
      return cut;
    },
    close: () => io.freeContext(),
  };
}
