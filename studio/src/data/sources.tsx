import { Table } from '../ui/index.ts';

/** Dialogues that were chosen, each with its film's id or ''. */
export type Pairing = ReadonlyMap<string, string>;

/** A dialogue as lists have it. */
export interface TalkShown {
  readonly dialogue: string;
  readonly project: string;
  readonly name: string;
}

interface SourcesProps {
  readonly talks: readonly TalkShown[];
  readonly films: readonly { readonly file: string; readonly name: string }[];
  readonly chosen: Pairing;
  readonly onChange: (chosen: Pairing) => void;
}

/** Which dialogues of the project, and which film belongs to each: those of one name are put together. */
export function Sources({ talks, films, chosen, onChange }: SourcesProps) {
  const filmOf = (name: string): string => films.find((film) => stem(film.name) === stem(name))?.file ?? '';
  const toggle = ({ dialogue, name }: TalkShown, on: boolean) => {
    const next = new Map(chosen);
    if (on) next.set(dialogue, filmOf(name));
    else next.delete(dialogue);
    onChange(next);
  };
  const all = talks.every(({ dialogue }) => chosen.has(dialogue));
  return (
    <div className="stack">
      <div className="setup-talks">
        <Table
          caption="Dialogues to annotate"
          rows={talks}
          keyOf={({ dialogue }) => dialogue}
          columns={[
            {
              head: 'Dialogue',
              cell: (talk) => (
                <label className="choice">
                  <input type="checkbox" checked={chosen.has(talk.dialogue)} onChange={({ target }) => toggle(talk, target.checked)} />
                  <span className="data-name">{talk.name}</span>
                </label>
              ),
            },
            {
              head: 'Film',
              cell: ({ dialogue, name }) =>
                chosen.has(dialogue) ? (
                  <select
                    aria-label={`Film of ${name}`}
                    value={chosen.get(dialogue)}
                    onChange={({ target }) => onChange(new Map(chosen).set(dialogue, target.value))}
                  >
                    <option value="">none: text only</option>
                    {films.map((film) => (
                      <option key={film.file} value={film.file}>
                        {film.name}
                      </option>
                    ))}
                  </select>
                ) : (
                  ''
                ),
            },
          ]}
        />
      </div>
      {talks.length > 1 && (
        <button
          type="button"
          className="button quiet setup-all"
          onClick={() =>
            onChange(all ? new Map() : new Map(talks.map(({ dialogue, name }) => [dialogue, chosen.get(dialogue) ?? filmOf(name)])))
          }
        >
          {all ? 'Choose none' : `Choose all ${talks.length}`}
        </button>
      )}
    </div>
  );
}

const stem = (name: string): string => name.replace(/\.\w+$/, '').toLowerCase();
