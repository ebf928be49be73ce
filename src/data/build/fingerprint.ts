import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A file as manifests know it. */
export interface Fingerprint {
  /** Relative to its folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A text as a file of that name has it. */
export function fingerprintOf(file: string, content: string): Fingerprint {
  const bytes = Buffer.from(content);
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Bytes and SHA-256 of a file, read in pieces. Errors are those of the operating system. */
export async function fingerprintOfFile(path: string): Promise<Omit<Fingerprint, 'file'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
