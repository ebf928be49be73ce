import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { writeTextFile } from '../../base/atomic.ts';
import { FameError } from '../../base/errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Receipt } from './job.ts';
import { FILMS, MANIFEST, manifestText, type Settings } from './manifest.ts';
import { isTarget, LEFT_OUT } from './plan.ts';
import { readmeOf, rebuildScript, type Told } from './readme.ts';
import { dialogueLines, lines, targetFiles, targetsOf, WHOLE } from './rows.ts';
import type { Repair, Source } from './source.ts';
import { leaksOf, SIDES, type Side, splitOf } from './split.ts';

/** A folder as it was written. */
export interface Written {
  readonly files: readonly string[];
  readonly targets: number;
  readonly counts: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
}

/** Everything that a build writes: a folder with something else in it is not ours. */
const OURS = [
  ...SIDES.map((side) => `${side}.json`),
  WHOLE,
  'dialogues.jsonl',
  'repairs.jsonl',
  'clips.jsonl',
  FILMS,
  'README.txt',
  'rebuild.sh',
  MANIFEST,
];

/**
 * Makes the folder, or refuses: one that holds something else, and one of which another is a part, would mix what is published with what must not be.
 * Throws BUILD_FOLDER.
 */
export async function claimFolder(out: string, others: readonly string[]): Promise<void> {
  for (const other of others)
    if (holds(out, other)) throw refuse(out, 'a folder that holds neither the source nor the films', other, 'choose another folder');
  await mkdir(out, { recursive: true });
  const strange = (await readdir(out)).filter((name) => !OURS.includes(name) && !/\.tmp$/.test(name));
  if (strange.length > 0)
    throw refuse(
      out,
      'an empty folder, or a data set to build again',
      strange.slice(0, 5).join(', '),
      'choose another folder, or take that away',
    );
}

/** Whether a folder is another one, or that one is in it. */
export function holds(folder: string, other: string): boolean {
  const way = relative(resolve(folder), resolve(other));
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way);
}

/**
 * Writes what is published: dialogues, targets, repairs, hashes, manifest, README.txt and rebuild.sh. `receipts` are those of the dialogues, in their order; without
 * them there are no films. The same source and settings give the same bytes. Throws BUILD_SPLIT.
 */
export async function writeFolder(
  out: string,
  {
    source,
    receipts,
    settings,
    tool,
    parts,
  }: { source: Source; receipts?: readonly Receipt[] | undefined; settings: Settings; tool: string; parts: readonly string[] },
): Promise<Written> {
  const { dialogues } = source;
  const sides = splitOf(dialogues, settings.split);
  const { targets, leftOut } = targetsOf(dialogues, receipts);
  const repairs = [...source.repairs, ...(receipts ?? []).flatMap((receipt) => receipt.repairs)];
  const films = receipts?.flatMap((receipt) => receipt.films);
  const texts = new Map([
    ['dialogues.jsonl', dialogueLines(dialogues, sides, receipts)],
    ...targetFiles(targets, sides, wantedSides(settings, sides)),
    [
      'repairs.jsonl',
      lines(
        inOrder(
          repairs,
          dialogues.map(({ id }) => id),
        ),
      ),
    ],
    ...(receipts === undefined || films === undefined
      ? []
      : ([
          ['clips.jsonl', lines(receipts.flatMap(({ dialogue, inputs }) => inputs.map((input) => ({ dialogue, ...input }))))],
          [FILMS, lines(films)],
        ] as const)),
  ]);
  const told: Told = {
    kind: source.kind,
    parts,
    settings,
    dialogues: dialogues.length,
    targets: targets.length,
    leftOut: tally(leftOut.map(({ code }) => code)),
    files: [...texts.keys()],
  };
  texts.set('README.txt', readmeOf(told)).set('rebuild.sh', rebuildScript(told));
  const utterances = dialogues.flatMap((dialogue) => dialogue.utterances);
  const counts = {
    dialogues: dialogues.length,
    utterances: utterances.length,
    neutral: utterances.filter(({ emotion }) => emotion === 'neutral').length,
    unlabelled: utterances.filter(({ emotion }) => emotion === undefined).length,
    notNeutral: utterances.filter(isTarget).length,
    targets: targets.length,
    sides: tally(targets.flatMap(({ dialogue }) => sides.get(dialogue.id) ?? [])),
    emotions: tally(targets.map(({ dialogue, place }) => dialogue.utterances[place]!.emotion!)),
    leftOut: told.leftOut,
    repairs: tally(repairs.map(({ code }) => code)),
    ...(films === undefined ? {} : { films: films.length, seconds: Math.round(films.reduce((sum, { seconds }) => sum + seconds, 0)) }),
  };
  await mkdir(out, { recursive: true });
  for (const [file, text] of texts) await writeTextFile(join(out, file), text);
  for (const file of OURS) if (!texts.has(file) && file !== MANIFEST) await rm(join(out, file), { force: true });
  const manifest = manifestText({
    tool,
    source: { kind: source.kind, files: source.files },
    settings,
    counts,
    leaks: leaksOf(dialogues, sides),
    reasons: Object.fromEntries(Object.entries(LEFT_OUT).filter(([code]) => leftOut.some((one) => one.code === code))),
    leftOut,
    files: [...texts].map(([file, text]) => fingerprintOf(file, text)),
  });
  await writeTextFile(join(out, MANIFEST), manifest);
  return { files: [...texts.keys(), MANIFEST], targets: targets.length, counts };
}

/** The sides that get a file, though nothing may have fallen to them. */
function wantedSides({ split: { by, dev, test } }: Settings, sides: ReadonlyMap<string, Side>): Side[] {
  const there = new Set(sides.values());
  const shares = { train: 1 - dev - test, dev, test };
  return SIDES.filter((side) => there.has(side) || (by === 'dialogues' && shares[side] > 0));
}

/** By dialogue, then utterance, each with its first repair first. */
function inOrder(repairs: readonly Repair[], ids: readonly string[]): Repair[] {
  const place = new Map(ids.map((id, i) => [id, i]));
  return repairs.toSorted((a, b) => place.get(a.dialogue)! - place.get(b.dialogue)! || a.utterance - b.utterance);
}

function tally<K extends string>(of: readonly K[]): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const one of of.toSorted()) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

function refuse(at: string, expected: string, got: string, fix: string): FameError {
  return new FameError('BUILD_FOLDER', 'A data set cannot be built into this folder', { at, expected, got, fix });
}
