/**
 * Compares what was planted (make.ts) with what the doctor found and what the build did: `tsx runs/ecem/check.ts SOURCE DOCTOR.json OUT`. Ends with 1 where something was
 * missed. What the doctor found besides is told: a made film may have such places of its own.
 */
import { join } from 'node:path';
import { isRecord, readJsonFile, readTextFile } from '../../src/base/file.ts';
import type { Film } from '../../src/data/build/index.ts';

const [source, found, out] = process.argv.slice(2);
if (source === undefined || found === undefined || out === undefined) throw new Error('usage: check.ts SOURCE DOCTOR.json OUT');

interface Place {
  readonly code: string;
  readonly dialogue: string;
  readonly utterance: number | undefined;
}

const placeOf = ({ code, dialogue, utterance }: Readonly<Record<string, unknown>>): Place => ({
  code: String(code),
  dialogue: String(dialogue),
  utterance: typeof utterance === 'number' ? utterance : undefined,
});
const same = (a: Place, b: Place): boolean => a.code === b.code && a.dialogue === b.dialogue && a.utterance === b.utterance;

const rowsOf = async (file: string): Promise<Readonly<Record<string, unknown>>[]> =>
  (await readTextFile(file)).split('\n').flatMap((line): Readonly<Record<string, unknown>>[] => (line === '' ? [] : [JSON.parse(line)]));

const planted = (JSON.parse(await readTextFile(join(source, 'planted.json'))) as unknown[]).filter(isRecord);
const { findings } = await readJsonFile(found);
const told = (Array.isArray(findings) ? findings : [])
  .filter(isRecord)
  .map(({ code, place }) => placeOf({ code, ...(isRecord(place) ? place : {}) }));
const [repairs, clips, films] = await Promise.all(['repairs', 'clips', 'films'].map((name) => rowsOf(join(out, `${name}.jsonl`))));

/** Whether the build did what it should, for each of the three outcomes. No planted place but one is behind a gap, so places are MELD's numbers. */
const DONE: Readonly<Record<string, (one: Place) => boolean>> = {
  repaired: (one) => repairs!.some((repair) => same(placeOf(repair), one)),
  gap: (one) =>
    clips!.some(({ dialogue, utterance, fault }) => isRecord(fault) && same(placeOf({ code: fault.code, dialogue, utterance }), one)) &&
    (films as unknown as Film[]).every(
      ({ dialogue, parts }) => dialogue !== one.dialogue || parts.every(({ utterance }) => utterance !== one.utterance),
    ),
  kept: ({ dialogue }) => (films as unknown as Film[]).some((film) => film.dialogue === dialogue),
};

let missed = 0;
for (const raw of planted) {
  const one = placeOf(raw);
  const [doctor, build] = [told.some((other) => same(other, one)), DONE[String(raw.outcome)]!(one)];
  missed += Number(!doctor) + Number(!build);
  const where = `dialogue ${one.dialogue}${one.utterance === undefined ? '' : `, utterance ${one.utterance}`}`;
  console.log(`${one.code} (${where}): ${doctor ? 'found' : 'NOT FOUND'}, ${String(raw.outcome)}${build ? '' : ': NOT SO'}`);
}
const others = told.filter((one) => !planted.some((raw) => same(placeOf(raw), one)));
console.log(
  `${planted.length} planted defects; ${others.length} other findings: ${[...new Set(others.map(({ code }) => code))].join(', ') || 'none'}`,
);
process.exitCode = missed > 0 ? 1 : 0;
