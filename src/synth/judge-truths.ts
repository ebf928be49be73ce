import { join } from 'node:path';
import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import type { Truth } from './export.ts';
import { SITUATION_SIGNS } from './judge-signs.ts';
import { FELT, KINDS, PARTS } from './world.ts';

/** What has to be there for a truth to be judged by, and what it may be. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isText,
  emotion: (value) => FELT.includes(value as (typeof FELT)[number]),
  cause: isText,
  kind: (value) => KINDS.includes(value as (typeof KINDS)[number]),
  split: (value) => value === undefined || PARTS.includes(value as (typeof PARTS)[number]),
  video: isText,
  speaker: isText,
  other: isText,
  place: isText,
  situation: (value) => isText(value) && Object.hasOwn(SITUATION_SIGNS, value),
  prop: isText,
  faces: isRecord,
};

/**
 * What is true of every dialogue of a made world, from the `truth.jsonl` in its folder, in that order.
 * @throws FameError SYNTH_TRUTH where a line is no truth of this world; FILE_MISSING
 */
export async function readTruths(folder: string): Promise<Truth[]> {
  const file = join(folder, 'truth.jsonl');
  const text = await readTextFile(file, { maxBytes: 256e6, fix: 'give the folder of a made world (famenet synth)' });
  return text.split('\n').flatMap((line, i) => {
    if (line === '') return [];
    const value = parsed(line);
    const missing = isRecord(value) ? Object.keys(FIELDS).find((name) => !FIELDS[name]!(value[name])) : 'no object';
    if (missing === undefined) return [value as unknown as Truth];
    throw new FameError('SYNTH_TRUTH', 'A truth of a made world cannot be understood', {
      at: `${file}, line ${i + 1}`,
      expected: `an object with ${Object.keys(FIELDS).join(', ')}, as famenet synth writes it`,
      got: isRecord(value) ? `"${missing}": ${JSON.stringify(value[missing]) ?? 'nothing'}` : line.slice(0, 60),
      fix: 'make the world again: the same settings give the same films, which are kept',
    });
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
