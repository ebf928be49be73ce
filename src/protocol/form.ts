import { FameError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';

/** Checks a JSON value of unknown origin and gives it back with its type. `at` names its place. Throws PROTOCOL_FORM. */
export type Form<T> = (value: unknown, at: string) => T;

/** A form for each key; one that is missing or too many does not compile. */
export type Fields<T> = { readonly [K in keyof T]-?: Form<T[K]> };

/** Characters that a name or an id has at most, a note, and a text. */
const [NAME, NOTE, TEXT] = [200, 2000, 20_000];
/** Entries of a list. */
const MANY = 100_000;

/** An object with these fields and no others; what is optional and absent stays absent. */
export function record<T extends object>(fields: Fields<T>): Form<T> {
  const entries = Object.entries(fields) as [string, Form<unknown>][];
  return (value, at) => {
    if (!isRecord(value)) throw strange(at, `an object with ${Object.keys(fields).join(', ') || 'nothing in it'}`, value);
    const extra = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (extra !== undefined) throw strange(`${at}.${extra}`, `only ${Object.keys(fields).join(', ') || 'an empty object'}`, value[extra]);
    const checked = entries.map(([key, form]) => [key, form(Object.hasOwn(value, key) ? value[key] : undefined, `${at}.${key}`)] as const);
    return Object.fromEntries(checked.filter(([, v]) => v !== undefined)) as T;
  };
}

/** The form, or nothing at all. */
export function optional<T>(form: Form<T>): Form<T> {
  return (value, at) => (value === undefined ? (undefined as T) : form(value, at));
}

/** A list of such values. */
export function list<T>(form: Form<T>, { least = 0, most = MANY }: { least?: number; most?: number } = {}): Form<readonly T[]> {
  return (value, at) => {
    if (Array.isArray(value) && value.length >= least && value.length <= most) return value.map((entry, i) => form(entry, `${at}[${i}]`));
    throw strange(at, `a list of ${least} to ${most} entries`, value, Array.isArray(value) ? `${value.length} entries` : undefined);
  };
}

/** One of these words. */
export function oneOf<const T extends string | number>(words: readonly T[]): Form<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw strange(at, words.join(', '), value);
    return found;
  };
}

function words(most: number, expected: string, fits: (text: string) => boolean): Form<string> {
  return (value, at) => {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= most && fits(value)) return value;
    throw strange(at, expected, value);
  };
}

const isLine = (text: string): boolean => text === text.trim() && [...text].every((letter) => letter >= ' ' && letter !== '\u007f');

/** An id or a name: one line without spaces at its ends. */
export const name: Form<string> = words(NAME, `1 to ${NAME} characters in one line, no spaces at the ends`, isLine);
/** A remark. */
export const note: Form<string> = words(NOTE, `a text of at most ${NOTE} characters`, () => true);
/** Anything longer that a person writes. */
export const text: Form<string> = words(TEXT, `a text of at most ${TEXT} characters`, () => true);
/** The one way of writing a time, so that order of texts is order of times. */
export const time: Form<string> = words(24, 'a time in UTC as toISOString() writes it, 2026-11-25T10:00:00.000Z', (written) => {
  const ms = Date.parse(written);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === written;
});

/** A number in a range; both ends belong to it. */
export function number(low: number, high = Number.MAX_SAFE_INTEGER, whole = false): Form<number> {
  return (value, at) => {
    if (typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    throw strange(at, `a ${whole ? 'whole ' : ''}number from ${low}${high === Number.MAX_SAFE_INTEGER ? '' : ` to ${high}`}`, value);
  };
}

/** A whole number from `low`. */
export const whole = (low: number, high = Number.MAX_SAFE_INTEGER): Form<number> => number(low, high, true);

/** Yes or no. */
export const yesNo: Form<boolean> = (value, at) => {
  if (typeof value === 'boolean') return value;
  throw strange(at, 'true or false', value);
};

/** The error for a value that is not in its form. */
export function strange(at: string, expected: string, value: unknown, got = shown(value)): FameError {
  return new FameError('PROTOCOL_FORM', 'An event or a command is not in its form', { at, expected, got, fix: 'correct it there' });
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 80));
