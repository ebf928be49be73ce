import type { Item, Writing } from '../../../src/protocol/writing.ts';
import { clockOf, type Player } from '../film/player.ts';

/** Somebody's writing, to be read: the cause large, and evidence that plays. */
export function Written({ of, item, player }: { readonly of: Writing; readonly item: Item; readonly player?: Player | undefined }) {
  const { cause, reasoning, evidence } = of;
  const said = new Map(item.turns?.map((turn) => [turn.number, turn]));
  const times = (from: number, to: number) => `${clockOf(from)}${to > from ? ` – ${clockOf(to)}` : ''}`;
  const rows = [
    ...evidence.text.map(({ turn, note }) => {
      const { start, end, text } = said.get(turn) ?? {};
      return { name: `Turn ${turn}`, what: note ?? text ?? '', from: start, to: end };
    }),
    ...evidence.sound.map(({ from, to, note }) => ({ name: `Sound ${times(from, to)}`, what: note, from, to })),
    ...evidence.picture.map(({ from, to, note }) => ({ name: `Picture ${times(from, to)}`, what: note, from, to })),
    ...evidence.faces.map(({ face, time, note }) => ({ name: `Face ${face} at ${clockOf(time)}`, what: note, from: time, to: time })),
  ];
  return (
    <div className="written">
      <p className="written-cause">{cause}</p>
      <p className="written-reasoning">{reasoning}</p>
      <ul className="written-evidence" aria-label="Evidence">
        {rows.map(({ name, what, from, to }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a writing that is read does not change
          <li key={i}>
            {player !== undefined && from !== undefined ? (
              <button type="button" className="plays" onClick={() => player.playStretch(from, to ?? from)}>
                {name}
              </button>
            ) : (
              <span>{name}</span>
            )}
            <span>{what}</span>
          </li>
        ))}
        {evidence.nothing.length > 0 && (
          <li>
            <span>Nothing in</span>
            <span>{evidence.nothing.join(', ')}</span>
          </li>
        )}
      </ul>
    </div>
  );
}
