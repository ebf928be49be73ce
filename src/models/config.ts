import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The `config.json` of a model directory. @throws FileError codes of reading, ModelError MODEL_CONFIG */
export async function readConfig(directory: string): Promise<Config> {
  const at = join(directory, 'config.json');
  return new Config(await readJsonFile(at), at);
}

/** Where a model directory may say that its inputs are shorter than the network allows: transformers' tokenizer, and google's BLEURT. */
const LENGTHS = [
  ['tokenizer_config.json', 'model_max_length'],
  ['bleurt_config.json', 'max_seq_length'],
] as const;

/** Tokens that an input of this model may have: `limit`, or fewer where the directory says so. @throws codes of reading files */
export async function longestInput(directory: string, limit: number): Promise<number> {
  const names = await readdir(directory);
  let longest = limit;
  for (const [file, key] of LENGTHS) {
    if (!names.includes(file)) continue;
    const said = (await readJsonFile(join(directory, file)))[key];
    if (typeof said === 'number' && said >= 3) longest = Math.min(longest, said); // transformers writes 1e30 for "not known"
  }
  return longest;
}

/** A configuration whose values are asked for by name and kind; what is missing or of another kind is an error that names it. */
export class Config {
  readonly json: Json;
  readonly at: string;

  constructor(json: Json, at: string) {
    this.json = json;
    this.at = at;
  }

  /** A positive number; `fallback` where the key is absent or null. */
  number(key: string, fallback?: number): number {
    const v = this.json[key] ?? fallback;
    if (typeof v === 'number' && Number.isFinite(v) && v > 0) return v;
    throw this.wrong(key, 'a positive number', v);
  }

  integer(key: string, fallback?: number): number {
    const v = this.number(key, fallback);
    if (Number.isSafeInteger(v)) return v;
    throw this.wrong(key, 'a whole number', v);
  }

  boolean(key: string, fallback: boolean): boolean {
    const v = this.json[key] ?? fallback;
    if (typeof v === 'boolean') return v;
    throw this.wrong(key, 'true or false', v);
  }

  choice<const T extends string>(key: string, words: readonly T[], fallback?: T): T {
    const v = this.json[key] ?? fallback;
    const found = words.find((w) => w === v);
    if (found !== undefined) return found;
    throw this.wrong(key, words.join(', '), v);
  }

  /** Refuses the number of heads (or the like) `parts` under `key` where it does not divide `whole`. */
  divisor(key: string, parts: number, whole: number): void {
    if (whole % parts !== 0) throw this.wrong(key, `a divisor of ${whole}`, parts);
  }

  /** The configuration inside this one (a vision tower's, a text model's). */
  inner(key: string): Config | undefined {
    const v = this.json[key];
    return isRecord(v) ? new Config(v, `${this.at} → ${key}`) : undefined;
  }

  wrong(key: string, expected: string, got: unknown): ModelError {
    return new ModelError('MODEL_CONFIG', `The configuration's "${key}" cannot be used`, {
      at: this.at,
      expected,
      got: got === undefined ? 'nothing' : JSON.stringify(got),
      fix: 'use the config.json that was saved with the weights',
    });
  }
}
