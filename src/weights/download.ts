import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { syncDirectory } from '../base/atomic.ts';
import { FameError, WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { type Written, writeAll, writeError } from './disk.ts';
import { fingerprint } from './receipt.ts';

/** What is known of a file before it is fetched; each known thing is checked. */
export interface Expectation {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly sha256Prefix?: string;
  /** Git's name of the content: SHA-1 of "blob <length>\0" and the bytes. */
  readonly blob?: string;
}

export interface DownloadOptions {
  /** Refuses to receive more bytes than this. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with the bytes of the file that are on the disk. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds before a connection that broke is tried again; doubles each time. */
  readonly pause?: number;
}

/** A broken connection is tried again this often in a row without a new byte. */
const TRIES = 4;

/**
 * Fetches one file to `target`: into `target.part`, which a later call goes on with (if the server's ETag is still the same), then checked, flushed and
 * renamed. Redirects are followed, but never from https down to http.
 * @throws WEIGHT_PULL_NETWORK, WEIGHT_PULL_STATUS, WEIGHT_PULL_SIZE, WEIGHT_PULL_CHECKSUM
 */
export async function download(url: string, target: string, expected: Expectation, options: DownloadOptions): Promise<Written> {
  await mkdir(dirname(target), { recursive: true });
  const part = `${target}.part`;
  let pause = options.pause ?? 1000;
  for (let tries = 1; ; ) {
    const before = await sizeOf(part);
    try {
      if (await transfer(url, part, expected, options)) break;
    } catch (cause) {
      options.signal?.throwIfAborted();
      if (cause instanceof FameError) throw cause;
      if ((await sizeOf(part)) > before) tries = 1;
      else if (++tries > TRIES) throw networkError(url, cause);
      await wait(pause, undefined, { ...(options.signal ? { signal: options.signal } : {}) });
      pause *= 2;
    }
  }
  const written = await check(part, url, expected, options.signal);
  await rename(part, target);
  await rm(`${part}.json`, { force: true });
  await syncDirectory(dirname(target));
  return written;
}

/** The error for a server that cannot be reached, with the reason of the system below `fetch`. */
export function networkError(url: string, cause: unknown): WeightError {
  const reason =
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message || cause.cause.name : cause.message) : String(cause);
  const detail = {
    at: url,
    expected: 'a connection',
    got: reason.slice(0, 200),
    fix: 'check the network and run the same command again: it goes on where it stopped',
  };
  return new WeightError('WEIGHT_PULL_NETWORK', 'A model cannot be fetched', detail, { cause });
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (s) => s.size,
    () => 0,
  );
}

/** One request. True when the part is complete; throws anything but a FameError for a connection that broke. */
async function transfer(url: string, part: string, expected: Expectation, options: DownloadOptions): Promise<boolean> {
  const limit = Math.min(expected.bytes ?? Number.POSITIVE_INFINITY, options.maxBytes);
  const have = await resumable(part, url);
  if (expected.bytes !== undefined && have.bytes === expected.bytes) return true;
  const range: Readonly<Record<string, string>> = have.bytes > 0 ? { range: `bytes=${have.bytes}-`, 'if-range': have.etag } : {};
  // A compressed answer would make ranges and lengths mean something else.
  const headers = { 'accept-encoding': 'identity', ...options.headers, ...range };
  const response = await request(url, { headers, ...(options.signal ? { signal: options.signal } : {}) }).catch(async (cause) => {
    if (cause instanceof RangeError) await rm(`${part}.json`, { force: true });
    throw cause;
  });
  const goesOn = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have.bytes}-`) === true;
  const start = goesOn ? have.bytes : 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (start + length > limit) throw sizeError(url, limit, start + length);
  // A weak ETag does not promise equal bytes, so that it cannot vouch for a resumed file.
  const etag = response.headers.get('etag') ?? '';
  const note = JSON.stringify({ url, etag: etag.startsWith('W/') ? '' : etag });
  const handle = await open(part, goesOn ? 'a' : 'w').catch((cause) => {
    throw writeError(cause, part);
  });
  try {
    // Only now, when an older part is gone: its bytes must never be taken for those of this ETag.
    await writeFile(`${part}.json`, note);
    let bytes = start;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > limit) throw sizeError(url, limit, bytes);
      await writeAll(handle, chunk).catch((cause) => {
        throw writeError(cause, part);
      });
      options.onBytes?.(bytes);
    }
    await handle.sync();
    if (expected.bytes !== undefined && bytes < expected.bytes)
      throw new Error(`the connection ended after ${bytes} of ${expected.bytes} bytes`);
    if (!Number.isNaN(length) && bytes < start + length) throw new Error(`the connection ended after ${bytes} bytes`);
    return true;
  } finally {
    await handle.close();
  }
}

/** A GET whose failure to be answered well is a WeightError, and whose failure to be answered at all is thrown as it is. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (url.startsWith('https:') && !response.url.startsWith('https:')) {
    await response.body?.cancel();
    const detail = { at: url, expected: 'https', got: response.url, fix: 'use another endpoint' };
    throw new WeightError('WEIGHT_PULL_STATUS', 'A server sends us to an address that is not encrypted', detail);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const status = response.status;
  // The part is not a beginning of what the server has: transfer() starts over.
  if (status === 416) throw new RangeError('the server has no such range');
  // These pass by themselves, like a broken connection.
  if (status === 429 || status >= 500) throw new Error(`the server answered ${status} ${response.statusText}`);
  const denied = status === 401 || status === 403;
  const fix = denied
    ? 'the model may ask you to accept its licence on its web page first; then put a token of yours into HF_TOKEN'
    : status === 404
      ? 'check the name of the model and its revision'
      : 'run the same command again';
  throw new WeightError('WEIGHT_PULL_STATUS', 'A server refuses to give a file of a model', {
    at: url,
    expected: 'status 200',
    got: `${status} ${response.statusText}`,
    fix,
  });
}

function sizeError(url: string, limit: number, got: number): WeightError {
  const detail = {
    at: url,
    expected: `at most ${limit} bytes`,
    got: `${got} bytes or more`,
    fix: 'if you want a file of this size, allow it with --max-bytes',
  };
  return new WeightError('WEIGHT_PULL_SIZE', 'A file of a model is larger than allowed', detail);
}

/** How much of a part can be kept: all of it if it has a strong ETag to ask with, from the same address. */
async function resumable(part: string, url: string): Promise<{ bytes: number; etag: string }> {
  const note = await readFile(`${part}.json`, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  const usable = isRecord(note) && note.url === url && typeof note.etag === 'string' && note.etag !== '';
  return usable ? { bytes: await sizeOf(part), etag: String(note.etag) } : { bytes: 0, etag: '' };
}

/** Hashes the finished part; a wrong one is deleted, for going on with it could never mend it. */
async function check(part: string, url: string, expected: Expectation, signal: AbortSignal | undefined): Promise<Written> {
  const written = await fingerprint(part, signal);
  const wanted = expected.sha256 ?? expected.sha256Prefix;
  const wrong =
    wanted !== undefined && !written.sha256.startsWith(wanted)
      ? { expected: `sha256 ${wanted}`, got: `sha256 ${written.sha256}` }
      : expected.blob !== undefined && (await gitBlob(part, written.bytes)) !== expected.blob
        ? { expected: `git blob ${expected.blob}`, got: 'another' }
        : undefined;
  if (!wrong) return written;
  await rm(part, { force: true });
  await rm(`${part}.json`, { force: true });
  throw new WeightError('WEIGHT_PULL_CHECKSUM', 'A fetched file is not the one it should be', {
    at: url,
    ...wrong,
    fix: 'run the command again; if it happens twice, do not trust the source',
  });
}

/** Only small text files have no SHA-256 in a hub's list, so reading them whole is fine. */
async function gitBlob(file: string, bytes: number): Promise<string> {
  return createHash('sha1')
    .update(`blob ${bytes}\0`)
    .update(await readFile(file))
    .digest('hex');
}
