import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { StoppedError } from '../base/errors.ts';
import type { MediaOptions } from './decoder-process.ts';
import { limitsOf } from './limits.ts';
import type { Clip } from './reel.ts';
import { showFile } from './showing.ts';
import { openSource } from './source.ts';

const PIECE = 1 << 20;

/**
 * A file as a clip to be merged. Its fingerprint is the SHA-256 of its bytes, so a renamed or copied file is the same clip; its id is the
 * name without what follows the last dot, unless you give another. The file is read once here, and decoded when the clip is asked for.
 * @throws MediaError MEDIA_FILE, MEDIA_EMPTY, MEDIA_FORMAT, MEDIA_LIMIT; StoppedError by `signal`.
 */
export async function fileClip(path: string, options: MediaOptions & { readonly id?: string } = {}): Promise<Clip> {
  const { limits, signal, id = basename(path, extname(path)) } = options;
  const source = await openSource(path, limitsOf(limits));
  const hash = createHash('sha256');
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    for (let at = 0; ; ) {
      if (signal?.aborted) throw new StoppedError();
      const { bytesRead } = await source.handle.read(piece, 0, PIECE, at);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await source.close();
  }
  return {
    id,
    fingerprint: hash.digest('hex'),
    open: (sound, later) => showFile(path, sound, { ...(limits ? { limits } : {}), signal: later ?? signal }),
  };
}
