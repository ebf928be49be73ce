/** What films and data sets have in common on their way in: they are announced, and come in parts that can be taken up again. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import type { Env, Server } from './context.ts';
import { type Shelf, tooLarge } from './shelf.ts';
import type { State } from './state.ts';

/** A part of a file, in a route's declaration. */
export const PART = {
  headers: z.object({ 'upload-offset': z.string().regex(/^\d{1,15}$/) }),
  body: { content: { 'application/offset+octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
} as const;

/** Throws UPLOAD_SIZE for a file that is larger than one may be. */
export function checkSize(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new FameError('UPLOAD_SIZE', 'The file is too large', {
    at: 'bytes',
    expected: `at most ${most}`,
    got: `${bytes}`,
    fix: 'send a smaller one',
  });
}

/** Throws UPLOAD_QUOTA where films and data sets of an account, announced ones included, would take more than it may have. */
export function checkQuota({ files, sets }: State, by: string, bytes: number, quota: number): void {
  const used = [...files.values(), ...sets.values()].filter((one) => one.by === by).reduce((sum, one) => sum + one.bytes, 0);
  if (used + bytes <= quota) return;
  throw new FameError('UPLOAD_QUOTA', 'Your files would take more room than you have', {
    expected: `at most ${quota} bytes`,
    got: `${used} and ${bytes} more`,
    fix: 'remove files that are not needed',
  });
}

/** Puts the part that a request carries behind what is there, and gives the size afterwards. Throws as `append` of the shelf does. */
export async function appended(
  c: Context<Env>,
  { tally }: Pick<Server, 'tally'>,
  shelf: Pick<Shelf, 'append'>,
  { id, bytes, received }: { readonly id: string; readonly bytes: number; readonly received?: object | undefined },
): Promise<number> {
  const offset = Number(c.req.header('upload-offset'));
  if (received !== undefined) throw tooLarge(bytes);
  if (offset + Number(c.req.header('content-length') ?? 0) > bytes) throw tooLarge(bytes);
  const sent = c.req.raw.body as AsyncIterable<Uint8Array> | null; // not as a stream of Node: that one loses what it has read when it breaks
  const size = await shelf.append(id, offset, bytes, sent ?? nothing());
  tally.add('upload_bytes_total', {}, size - offset);
  c.header('Upload-Offset', `${size}`);
  return size;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
