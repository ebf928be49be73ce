import { access, open } from 'node:fs/promises';
import { FameError } from './errors.ts';

/** Reads a whole text file (UTF-8) that is expected to be small. Throws FILE_MISSING, FILE_LARGE, FILE_DAMAGED. */
export async function readTextFile(
  file: string,
  { maxBytes = 16e6, fix = 'check the path' }: { maxBytes?: number; fix?: string } = {},
): Promise<string> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause; // permissions and the like: main says what to do
    throw new FameError('FILE_MISSING', 'A file is missing', { at: file, got: 'no such file', fix }, { cause });
  }
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) {
      throw new FameError('FILE_LARGE', 'A file is larger than anything it should hold', {
        at: file,
        expected: `at most ${maxBytes} bytes`,
        got: `${size} bytes`,
        fix: 'check that it is the right file',
      });
    }
    // The size may grow while we read: never take more than was allowed.
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytesRead));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw damaged(file, 'UTF-8 text', 'an invalid byte sequence', cause);
  } finally {
    await handle.close();
  }
}

/** Reads a JSON file whose top level is an object. Values are unknown until checked. Throws as `readTextFile` does. */
export async function readJsonFile(
  file: string,
  options: { maxBytes?: number; fix?: string } = {},
): Promise<Readonly<Record<string, unknown>>> {
  const content = await readTextFile(file, options);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw damaged(file, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
  if (isRecord(value)) return value;
  throw damaged(file, 'a JSON object', Array.isArray(value) ? 'a list' : String(JSON.stringify(value)).slice(0, 60), undefined);
}

/** Whether there is something under this path that may be looked at. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether a JSON value is an object: not null, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(at: string, expected: string, got: string, cause: unknown): FameError {
  return new FameError('FILE_DAMAGED', 'A file cannot be understood', { at, expected, got, fix: 'download or write it again' }, { cause });
}
