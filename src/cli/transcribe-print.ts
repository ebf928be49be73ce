import { showSeconds } from '../base/units.ts';
import type { Repair, Transcript, Turn, WordErrors } from '../speech/index.ts';
import type { Out } from './out.ts';

/** What was heard, for people: one row a segment, sounds among them, and what is to be known of it. */
export function printHeard({ segments, events, receipt }: Transcript, out: Out): void {
  const rows = [
    ...segments.map(({ start, speaker, text }) => ({ start, speaker, text })),
    ...(events ?? []).map(({ start, name, confidence }) => ({ start, speaker: undefined, text: `[${name}, ${confidence.toFixed(2)}]` })),
  ].sort((a, b) => a.start - b.start);
  const named = rows.some(({ speaker }) => speaker !== undefined);
  if (rows.length === 0) out.line('Nobody speaks.');
  out.table(rows.map(({ start, speaker, text }) => ({ at: showSeconds(start), ...(named ? { speaker: speaker ?? '' } : {}), text })));
  tell({ receipt }, out);
}

/** What a transcript and what was heard do not have in common: changes that are proposed, then places where somebody has to listen. */
export function printCompared(
  { turns, repair, errors, heard }: { turns: readonly Turn[]; repair: Repair; errors: WordErrors; heard: Transcript },
  out: Out,
): void {
  const { changes, doubts } = repair;
  const said = errors.hits + errors.substitutions + errors.deletions;
  out.line(
    `${turns.length} turns, ${said} words; heard otherwise ${errors.substitutions}, not heard ${errors.deletions}, heard besides ${errors.insertions}.`,
  );
  out.line(changes.length === 0 ? 'No change is proposed.' : `${changes.length} changes are proposed:`);
  out.line();
  out.table(
    changes.map(({ id, turn, kind, before, after, reason, confidence }) => ({
      change: id,
      turn: turn + 1,
      kind,
      from: JSON.stringify(before),
      to: JSON.stringify(after),
      sure: confidence.toFixed(2),
      reason,
    })),
  );
  if (doubts.length > 0) {
    out.line();
    out.line('Differences that are left as they are:');
    out.table(
      doubts.map(({ kind, turn, written, heard: words, start }) => ({
        turn: turn === undefined ? '' : turn + 1,
        at: start === undefined ? '' : showSeconds(start),
        what: WHAT[kind],
        written: written ?? '',
        heard: words ?? '',
      })),
    );
  }
  tell(heard, out);
}

const WHAT = { otherwise: 'heard otherwise', unheard: 'not heard', nobody: 'in no turn' } as const;

function tell({ receipt: { by, files, notes } }: Pick<Transcript, 'receipt'>, out: Out): void {
  for (const note of notes) out.note(`Note: ${note}.`);
  out.note(`Made with ${by}: ${files.map(({ file, sha256 }) => `${file} ${sha256.slice(0, 8)}`).join(', ')}.`);
}
