import { FameError } from '../base/errors.ts';

/** First and last byte, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The one range that a `Range` header asks for (RFC 9110 §14.1.2); undefined where there is no header. Several ranges at once are refused: players do not
 * ask for them, and a thousand overlapping ones make a small request a large answer. Throws FILE_RANGE.
 */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if ((first !== '' || (last !== '' && Number(last) > 0)) && from <= to) return { from, to };
  throw new FameError('FILE_RANGE', 'The file has no such part', {
    at: 'Range',
    expected: `one range within ${size} bytes, like bytes=0-999`,
    got: header.slice(0, 60),
    fix: 'ask for one range',
  });
}
