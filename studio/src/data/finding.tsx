import type { FindingsPage } from '../../../src/server/examination.ts';

type Found = FindingsPage['findings'][number];

interface FindingProps {
  readonly of: Found;
  readonly here: boolean;
  readonly onHere: () => void;
}

/** One finding: what, where, what would be repaired, and what was decided. */
export function Finding({ of: { code, severity, place, message, repair, decision, together }, here, onHere }: FindingProps) {
  return (
    <li className={`finding ${decision ?? 'open'}`}>
      <button type="button" className="finding-row" aria-current={here || undefined} onClick={onHere}>
        <span className="finding-head">
          <span className={`severity ${severity}`}>{severity}</span>
          <span className="finding-code">{code}</span>
          <span className="hint">{placeOf(place)}</span>
          {decision !== undefined && <span className={`decided ${decision}`}>{decision === 'accepted' ? '✓ accepted' : '✕ refused'}</span>}
        </span>
        {repair === undefined ? (
          <span className="finding-message">{message}</span>
        ) : (
          <span className="finding-repair">
            <Changed {...repair} />
          </span>
        )}
        {here && together.length > 0 && (
          <span className="hint">
            One repair with {together.length === 1 ? 'another finding' : `${together.length} other findings`} of the same text: decided
            together.
          </span>
        )}
      </button>
    </li>
  );
}

/** Where it is, in words. */
function placeOf({ entry, line, dialogue, utterance, field }: Found['place']): string {
  const parts = [
    entry === undefined ? '' : `entry ${entry}`,
    line === undefined ? '' : `line ${line}`,
    dialogue === undefined ? '' : `dialogue ${dialogue}`,
    utterance === undefined ? '' : `utterance ${utterance}`,
    field ?? '',
  ];
  return parts.filter(Boolean).join(', ');
}

const AROUND = 40; // letters before and behind what changes

/** Both texts around what is different between them; spaces that go can be seen. */
function Changed({ before, after }: { readonly before: string; readonly after: string }) {
  const inside = after === '' ? -1 : before.indexOf(after);
  if (inside >= 0)
    return (
      <>
        {inside > 0 && <del>{shown(before.slice(0, inside))}</del>}
        {after}
        {inside + after.length < before.length && <del>{shown(before.slice(inside + after.length))}</del>}
      </>
    ); // something around it goes: spaces, quotation marks
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const from = Math.max(0, start - AROUND);
  const lead = `${from > 0 ? '…' : ''}${before.slice(from, start)}`;
  const tail = before.slice(before.length - end, before.length - end + AROUND);
  const rest = end > AROUND ? '…' : '';
  return (
    <>
      {lead}
      {before.length - end > start && <del>{shown(before.slice(start, before.length - end))}</del>}
      {after.length - end > start && <ins>{shown(after.slice(start, after.length - end))}</ins>}
      {tail}
      {rest}
    </>
  );
}

/** Spaces as marks where there is nothing else to see. */
const shown = (text: string): string => (text.trim() === '' ? text.replace(/[^\S]/g, '␣') : text);
