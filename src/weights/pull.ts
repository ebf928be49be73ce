import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import type { Source } from './catalogue.ts';
import { download, type Expectation, networkError, request } from './download.ts';
import { type FileReceipt, fingerprint, type Receipt, readReceipt, writeReceipt } from './receipt.ts';

export const ENDPOINT = 'https://huggingface.co';

export interface PullOptions {
  /** Base address of a Hugging Face compatible hub. */
  readonly endpoint?: string;
  readonly revision?: string;
  /** Refuses to start when the files are larger together; 40 GB by default. */
  readonly maxBytes?: number;
  /** Sent to the endpoint only, never to where it redirects. */
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly file: string; readonly done: number; readonly total: number }) => void;
  /** Milliseconds before the first retry; for tests. */
  readonly pause?: number;
}

interface Wanted extends Expectation {
  readonly file: string;
  readonly url: string;
}

/** A hub lists a thousand files a page. */
const MAX_PAGES = 50;

/**
 * Fetches a model into `directory` and leaves a receipt there (receipt.ts). Files that are there and match are not fetched again; a file that was cut
 * off goes on where it stopped. Checked are the length and the hash that the hub's list or the catalogue states.
 */
export async function pull(source: Source, directory: string, options: PullOptions = {}): Promise<Receipt> {
  const target = resolve(directory);
  const maxBytes = options.maxBytes ?? 40e9;
  const wanted = await withAdvice(source, target, () => (source.kind === 'hub' ? listFiles(source, options) : [single(source)]));
  const total = wanted.reduce((sum, w) => sum + (w.bytes ?? 0), 0);
  if (total > maxBytes) {
    const detail = {
      at: wanted[0]?.url ?? target,
      expected: `at most ${maxBytes} bytes`,
      got: `${total} bytes in ${wanted.length} files`,
      fix: 'allow it with --max-bytes',
    };
    throw new WeightError('WEIGHT_PULL_SIZE', 'A model is larger than allowed', detail);
  }
  const before = await readReceipt(target);
  const files: FileReceipt[] = [];
  let done = 0;
  for (const want of wanted) {
    const at = join(target, want.file);
    const onBytes = (bytes: number) => options.onProgress?.({ file: want.file, done: done + bytes, total });
    const kept = await present(at, want, before, options.signal);
    const headers: Readonly<Record<string, string>> = options.token ? { authorization: `Bearer ${options.token}` } : {};
    const inside = { maxBytes: maxBytes - done, headers: source.kind === 'hub' ? headers : {}, onBytes, ...pick(options) };
    const written = kept ?? (await withAdvice(source, target, () => download(want.url, at, want, inside)));
    files.push({ file: want.file, ...written });
    done += written.bytes;
    onBytes(0);
  }
  const from: Receipt['from'] =
    source.kind === 'hub'
      ? { repo: source.repo, revision: revisionOf(source, options), endpoint: options.endpoint ?? ENDPOINT }
      : { url: source.url };
  const receipt = { made: 'famenet models pull', from, files };
  await writeReceipt(target, receipt);
  return receipt;
}

function pick({ signal, pause }: PullOptions): { signal?: AbortSignal; pause?: number } {
  return { ...(signal ? { signal } : {}), ...(pause === undefined ? {} : { pause }) };
}

function revisionOf(source: Source, options: PullOptions): string {
  return options.revision ?? (source.kind === 'hub' ? source.revision : undefined) ?? 'main';
}

/** Runs a request; when there is no network, says which files to put where by hand. */
async function withAdvice<T>(source: Source, directory: string, ask: () => Promise<T> | T): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof WeightError) || cause.code !== 'WEIGHT_PULL_NETWORK') throw cause;
    const files =
      source.kind === 'hub'
        ? (source.files?.join(', ') ?? 'config.json, the tokenizer files and model.safetensors (or its shards and index)')
        : source.file;
    const where = source.kind === 'hub' ? `${ENDPOINT}/${source.repo}` : source.url;
    const fix = `run the same command again to go on; or, without a network here, put ${files} from ${where} into ${directory}`;
    throw new WeightError('WEIGHT_PULL_NETWORK', 'A model cannot be fetched', { ...cause.detail, fix }, { cause });
  }
}

function single(source: Extract<Source, { kind: 'url' }>): Wanted {
  const { url, file, sha256, sha256Prefix } = source;
  return { url, file, ...(sha256 ? { sha256 } : {}), ...(sha256Prefix ? { sha256Prefix } : {}) };
}

/** The files of a repository that we need, by the hub's own list. */
async function listFiles(source: Extract<Source, { kind: 'hub' }>, options: PullOptions): Promise<Wanted[]> {
  const endpoint = (options.endpoint ?? ENDPOINT).replace(/\/+$/, '');
  const revision = encodeURIComponent(revisionOf(source, options));
  const headers: Readonly<Record<string, string>> = options.token ? { authorization: `Bearer ${options.token}` } : {};
  const rows: Wanted[] = [];
  let page: string | undefined = `${endpoint}/api/models/${source.repo}/tree/${revision}?recursive=1`;
  for (let n = 0; page !== undefined && n < MAX_PAGES; n++) {
    const response: Response = await request(page, { headers, ...(options.signal ? { signal: options.signal } : {}) }).catch((cause) => {
      options.signal?.throwIfAborted();
      throw cause instanceof WeightError ? cause : networkError(endpoint, cause);
    });
    const list: unknown = await response.json().catch(() => undefined);
    if (!Array.isArray(list)) throw listError(page, 'an array of files', 'another answer');
    for (const row of list)
      if (!isRecord(row) || row.type === 'file') rows.push(parseRow(row, page, `${endpoint}/${source.repo}/resolve/${revision}`));
    page = nextPage(response, endpoint);
  }
  const chosen = chooseFiles(
    rows.map((r) => r.file),
    source.files,
  );
  const missing = source.files?.find((f) => !chosen.has(f));
  if (chosen.size === 0 || missing !== undefined)
    throw listError(
      `${endpoint}/${source.repo}`,
      missing ?? 'weights: *.safetensors or *.bin',
      rows
        .map((r) => r.file)
        .slice(0, 10)
        .join(', ') || 'no files',
    );
  return rows.filter((r) => chosen.has(r.file));
}

function listError(at: string, expected: string, got: string): WeightError {
  const fix = 'check the name of the model, and that --endpoint is a Hugging Face compatible hub';
  return new WeightError('WEIGHT_PULL_LIST', 'The list of files of a model is not usable', { at, expected, got, fix });
}

function parseRow(row: unknown, at: string, base: string): Wanted {
  const { path, size, oid, lfs } = isRecord(row) ? row : {};
  if (typeof path !== 'string' || !Number.isSafeInteger(size))
    throw listError(at, '{type: "file", path, size, oid}', JSON.stringify(row)?.slice(0, 200) ?? 'nothing');
  if (!isInside(path)) {
    const detail = { at, expected: 'a path inside the model directory', got: JSON.stringify(path), fix: 'do not trust this source' };
    throw new WeightError('WEIGHT_PULL_PATH', 'A hub names a file outside of the model directory', detail);
  }
  const url = `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const big = isRecord(lfs) && typeof lfs.oid === 'string' && /^[0-9a-f]{64}$/.test(lfs.oid) ? lfs : undefined;
  const bytes = Number(size);
  if (big) return { file: path, url, bytes, sha256: String(big.oid) };
  return { file: path, url, bytes, ...(typeof oid === 'string' && /^[0-9a-f]{40}$/.test(oid) ? { blob: oid } : {}) };
}

/** Plain relative paths only: no `..`, no absolute path, no drive, no backslash, no control character, on every system. */
export function isInside(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\\:\u0000-\u001f]/.test(path) && path.split('/').every((s) => s !== '' && s !== '.' && s !== '..');
}

function nextPage(response: Response, endpoint: string): string | undefined {
  const next = /<([^>]+)>\s*;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  // Another host would get our token.
  return next && new URL(next, endpoint).origin === new URL(endpoint).origin ? new URL(next, endpoint).href : undefined;
}

/** Of a model repository: configuration, tokenizer, licence, and its weights once: one safetensors file, else its shards, else PyTorch files. */
export function chooseFiles(names: readonly string[], wanted?: readonly string[]): Set<string> {
  if (wanted) return new Set(names.filter((n) => wanted.includes(n)));
  const layouts = [
    /^model\.safetensors$/,
    /^model-\d{5}-of-\d{5}\.safetensors$|^model\.safetensors\.index\.json$/,
    /^pytorch_model\.bin$/,
    /^pytorch_model-\d{5}-of-\d{5}\.bin$|^pytorch_model\.bin\.index\.json$/,
  ];
  const weights = layouts.map((l) => names.filter((n) => l.test(n))).find((found) => found.length > 0) ?? [];
  const beside =
    /^[^/]*(config|preprocessor|processor|tokenizer|vocab|sentencepiece|spiece|added_tokens|special_tokens|chat_template|normalizer)[^/]*\.(json|txt|model|jinja)$|^(merges\.txt|LICENSE[^/]*|NOTICE[^/]*|USE_POLICY[^/]*)$|^[^/]*\.model$/;
  return new Set(weights.length === 0 ? [] : [...names.filter((n) => beside.test(n)), ...weights]);
}

/** The file's fingerprint when it is there already and right: by the stated hash, or by our own receipt of it. */
async function present(
  at: string,
  want: Wanted,
  receipt: Receipt | undefined,
  signal: AbortSignal | undefined,
): Promise<{ bytes: number; sha256: string } | undefined> {
  const size = await stat(at).then(
    (s) => s.size,
    () => undefined,
  );
  const known = want.sha256 ?? receipt?.files.find((f) => f.file === want.file)?.sha256;
  if (size === undefined || (want.bytes !== undefined && size !== want.bytes) || known === undefined) return undefined;
  const found = await fingerprint(at, signal);
  return found.sha256 === known ? found : undefined;
}
