/** Sending a file: in parts, and on from where the connection broke. */
import { OWN_HEADER, ProblemError, problemFrom, problemIn } from './api.ts';

interface Progressing {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

const PART = 4 * 2 ** 20;
/** Tries without a byte between them. */
const TRIES = 5;
/** Problems after which the rest may be sent: the connection broke, was too slow, or two requests met. */
const AGAIN = new Set(['STUDIO_OFFLINE', 'UPLOAD_BROKEN', 'UPLOAD_SLOW', 'UPLOAD_BUSY', 'UPLOAD_OFFSET', 'SERVER_RATE', 'SERVER_ENDING']);

/** Sends the bytes of what was announced under an address of the server. Throws ProblemError where they are refused, and the reason of `signal`. */
export async function sendParts(address: string, bytes: File, { onProgress, signal }: Progressing): Promise<void> {
  let offset = 0;
  for (let tries = 0; offset < bytes.size; ) {
    onProgress(offset, bytes.size);
    signal.throwIfAborted();
    try {
      offset = await sendPart(address, bytes.slice(offset, offset + PART), offset, signal);
      tries = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (!AGAIN.has(problemFrom(error).code) || ++tries > TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
      offset = await offsetOf(address, signal).catch(() => offset);
    }
  }
  onProgress(bytes.size, bytes.size);
}

async function sendPart(address: string, part: Blob, offset: number, signal: AbortSignal): Promise<number> {
  const response = await fetch(address, {
    method: 'PATCH',
    headers: { ...OWN_HEADER, 'upload-offset': `${offset}`, 'content-type': 'application/offset+octet-stream' },
    body: part,
    signal,
  });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return Number(response.headers.get('upload-offset'));
}

async function offsetOf(address: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(address, { headers: OWN_HEADER, signal });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return Number(response.headers.get('upload-offset'));
}

/** A name as the server takes them: one line. */
export const nameOf = (name: string): string =>
  name
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
    .slice(0, 200) || 'film';
