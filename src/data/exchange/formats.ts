import { ecem } from './authors.ts';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { hf } from './hf.ts';
import { jsonl } from './jsonl.ts';
import { llava } from './llava.ts';

/** The forms in which data sets go out and come back. */
export const FORMATS = { ecem, llava, jsonl, csv, hf } as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
