import { statSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

/** One argument of a command: how it is written in help, and how the given words become a value. Made by the functions below. */
export interface Arg<T> {
  readonly kind: 'path' | 'text' | 'integer' | 'number' | 'flag' | 'choice' | 'list';
  /** How the value is written in help, e.g. `<path>` or `<q4|q8>`; empty for a flag. */
  readonly form: string;
  readonly about: string;
  readonly positional: boolean;
  readonly required: boolean;
  readonly short: string | undefined;
  /** Environment variable that stands in for the option. */
  readonly env: string | undefined;
  readonly default: T | undefined;
  /** Rules worth a word in help, e.g. "at least 1". */
  readonly rules: readonly string[];
  /** From all the words given for this argument (never none) to its value. `at` names the argument in errors. */
  readonly parse: (given: readonly string[], at: string) => T;
}

/** The arguments of a command, by name: `maxTokens` is written `--max-tokens`. */
export type Args = Readonly<Record<string, Arg<unknown>>>;

/** `maxTokens` as it is typed: `max-tokens`. */
export function typed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The argument as errors name it. */
export function called(name: string, arg: Arg<unknown>): string {
  return arg.positional ? `<${typed(name)}>` : `--${typed(name)}`;
}

interface Common<T> {
  /** One line for help, without a full stop. */
  readonly about?: string;
  /** Written without `--`. Positional arguments are required unless they have a default or `required: false`. */
  readonly positional?: boolean;
  readonly required?: boolean;
  /** Used when the argument is absent; what `process.env` gave (perhaps nothing) is welcome. */
  readonly default?: T | undefined;
  /** One letter: `-m`. */
  readonly short?: string;
  readonly env?: string;
}

/** Options after which the value cannot be absent. */
type Sure<T> = { readonly default: T } | { readonly required: true } | { readonly positional: true; readonly required?: true };

/** A maker of arguments whose result includes `undefined` only when the argument may be absent. */
interface Maker<T, More> {
  (options: Common<T> & More & Sure<T>): Arg<T>;
  (options?: Common<T> & More): Arg<T | undefined>;
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

interface PathRules {
  /** Refuse before the work starts when nothing is there. */
  readonly mustExist?: boolean;
  /** With `mustExist`: what has to be there. */
  readonly is?: 'file' | 'folder';
}

function arg<T>(
  kind: Arg<T>['kind'],
  form: string,
  options: Common<T>,
  rules: readonly string[],
  one: (given: string, at: string) => T,
): Arg<T> {
  return {
    kind,
    form,
    about: options.about ?? '',
    positional: options.positional ?? false,
    required: options.default === undefined && (options.required ?? options.positional ?? false),
    short: options.short,
    env: options.env,
    default: options.default,
    rules,
    parse: (given, at) => one(given[given.length - 1]!, at), // given twice: the last one counts, as everywhere
  };
}

/** A file or folder name, taken as it is (relative to the current folder). Throws USAGE_PATH when it must exist and does not. */
export const path = ((options: Common<string> & PathRules = {}) =>
  arg('path', '<path>', options, [], (given, at) => {
    if (given === '')
      throw new UsageError('USAGE_VALUE', `${at} is empty`, { at, expected: 'a path', fix: 'give the path of a file or folder' });
    if (options.mustExist) checkPath(given, at, options.is);
    return given;
  })) as Maker<string, PathRules>;

function checkPath(given: string, at: string, is: PathRules['is']): void {
  const stat = statSync(given, { throwIfNoEntry: false });
  if (!stat) {
    throw new UsageError('USAGE_PATH', `${given} does not exist`, {
      at,
      expected: `an existing ${is ?? 'file or folder'}`,
      fix: `check the spelling; relative paths start at ${process.cwd()}`,
    });
  }
  const got = stat.isDirectory() ? 'folder' : 'file';
  if (is && got !== is) {
    throw new UsageError('USAGE_PATH', `${given} is not a ${is}`, {
      at,
      expected: `a ${is}`,
      got: `a ${got}`,
      fix: `give the path of a ${is}`,
    });
  }
}

/** Any text, also empty. */
export const text = ((options: Common<string> = {}) => arg('text', '<text>', options, [], (given) => given)) as Maker<string, unknown>;

/** A whole number, exactly representable, within `min` and `max` (inclusive). Throws USAGE_VALUE. */
export const integer = ((options: Common<number> & Range = {}) =>
  arg('integer', '<integer>', options, rangeInWords(options), (given, at) =>
    inRange(
      /^[+-]?\d+$/.test(given) && Number.isSafeInteger(Number(given)) ? Number(given) : Number.NaN,
      given,
      at,
      'a whole number',
      options,
    ),
  )) as Maker<number, Range>;

/** A finite decimal number within `min` and `max` (inclusive). Throws USAGE_VALUE. */
export const number = ((options: Common<number> & Range = {}) =>
  arg('number', '<number>', options, rangeInWords(options), (given, at) =>
    inRange(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN, given, at, 'a number', options),
  )) as Maker<number, Range>;

function inRange(value: number, given: string, at: string, kind: string, range: Range): number {
  if (Number.isFinite(value) && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity)) return value;
  throw new UsageError('USAGE_VALUE', `${at} cannot be ${JSON.stringify(given)}`, {
    at,
    expected: [kind, ...rangeInWords(range)].join(', '),
    got: given,
    fix: `for example ${at}=${range.min ?? Math.min(1, range.max ?? 1)}`,
  });
}

function rangeInWords({ min, max }: Range): string[] {
  if (min !== undefined && max !== undefined) return [`${min} to ${max}`];
  if (min !== undefined) return [`at least ${min}`];
  return max === undefined ? [] : [`at most ${max}`];
}

/** On or off: `--name` or `--no-name`; off when absent unless `default` says otherwise. */
export function flag(options: { readonly about?: string; readonly default?: boolean; readonly short?: string } = {}): Arg<boolean> {
  return arg('flag', '', { ...options, default: options.default ?? false }, [], (given) => given === 'true');
}

/** One of a few words. Throws USAGE_VALUE and suggests the nearest one. */
export function choice<const T extends string>(words: readonly T[], options: Common<NoInfer<T>> & Sure<NoInfer<T>>): Arg<T>;
export function choice<const T extends string>(words: readonly T[], options?: Common<NoInfer<T>>): Arg<T | undefined>;
export function choice<const T extends string>(words: readonly T[], options: Common<T> = {}): Arg<T> {
  return arg('choice', `<${words.join('|')}>`, options, [], (given, at) => {
    const found = words.find((word) => word === given);
    if (found !== undefined) return found;
    const near = nearest(given, words);
    throw new UsageError('USAGE_VALUE', `${at} cannot be ${JSON.stringify(given)}`, {
      at,
      expected: words.join(', '),
      got: given,
      fix: near ? `did you mean ${near}?` : 'use one of the expected words',
    });
  });
}

/** An argument that may be given several times: `list(text(), { about })`. Absent means an empty list. */
export function list<T>(of: Arg<T>, options: Omit<Common<readonly NonNullable<T>[]>, 'env'> = {}): Arg<readonly NonNullable<T>[]> {
  return {
    kind: 'list',
    form: `${of.form}…`,
    about: options.about ?? of.about,
    positional: options.positional ?? false,
    required: options.default === undefined && (options.required ?? options.positional ?? false),
    short: options.short,
    env: undefined,
    default: options.default ?? [],
    rules: of.rules,
    // A maker's parse never gives undefined: only absence does, and an absent element does not exist.
    parse: (given, at) => given.map((word) => of.parse([word], at) as NonNullable<T>),
  };
}
