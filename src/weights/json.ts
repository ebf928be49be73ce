import { WeightError } from '../base/errors.ts';

/**
 * JSON that must be UTF-8, strict (no NaN, no comments) and free of repeated keys. `JSON.parse` keeps the last of two equal keys, so a file could
 * show one tensor to us and another to a tool that keeps the first.
 * @param what what the text is, for the message: "The header"
 */
export function strictJson(bytes: Uint8Array, what: string, at: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const fix = 'the file is damaged; download or write it again';
    throw new WeightError(
      'WEIGHT_UTF8',
      `${what} is not UTF-8 text`,
      { at, expected: 'UTF-8', got: 'invalid byte sequence', fix },
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 200) : 'unreadable';
    throw new WeightError(
      'WEIGHT_JSON',
      `${what} is not JSON`,
      { at, expected: 'strict JSON', got, fix: 'the file is damaged; download or write it again' },
      { cause },
    );
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    const detail = {
      at,
      expected: 'every key once',
      got: JSON.stringify(twice),
      fix: 'do not trust this file; download it again from its source',
    };
    throw new WeightError('WEIGHT_DUPLICATE', `${what} names a key twice`, detail);
  }
  return value;
}

/** The first repeated key of any object in `text`, which must be valid JSON. Keys are compared after unescaping. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  // A loop over characters, not a regular expression: a hostile string of many megabytes would exhaust the matcher's stack.
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{') open.push(new Set());
    else if (c === '[') open.push(null);
    else if (c === '}' || c === ']') open.pop();
    else if (c === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      const keys = open.at(-1);
      if (!keys || !isKey(text, i + 1)) continue;
      const key: string = JSON.parse(text.slice(start, i + 1));
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/** Whether the string that ends before `end` is followed by a colon. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}
