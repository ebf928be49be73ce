import { writeTextFile } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import type { Change, Doubt, Repair, Turn } from './repair.ts';

/** A proposed change with what a person decided: `true` accepted, `false` refused, `null` not looked at (which changes nothing). */
export type Decided = Change & { readonly accept: boolean | null };

/** The list that a person goes through, as `--review` writes it. */
export interface Review {
  readonly format: typeof FORMAT;
  /** The transcript that the changes are for, as it was named. */
  readonly transcript: string;
  readonly changes: readonly Decided[];
  /** Where both differ and nothing is proposed. */
  readonly doubts: readonly Doubt[];
}

const FORMAT = 'famenet-transcript-review/1';

/** Writes the list, every change undecided. Replaces an older one. */
export async function writeReview(file: string, transcript: string, { changes, doubts }: Repair): Promise<void> {
  const review: Review = { format: FORMAT, transcript, changes: changes.map((change) => ({ accept: null, ...change })), doubts };
  await writeTextFile(file, `${JSON.stringify(review, null, 2)}\n`);
}

/** Reads the list back. @throws FameError SPEECH_REVIEW, and as `readJsonFile` does. */
export async function readReview(file: string): Promise<Review> {
  const json = await readJsonFile(file);
  const wrong = json.format !== FORMAT || !Array.isArray(json.changes) ? 0 : json.changes.findIndex((change) => !isDecided(change)) + 1;
  if (json.format === FORMAT && Array.isArray(json.changes) && wrong === 0) return json as unknown as Review; // every field that is used was looked at
  throw damaged(
    wrong > 0 ? `${file}, change ${wrong}` : file,
    wrong > 0 ? '{accept: true, false or null, turn, from, to, before, after}' : `a list as --review writes it (${FORMAT})`,
    wrong > 0 ? 'something else' : `format ${JSON.stringify(json.format) ?? 'none'}`,
  );
}

function isDecided(change: unknown): boolean {
  if (!isRecord(change)) return false;
  const whole = [change.id, change.turn, change.from, change.to].every((n) => Number.isSafeInteger(n) && Number(n) >= 0);
  return (
    whole &&
    typeof change.before === 'string' &&
    typeof change.after === 'string' &&
    (change.accept === null || typeof change.accept === 'boolean')
  );
}

/**
 * The transcript with the accepted changes, in whatever combination; speakers, times and the number of turns stay. Changes are places in the texts
 * as they were, so it must be the transcript that was compared. @throws FameError SPEECH_CHANGES where it is another one.
 */
export function applyChanges<T extends Turn>(turns: readonly T[], changes: readonly Change[]): T[] {
  const lost = changes.find(({ turn, from, to, before }) => turns[turn]?.text.slice(from, to) !== before);
  if (lost !== undefined) {
    throw new FameError('SPEECH_CHANGES', 'The changes are for another transcript', {
      at: `change ${lost.id}, turn ${lost.turn + 1}`,
      expected: `${JSON.stringify(lost.before)} at ${lost.from}`,
      got: JSON.stringify(turns[lost.turn]?.text.slice(lost.from, lost.to) ?? `only ${turns.length} turns`),
      fix: 'give the transcript that was compared, untouched, or compare again',
    });
  }
  return turns.map((turn, i) => {
    const own = changes.filter((change) => change.turn === i).sort((a, b) => b.from - a.from || b.to - a.to || b.id - a.id);
    return { ...turn, text: own.reduce((text, { from, to, after }) => text.slice(0, from) + after + text.slice(to), turn.text) };
  });
}

function damaged(at: string, expected: string, got: string): FameError {
  return new FameError('SPEECH_REVIEW', 'A list of changes cannot be understood', {
    at,
    expected,
    got,
    fix: 'write it again with --review',
  });
}
